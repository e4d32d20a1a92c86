import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import { unlessGone, unlessMissing } from '../failure';
import type { Properties, Provisioner } from '../provisioner';
import { json, list, optionalFlag, optionalNumber, optionalText, text } from './values';

export const key: Provisioner = {
  replacing: [],
  updating: ['KeyPolicy', 'Description', 'EnableKeyRotation', 'RotationPeriodInDays', 'PendingWindowInDays'],
  inert: ['Tags'],
  async create(properties, { clients: { kms } }) {
    const { KeyMetadata } = await kms.send(
      new CreateKeyCommand({
        Policy: json(properties.KeyPolicy),
        Description: optionalText(properties, 'Description'),
        Tags: list<{ Key: string; Value: string }>(properties, 'Tags').map(({ Key, Value }) => ({
          TagKey: Key,
          TagValue: Value,
        })),
      }),
    );
    const physicalId = KeyMetadata?.KeyId ?? '';
    await rotate(kms, physicalId, properties);
    return { physicalId, attributes: { Arn: KeyMetadata?.Arn, KeyId: physicalId } };
  },
  async update(physicalId, properties, previous, { clients: { kms }, partition, region, accountId }) {
    await kms.send(
      new PutKeyPolicyCommand({ KeyId: physicalId, PolicyName: 'default', Policy: json(properties.KeyPolicy) }),
    );
    if (properties.Description !== previous.Description) {
      await kms.send(
        new UpdateKeyDescriptionCommand({
          KeyId: physicalId,
          Description: optionalText(properties, 'Description') ?? '',
        }),
      );
    }
    await rotate(kms, physicalId, properties);
    const Arn = `arn:${partition}:kms:${region}:${accountId}:key/${physicalId}`;
    return { physicalId, attributes: { Arn, KeyId: physicalId } };
  },
  async read(KeyId, _, { kms }) {
    const found = await unlessMissing(kms.send(new DescribeKeyCommand({ KeyId })));
    if (found?.KeyMetadata?.KeyState === 'PendingDeletion' || !found) return undefined;
    const { Policy = '{}' } = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
    const { KeyRotationEnabled } = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
    return {
      Description: found.KeyMetadata?.Description,
      EnableKeyRotation: KeyRotationEnabled,
      KeyPolicy: JSON.parse(Policy) as unknown,
    };
  },
  async delete(physicalId, properties, { clients: { kms } }) {
    const PendingWindowInDays = optionalNumber(properties, 'PendingWindowInDays') ?? 30;
    await unlessGone(kms.send(new ScheduleKeyDeletionCommand({ KeyId: physicalId, PendingWindowInDays })));
  },
};

async function rotate(kms: KMSClient, KeyId: string, properties: Properties): Promise<void> {
  const RotationPeriodInDays = optionalNumber(properties, 'RotationPeriodInDays');
  await (optionalFlag(properties, 'EnableKeyRotation')
    ? kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays }))
    : kms.send(new DisableKeyRotationCommand({ KeyId })));
}

export const alias: Provisioner = {
  nameProperty: 'AliasName',
  replacing: ['AliasName'],
  updating: ['TargetKeyId'],
  inert: [],
  async create(properties, { clients }) {
    const physicalId = text(properties, 'AliasName');
    await clients.kms.send(
      new CreateAliasCommand({ AliasName: physicalId, TargetKeyId: text(properties, 'TargetKeyId') }),
    );
    return { physicalId, attributes: {} };
  },
  async update(physicalId, properties, _, { clients }) {
    await clients.kms.send(
      new UpdateAliasCommand({ AliasName: physicalId, TargetKeyId: text(properties, 'TargetKeyId') }),
    );
    return { physicalId, attributes: {} };
  },
  async delete(physicalId, _, { clients }) {
    await unlessGone(clients.kms.send(new DeleteAliasCommand({ AliasName: physicalId })));
  },
};
