import { DeleteModelPackageCommand, ListModelPackagesCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';

import { type CustomResourceEvent, onDelete } from '../cloudformation/respond';

const sagemaker = new SageMakerClient({});

/** A model package group can be deleted only when it is empty, and CloudFormation does not empty it. */
export function handler(event: CustomResourceEvent<{ readonly ModelPackageGroupName: string }>): Promise<void> {
  return onDelete(event, async ({ ModelPackageGroupName }) => {
    let removed = 0;
    // The first page again and again: deleting changes what the next page would be.
    for (;;) {
      const { ModelPackageSummaryList = [] } = await sagemaker.send(new ListModelPackagesCommand({ ModelPackageGroupName, MaxResults: 100 }));
      if (ModelPackageSummaryList.length === 0) return `${removed} model packages removed from ${ModelPackageGroupName}`;
      for (const { ModelPackageArn } of ModelPackageSummaryList) {
        await sagemaker.send(new DeleteModelPackageCommand({ ModelPackageName: ModelPackageArn }));
        removed += 1;
      }
    }
  });
}
