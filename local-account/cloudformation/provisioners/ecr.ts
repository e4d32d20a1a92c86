import {
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  DeleteLifecyclePolicyCommand,
  DeleteRepositoryCommand,
  DeleteRepositoryPolicyCommand,
  DescribeRepositoriesCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
  type Tag,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecr';
import { urlSuffix } from '../../assembly/scope';
import { unlessGone, unlessMissing } from '../failure';
import type { Properties, ProvisionContext, Provisioned, Provisioner } from '../provisioner';
import { group, json, list, optionalFlag, optionalText } from './values';

export const repository: Provisioner = {
  nameProperty: 'RepositoryName',
  replacing: ['RepositoryName', 'EncryptionConfiguration'],
  updating: ['ImageScanningConfiguration', 'ImageTagMutability', 'LifecyclePolicy', 'RepositoryPolicyText', 'Tags'],
  // Read when the repository is deleted.
  inert: ['EmptyOnDelete'],
  async create(properties, context) {
    const repositoryName = optionalText(properties, 'RepositoryName') ?? context.name(256).toLowerCase();
    const { type = 'AES256', kmsKey } = encryption(properties);
    await context.clients.ecr.send(
      new CreateRepositoryCommand({
        repositoryName,
        encryptionConfiguration: properties.EncryptionConfiguration ? { encryptionType: type, kmsKey } : undefined,
        imageScanningConfiguration: scanning(properties),
        imageTagMutability: mutability(properties),
        tags: [...list<Tag>(properties, 'Tags')],
      }),
    );
    await putPolicies(repositoryName, properties, {}, context);
    return describe(repositoryName, context);
  },
  async update(repositoryName, properties, previous, context) {
    const { ecr } = context.clients;
    const imageTagMutability = mutability(properties);
    if (imageTagMutability !== mutability(previous)) {
      await ecr.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability }));
    }
    const imageScanningConfiguration = scanning(properties);
    if (imageScanningConfiguration.scanOnPush !== scanning(previous).scanOnPush) {
      await ecr.send(new PutImageScanningConfigurationCommand({ repositoryName, imageScanningConfiguration }));
    }
    await putPolicies(repositoryName, properties, previous, context);
    await changeTags(repositoryName, properties, previous, context);
    return describe(repositoryName, context);
  },
  async read(repositoryName, _, { ecr }) {
    const found = await unlessMissing(ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] })));
    const [repository] = found?.repositories ?? [];
    return repository && { RepositoryName: repositoryName, ImageTagMutability: repository.imageTagMutability };
  },
  async delete(repositoryName, properties, { clients }) {
    const force = optionalFlag(properties, 'EmptyOnDelete') ?? false;
    await unlessGone(clients.ecr.send(new DeleteRepositoryCommand({ repositoryName, force })));
  },
};

async function putPolicies(
  repositoryName: string,
  properties: Properties,
  previous: Properties,
  { clients: { ecr } }: ProvisionContext,
): Promise<void> {
  const lifecyclePolicyText = optionalText(group(properties, 'LifecyclePolicy'), 'LifecyclePolicyText');
  const earlier = optionalText(group(previous, 'LifecyclePolicy'), 'LifecyclePolicyText');
  if (lifecyclePolicyText !== undefined && lifecyclePolicyText !== earlier) {
    await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
  } else if (lifecyclePolicyText === undefined && earlier !== undefined) {
    await unlessGone(ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName })));
  }
  const { RepositoryPolicyText: policy } = properties;
  if (policy !== undefined && json(policy) !== json(previous.RepositoryPolicyText)) {
    await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: json(policy) }));
  } else if (policy === undefined && previous.RepositoryPolicyText !== undefined) {
    await unlessGone(ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName })));
  }
}

async function changeTags(
  repositoryName: string,
  properties: Properties,
  previous: Properties,
  context: ProvisionContext,
): Promise<void> {
  const { ecr } = context.clients;
  const resourceArn = arnOf(repositoryName, context);
  const tags = [...list<Tag>(properties, 'Tags')];
  const kept = new Set(tags.map(({ Key }) => Key));
  const tagKeys = list<Tag>(previous, 'Tags').flatMap(({ Key }) => (Key === undefined || kept.has(Key) ? [] : [Key]));
  if (tagKeys.length > 0) await ecr.send(new UntagResourceCommand({ resourceArn, tagKeys }));
  if (tags.length > 0) await ecr.send(new TagResourceCommand({ resourceArn, tags }));
}

function encryption(properties: Properties): { readonly type?: 'AES256' | 'KMS'; readonly kmsKey?: string } {
  const given = group(properties, 'EncryptionConfiguration');
  return {
    type: optionalText(given, 'EncryptionType') as 'AES256' | 'KMS' | undefined,
    kmsKey: optionalText(given, 'KmsKey'),
  };
}

function scanning(properties: Properties): { readonly scanOnPush: boolean } {
  return { scanOnPush: optionalFlag(group(properties, 'ImageScanningConfiguration'), 'ScanOnPush') ?? false };
}

function mutability(properties: Properties): CreateRepositoryCommandInput['imageTagMutability'] {
  return (optionalText(properties, 'ImageTagMutability') ?? 'MUTABLE') as 'MUTABLE' | 'IMMUTABLE';
}

function arnOf(name: string, { partition, region, accountId }: ProvisionContext): string {
  return `arn:${partition}:ecr:${region}:${accountId}:repository/${name}`;
}

function describe(name: string, context: ProvisionContext): Provisioned {
  const { accountId, region, partition } = context;
  return {
    physicalId: name,
    attributes: {
      Arn: arnOf(name, context),
      RepositoryUri: `${accountId}.dkr.ecr.${region}.${urlSuffix(partition)}/${name}`,
    },
  };
}
