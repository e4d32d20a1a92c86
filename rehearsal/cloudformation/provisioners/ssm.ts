import { DeleteParameterCommand, PutParameterCommand, Tag } from '@aws-sdk/client-ssm';
import { unlessGone } from '../failure';
import { ProvisionContext, Properties, Provisioned, Provisioner } from '../provisioner';
import { group, optionalText, text } from './values';

export const parameter: Provisioner = {
  nameProperty: 'Name',
  replacing: ['Name'],
  updating: ['Type', 'Value', 'Description', 'AllowedPattern', 'Tier', 'DataType'],
  inert: ['Tags'],
  create: (properties, context) => put(optionalText(properties, 'Name') ?? `CFN-${context.name(60)}`, properties, false, context),
  update: (name, properties, _, context) => put(name, properties, true, context),
  async delete(name, _, { clients }) {
    await unlessGone(clients.ssm.send(new DeleteParameterCommand({ Name: name })));
  },
};

async function put(Name: string, properties: Properties, Overwrite: boolean, context: ProvisionContext): Promise<Provisioned> {
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

/** This type takes tags as an object, unlike most. */
function tags(properties: Properties): Tag[] {
  return Object.entries(group(properties, 'Tags')).map(([Key, Value]) => ({ Key, Value: String(Value) }));
}
