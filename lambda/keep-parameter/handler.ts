import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';

import { type CustomResourceEvent, respond } from '../cloudformation/respond';

const ssm = new SSMClient({});

interface Properties {
  readonly Name: string;
  readonly Description: string;
  readonly InitialValue: string;
  readonly Tags?: Readonly<Record<string, string>>;
}

/**
 * Creates an SSM parameter once and never writes its value again: `AWS::SSM::Parameter` writes the template's value on
 * every update, also on one of a tag or a description, and would overwrite what releases wrote since.
 */
export async function handler(
  event: CustomResourceEvent & { readonly ResourceProperties: Properties; readonly OldResourceProperties?: Properties },
): Promise<void> {
  const { Name } = event.ResourceProperties;
  // The name is the id: another name is another parameter, and CloudFormation then asks for the deletion of the old
  // one.
  const id = event.RequestType === 'Delete' ? (event.PhysicalResourceId ?? Name) : Name;
  await respond(event, id, () =>
    event.RequestType === 'Delete'
      ? remove(id)
      : keep(event.ResourceProperties, event.OldResourceProperties?.Tags ?? {}),
  );
}

async function keep(
  { Name, Description, InitialValue, Tags = {} }: Properties,
  oldTags: Readonly<Record<string, string>>,
): Promise<string> {
  let done = `${Name} is there already and keeps its value`;
  try {
    await ssm.send(
      new PutParameterCommand({ Name, Description, Value: InitialValue, Type: 'String', Overwrite: false }),
    );
    done = `${Name} created`;
  } catch (error) {
    // Also after an event that Lambda delivered twice.
    if (!(error instanceof ParameterAlreadyExists)) throw error;
  }
  const resource = { ResourceType: 'Parameter' as const, ResourceId: Name };
  const TagKeys = Object.keys(oldTags).filter((key) => !(key in Tags));
  if (TagKeys.length > 0) await ssm.send(new RemoveTagsFromResourceCommand({ ...resource, TagKeys }));
  const added = Object.entries(Tags).map(([Key, Value]) => ({ Key, Value }));
  if (added.length > 0) await ssm.send(new AddTagsToResourceCommand({ ...resource, Tags: added }));
  return done;
}

/** `id` is the physical id of what goes: never a path that CloudFormation made up for a creation that failed. */
async function remove(id: string): Promise<string> {
  if (!id.startsWith('/')) return 'it was never created';
  try {
    await ssm.send(new DeleteParameterCommand({ Name: id }));
    return `${id} deleted`;
  } catch (error) {
    if (error instanceof ParameterNotFound) return `${id} is gone already`;
    throw error;
  }
}
