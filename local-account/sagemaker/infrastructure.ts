import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { AwsError, type Platform, type Principal } from '../platform';
import type { Engine } from './engine';
import { validation } from './errors';
import { randomName } from './names';
import type { RoleSession } from './role-session';

export interface Infrastructure {
  readonly imageUris: readonly string[];
  readonly vpc?: { readonly Subnets?: readonly string[]; readonly SecurityGroupIds?: readonly string[] };
  readonly volumeKmsKeyId?: string;
}

/**
 * The session with which a job or model moves its data. One in a VPC moves them through that VPC, also when its
 * containers are isolated (API reference, TrainingJob: EnableNetworkIsolation); without a gateway endpoint to S3 there
 * it waits for a connection until it fails.
 */
export function dataSession({ networks }: Engine, session: RoleSession, vpc: Infrastructure['vpc']): RoleSession {
  const subnet = vpc?.Subnets?.[0];
  if (subnet === undefined) {
    return session;
  }
  const network = networks.path(subnet, 's3');
  if (network === undefined) {
    throw new Error(
      `ClientError: Data download failed: no way to S3 from ${subnet}: its VPC has no S3 endpoint. Connect timeout on endpoint URL`,
    );
  }
  return session.throughEndpoint(network);
}

/**
 * What SageMaker does as the role before a container runs: pull the image, attach network interfaces, encrypt the
 * volume. The local account does none of it, but a role that may not would fail on AWS, so it fails here. Source:
 * developer guide, "SageMaker AI Roles" (execution role permissions of each job).
 */
export async function authorizeInfrastructure(
  engine: Engine,
  session: RoleSession,
  what: Infrastructure,
): Promise<void> {
  const { platform } = engine;
  for (const imageUri of what.imageUris) authorizePull(engine, session, imageUri);
  if (what.vpc?.Subnets?.length) {
    authorizeNetwork(platform, session, what.vpc.Subnets, what.vpc.SecurityGroupIds ?? []);
  }
  if (what.volumeKmsKeyId) {
    session.authorize('volume grant', 'kms:CreateGrant', await keyArn(platform, what.volumeKmsKeyId), {
      'kms:GrantIsForAWSResource': 'true',
      'kms:ViaService': `sagemaker.${platform.region}.amazonaws.com`,
      'kms:CallerAccount': platform.accountId,
    });
  }
}

/**
 * Who creates or updates an endpoint takes the grant on the key of its volumes (API reference, CreateEndpointConfig,
 * KmsKeyId: the key must admit the role of CreateEndpoint and UpdateEndpoint).
 */
export function authorizeVolumeGrant(platform: Platform, caller: Principal, keyId: string | undefined): void {
  if (keyId?.startsWith('arn:')) {
    platform.authorize('volume grant', {
      principal: caller,
      action: 'kms:CreateGrant',
      resource: keyId,
      context: {
        'kms:GrantIsForAWSResource': 'true',
        'kms:ViaService': `sagemaker.${platform.region}.amazonaws.com`,
        'kms:CallerAccount': platform.accountId,
      },
    });
  }
}

function authorizePull({ platform, openRepository }: Engine, session: RoleSession, imageUri: string): void {
  const match = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[^/]+\/([^:@]+)/.exec(imageUri);
  if (!match) {
    return; // not in ECR: nothing of IAM's
  }
  const [, account, region, repository] = match;
  const arn = `arn:${platform.partition}:ecr:${region}:${account}:repository/${repository}`;
  if (account !== platform.accountId) {
    openRepository(arn);
  }
  session.authorize('image pull', 'ecr:GetAuthorizationToken', '*');
  for (const action of ['BatchCheckLayerAvailability', 'GetDownloadUrlForLayer', 'BatchGetImage']) {
    session.authorize('image pull', `ecr:${action}`, arn);
  }
}

/**
 * Asked when a processing job is created: each action on everything, with nothing known of subnets. A statement with a
 * resource or a condition does not allow that. AWS publishes no wording; this follows the one of notebook instances
 * (aws/aws-sdk-go issue 4071).
 */
// AWS: ec2/processing-role-unscoped-interfaces
export function validateNetworkPermissions(session: RoleSession, vpc: Infrastructure['vpc']): void {
  if (!vpc?.Subnets?.length) return;
  for (const action of [...networkLookUps, 'CreateNetworkInterface', ...interfaceActions]) {
    try {
      session.authorize('network permission check', `ec2:${action}`, '*');
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw validation(
        `Unable to create a processing job that can access resources in your VPC. Please check if you have ec2:${action} permission. ${error.message}`,
      );
    }
  }
}

const networkLookUps = [
  'DescribeDhcpOptions',
  'DescribeNetworkInterfaces',
  'DescribeSecurityGroups',
  'DescribeSubnets',
  'DescribeVpcs',
];
const interfaceActions = [
  'CreateNetworkInterfacePermission',
  'DeleteNetworkInterface',
  'DeleteNetworkInterfacePermission',
];

function authorizeNetwork(
  platform: Platform,
  session: RoleSession,
  subnets: readonly string[],
  groups: readonly string[],
): void {
  const arn = (type: string, id: string): string =>
    `arn:${platform.partition}:ec2:${platform.region}:${platform.accountId}:${type}/${id}`;
  for (const action of networkLookUps) session.authorize('network interface', `ec2:${action}`, '*');
  for (const subnet of subnets) {
    const networkInterface = arn('network-interface', `eni-${randomName(17)}`);
    const context = { 'ec2:Subnet': arn('subnet', subnet) };
    session.authorize('network interface', 'ec2:CreateNetworkInterface', arn('subnet', subnet), {
      'ec2:SubnetID': subnet,
    });
    groups.forEach((group) =>
      session.authorize('network interface', 'ec2:CreateNetworkInterface', arn('security-group', group)),
    );
    session.authorize('network interface', 'ec2:CreateNetworkInterface', networkInterface, context);
    for (const action of interfaceActions) {
      session.authorize('network interface', `ec2:${action}`, networkInterface, context);
    }
  }
}

/** The key's ARN, whatever form the request names it in. */
export async function keyArn(platform: Platform, id: string): Promise<string> {
  if (id.startsWith('arn:') && id.includes(':key/')) {
    return id;
  }
  const { endpoint, region, internalCredentials } = platform;
  const client = new KMSClient({ endpoint, region, credentials: internalCredentials });
  try {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: id }));
    return KeyMetadata?.Arn ?? id;
  } finally {
    client.destroy();
  }
}
