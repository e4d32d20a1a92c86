import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  GetParameterCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  type Tag,
} from '@aws-sdk/client-ssm';
import { unlessGone, unlessMissing } from '../failure';
import type { Properties, ProvisionContext, Provisioned, Provisioner } from '../provisioner';
import { group, optionalText, text } from './values';

export const parameter: Provisioner = {
  nameProperty: 'Name',
  replacing: ['Name'],
  updating: ['Type', 'Value', 'Description', 'AllowedPattern', 'Tier', 'DataType', 'Tags'],
  inert: [],
  create: (properties, context) =>
    put(optionalText(properties, 'Name') ?? `CFN-${context.name(60)}`, properties, false, context),
  // AWS: ssm/update-writes-the-template-value
  async update(name, properties, previous, context) {
    const provisioned = await put(name, properties, true, context);
    await changeTags(name, group(previous, 'Tags'), group(properties, 'Tags'), context);
    return provisioned;
  },
  async read(name, _, { ssm }) {
    const found = await unlessMissing(ssm.send(new GetParameterCommand({ Name: name })));
    return found && { Name: name, Type: found.Parameter?.Type, Value: found.Parameter?.Value };
  },
  async delete(name, _, { clients }) {
    await unlessGone(clients.ssm.send(new DeleteParameterCommand({ Name: name })));
  },
};

async function put(
  Name: string,
  properties: Properties,
  Overwrite: boolean,
  context: ProvisionContext,
): Promise<Provisioned> {
  const Type = text(properties, 'Type') as 'String' | 'StringList';
  const Value = text(properties, 'Value');
  await context.clients.ssm.send(
    new PutParameterCommand({
      Name,
      Type,
      Value,
      Overwrite,
      Description: optionalText(properties, 'Description'),
      AllowedPattern: optionalText(properties, 'AllowedPattern'),
      Tier: optionalText(properties, 'Tier') as 'Standard' | undefined,
      DataType: optionalText(properties, 'DataType'),
      // Tags and Overwrite exclude each other.
      Tags: Overwrite ? undefined : tags(properties),
    }),
  );
  return { physicalId: Name, attributes: { Type, Value } };
}

async function changeTags(
  ResourceId: string,
  before: Properties,
  after: Properties,
  { clients }: ProvisionContext,
): Promise<void> {
  const resource = { ResourceType: 'Parameter' as const, ResourceId };
  const TagKeys = Object.keys(before).filter((key) => !(key in after));
  const Tags = Object.entries(after)
    .filter(([key, value]) => before[key] !== value)
    .map(([Key, Value]) => ({ Key, Value: String(Value) }));
  if (TagKeys.length > 0) await clients.ssm.send(new RemoveTagsFromResourceCommand({ ...resource, TagKeys }));
  if (Tags.length > 0) await clients.ssm.send(new AddTagsToResourceCommand({ ...resource, Tags }));
}

/** This type takes tags as an object, unlike most. */
function tags(properties: Properties): Tag[] {
  return Object.entries(group(properties, 'Tags')).map(([Key, Value]) => ({ Key, Value: String(Value) }));
}
