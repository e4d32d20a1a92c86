import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  type PutBucketOwnershipControlsCommandInput,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type ServerSideEncryptionRule,
  type Tag,
} from '@aws-sdk/client-s3';
import { urlSuffix } from '../../assembly/scope';
import type { Clients } from '../clients';
import { unlessGone, unlessMissing } from '../failure';
import type { Properties, ProvisionContext, Provisioned, Provisioner } from '../provisioner';
import { group, json, list, optionalFlag, optionalText, text } from './values';

export const bucket: Provisioner = {
  nameProperty: 'BucketName',
  replacing: ['BucketName'],
  updating: [
    'AccessControl',
    'BucketEncryption',
    'LifecycleConfiguration',
    'NotificationConfiguration',
    'OwnershipControls',
    'PublicAccessBlockConfiguration',
    'Tags',
    'VersioningConfiguration',
  ],
  // Access logs are not delivered here.
  inert: ['LoggingConfiguration'],
  async create(properties, context) {
    const name = optionalText(properties, 'BucketName') ?? context.name(63).toLowerCase();
    const location =
      context.region === 'us-east-1' ? undefined : { LocationConstraint: context.region as BucketLocationConstraint };
    await context.clients.s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: location }));
    await configure(name, properties, {}, context);
    return describe(name, context);
  },
  async update(name, properties, previous, context) {
    await configure(name, properties, previous, context);
    return describe(name, context);
  },
  read: readBucket,
  async delete(name, _, { clients }) {
    await unlessGone(clients.s3.send(new DeleteBucketCommand({ Bucket: name })));
  },
};

export const bucketPolicy: Provisioner = {
  replacing: ['Bucket'],
  updating: ['PolicyDocument'],
  inert: [],
  async create(properties, { clients }) {
    const name = text(properties, 'Bucket');
    await clients.s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy: json(properties.PolicyDocument) }));
    return { physicalId: name, attributes: {} };
  },
  async update(physicalId, properties, _, { clients }) {
    await clients.s3.send(new PutBucketPolicyCommand({ Bucket: physicalId, Policy: json(properties.PolicyDocument) }));
    return { physicalId, attributes: {} };
  },
  async delete(physicalId, _, { clients }) {
    await unlessGone(clients.s3.send(new DeleteBucketPolicyCommand({ Bucket: physicalId })));
  },
};

async function readBucket(name: string, _: Properties, { s3 }: Clients): Promise<Properties | undefined> {
  const Bucket = { Bucket: name };
  const versioning = await unlessMissing(s3.send(new GetBucketVersioningCommand(Bucket)));
  if (versioning === undefined) return undefined;
  const access = await unlessMissing(s3.send(new GetPublicAccessBlockCommand(Bucket)));
  return {
    BucketName: name,
    VersioningConfiguration: { Status: versioning.Status ?? 'Suspended' },
    PublicAccessBlockConfiguration: access?.PublicAccessBlockConfiguration ?? {},
  };
}

function describe(name: string, { region, partition }: ProvisionContext): Provisioned {
  const suffix = urlSuffix(partition);
  return {
    physicalId: name,
    attributes: {
      Arn: `arn:${partition}:s3:::${name}`,
      DomainName: `${name}.s3.${suffix}`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.${suffix}`,
      RegionalDomainName: `${name}.s3.${region}.${suffix}`,
    },
  };
}

async function configure(
  Bucket: string,
  properties: Properties,
  previous: Properties,
  { clients: { s3 } }: ProvisionContext,
): Promise<void> {
  const changed = (name: string): boolean => JSON.stringify(properties[name]) !== JSON.stringify(previous[name]);
  const control = optionalText(properties, 'AccessControl') ?? 'Private';
  if (control !== 'Private') {
    throw new Error(`AccessControl ${control} is not supported by the local account: it knows Private`);
  }
  const encryption = list<Properties>(group(properties, 'BucketEncryption'), 'ServerSideEncryptionConfiguration');
  if (changed('BucketEncryption') && encryption.length > 0) {
    const Rules = encryption.map(
      (rule): ServerSideEncryptionRule => ({
        ApplyServerSideEncryptionByDefault:
          rule.ServerSideEncryptionByDefault as ServerSideEncryptionRule['ApplyServerSideEncryptionByDefault'],
        BucketKeyEnabled: optionalFlag(rule, 'BucketKeyEnabled'),
      }),
    );
    await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
  }
  if (changed('VersioningConfiguration')) {
    const Status = group(properties, 'VersioningConfiguration').Status === 'Enabled' ? 'Enabled' : 'Suspended';
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  }
  if (changed('PublicAccessBlockConfiguration')) {
    const block = group(properties, 'PublicAccessBlockConfiguration');
    const flags = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'] as const;
    const PublicAccessBlockConfiguration = Object.fromEntries(
      flags.map((flag) => [flag, optionalFlag(block, flag) ?? false]),
    );
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  }
  if (changed('OwnershipControls') && properties.OwnershipControls !== undefined) {
    const OwnershipControls =
      properties.OwnershipControls as PutBucketOwnershipControlsCommandInput['OwnershipControls'];
    await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
  }
  if (changed('LifecycleConfiguration')) {
    const Rules = list<Properties>(group(properties, 'LifecycleConfiguration'), 'Rules').map(lifecycleRule);
    await (Rules.length > 0
      ? s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }))
      : s3.send(new DeleteBucketLifecycleCommand({ Bucket })));
  }
  if (changed('Tags')) {
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [...list<Tag>(properties, 'Tags')] } }));
  }
  if (changed('NotificationConfiguration')) {
    await notify(Bucket, group(properties, 'NotificationConfiguration'), s3.send.bind(s3));
  }
}

async function notify(
  Bucket: string,
  configuration: Properties,
  send: (command: PutBucketNotificationConfigurationCommand) => Promise<unknown>,
): Promise<void> {
  const unknown = Object.keys(configuration).find((name) => name !== 'EventBridgeConfiguration');
  if (unknown !== undefined) {
    throw new Error(
      `NotificationConfiguration.${unknown}: the local account delivers bucket events to EventBridge only`,
    );
  }
  const enabled =
    optionalFlag(group(configuration, 'EventBridgeConfiguration'), 'EventBridgeEnabled') ??
    'EventBridgeConfiguration' in configuration;
  const NotificationConfiguration = enabled ? { EventBridgeConfiguration: {} } : {};
  await send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
}

/** CloudFormation's lifecycle rules are flatter than the API's. */
function lifecycleRule(rule: Properties): LifecycleRule {
  const days = (name: string): number | undefined => (rule[name] === undefined ? undefined : Number(rule[name]));
  const marker = optionalFlag(rule, 'ExpiredObjectDeleteMarker');
  const noncurrent = rule.NoncurrentVersionExpiration as LifecycleRule['NoncurrentVersionExpiration'];
  const noncurrentDays = days('NoncurrentVersionExpirationInDays');
  return {
    ID: optionalText(rule, 'Id'),
    Status: text(rule, 'Status') as LifecycleRule['Status'],
    Filter: { Prefix: optionalText(rule, 'Prefix') ?? '' },
    Expiration:
      rule.ExpirationInDays === undefined && marker === undefined
        ? undefined
        : { Days: days('ExpirationInDays'), ExpiredObjectDeleteMarker: marker },
    NoncurrentVersionExpiration:
      noncurrent ?? (noncurrentDays === undefined ? undefined : { NoncurrentDays: noncurrentDays }),
    AbortIncompleteMultipartUpload:
      rule.AbortIncompleteMultipartUpload as LifecycleRule['AbortIncompleteMultipartUpload'],
    Transitions: list<Properties>(rule, 'Transitions').map((transition) => ({
      Days: Number(transition.TransitionInDays),
      StorageClass: text(transition, 'StorageClass') as 'GLACIER',
    })),
    NoncurrentVersionTransitions: list<Properties>(rule, 'NoncurrentVersionTransitions').map((transition) => ({
      NoncurrentDays: Number(transition.TransitionInDays),
      StorageClass: text(transition, 'StorageClass') as 'GLACIER',
    })),
  };
}
