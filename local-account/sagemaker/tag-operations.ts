import type { AddTagsCommandInput, DeleteTagsCommandInput, ListTagsCommandInput } from '@aws-sdk/client-sagemaker';
import type { Engine, Operations } from './engine';
import { paged } from './store';

export function tagOperations({ tags }: Engine): Operations {
  return {
    AddTags: (input: AddTagsCommandInput) => ({ Tags: tags.add(input.ResourceArn ?? '', input.Tags) }),
    DeleteTags: (input: DeleteTagsCommandInput) => tags.remove(input.ResourceArn ?? '', input.TagKeys ?? []),
    ListTags: (input: ListTagsCommandInput) => {
      const { page, NextToken } = paged(tags.of(input.ResourceArn ?? ''), input, 50);
      return { Tags: page, NextToken };
    },
  };
}
