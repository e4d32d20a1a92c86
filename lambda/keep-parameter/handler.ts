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
 * Creates an SSM parameter once and never overwrites its value. `AWS::SSM::Parameter` writes the template's value on
 * every update, even of a tag or a description, and would overwrite what releases wrote.
 */
export async function handler(
  event: CustomResourceEvent & { readonly ResourceProperties: Properties; readonly OldResourceProperties?: Properties },
): Promise<void> {
  const { Name } = event.ResourceProperties;
  // The name is the physical id: with another name, CloudFormation then requests the deletion of the old parameter.
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
  let done = `${Name} already exists and keeps its value`;
  try {
    await ssm.send(
      new PutParameterCommand({ Name, Description, Value: InitialValue, Type: 'String', Overwrite: false }),
    );
    done = `${Name} created`;
  } catch (error) {
    // This also happens when Lambda delivers an event twice.
    if (!(error instanceof ParameterAlreadyExists)) throw error;
  }
  const resource = { ResourceType: 'Parameter' as const, ResourceId: Name };
  const TagKeys = Object.keys(oldTags).filter((key) => !(key in Tags));
  if (TagKeys.length > 0) await ssm.send(new RemoveTagsFromResourceCommand({ ...resource, TagKeys }));
  const added = Object.entries(Tags).map(([Key, Value]) => ({ Key, Value }));
  if (added.length > 0) await ssm.send(new AddTagsToResourceCommand({ ...resource, Tags: added }));
  return done;
}

/** `id` is the physical id; CloudFormation makes up one without a leading slash for a creation that failed. */
async function remove(id: string): Promise<string> {
  if (!id.startsWith('/')) return 'it was never created';
  try {
    await ssm.send(new DeleteParameterCommand({ Name: id }));
    return `${id} deleted`;
  } catch (error) {
    if (error instanceof ParameterNotFound) return `${id} was already deleted`;
    throw error;
  }
}
