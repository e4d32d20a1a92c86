import { randomUUID } from 'node:crypto';
import { roleId, userId } from '../iam/request';
import type { AnsweredCall, Platform } from '../platform';
import type { ServiceModels } from '../service-model';
import { eventName, eventSource, isGlobal, type Kind } from './operations';
import { elements } from './parameters';

export interface Resource {
  readonly ARN: string;
  readonly accountId?: string;
  readonly type: string;
}

/**
 * An event as CloudTrail writes it ("CloudTrail record contents for management, data, and network activity events").
 */
export interface TrailRecord {
  readonly eventVersion: string;
  readonly userIdentity: UserIdentity;
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly requestParameters: object | null;
  readonly responseElements: object | null;
  readonly requestID: string;
  readonly eventID: string;
  readonly readOnly: boolean;
  readonly resources?: readonly Resource[];
  readonly eventType: 'AwsApiCall';
  readonly managementEvent: boolean;
  readonly recipientAccountId: string;
  readonly eventCategory: 'Management' | 'Data';
}

export interface UserIdentity {
  readonly type: 'IAMUser' | 'AssumedRole' | 'AWSService';
  readonly principalId?: string;
  readonly arn?: string;
  readonly accountId?: string;
  readonly accessKeyId?: string;
  readonly userName?: string;
  readonly sessionContext?: object;
  readonly invokedBy?: string;
}

export interface RecordSource {
  readonly platform: Pick<Platform, 'region' | 'accountId' | 'partition' | 'clock'>;
  readonly models: Pick<ServiceModels, 'find'>;
  /** When a session's keys were issued, in virtual milliseconds. */
  readonly issuedAt: (accessKeyId: string) => number | undefined;
}

export function recordOf(call: AnsweredCall, kind: Kind, source: RecordSource): TrailRecord {
  const { platform, models } = source;
  const model = models.find(call.service);
  const operation = model?.operations[call.operation];
  const denied = call.error !== undefined && /AccessDenied|Unauthorized/.test(call.error.code);
  const agent = call.userAgent.endsWith('.amazonaws.com') ? call.userAgent : undefined;
  const resources = resourcesOf(call, platform);
  return {
    eventVersion: '1.11',
    userIdentity: identityOf(call, agent, source),
    eventTime: seconds(platform.clock.now()),
    eventSource: eventSource(call.service),
    eventName: eventName(call),
    awsRegion: isGlobal(call.service) ? 'us-east-1' : platform.region,
    // AWS: cloudtrail/services-are-named-as-the-source
    sourceIPAddress: agent ?? '127.0.0.1',
    userAgent: call.userAgent,
    ...(call.error === undefined ? {} : { errorCode: call.error.code, errorMessage: call.error.message }),
    // STS and KMS say nothing of a request that they refuse.
    requestParameters:
      denied && ['sts', 'kms'].includes(call.service) ? null : elements(model, operation?.input?.shape, named(call)),
    responseElements:
      kind.readOnly && call.service !== 'sts' ? null : elements(model, operation?.output?.shape, answered(call)),
    requestID: call.requestId,
    eventID: randomUUID(),
    readOnly: kind.readOnly,
    ...(resources.length === 0 ? {} : { resources }),
    eventType: 'AwsApiCall',
    managementEvent: kind.dataType === undefined,
    recipientAccountId: platform.accountId,
    eventCategory: kind.dataType === undefined ? 'Management' : 'Data',
  };
}

/** "CloudTrail userIdentity element". */
function identityOf(
  { principal, accessKeyId }: AnsweredCall,
  invokedBy: string | undefined,
  { issuedAt, platform }: RecordSource,
): UserIdentity {
  if (principal.kind === 'service') return { type: 'AWSService', invokedBy: principal.service };
  const { arn, accountId } = principal;
  const by = invokedBy === undefined ? {} : { invokedBy };
  if (principal.kind === 'user')
    return { type: 'IAMUser', principalId: userId(arn), arn, accountId, accessKeyId, userName: last(arn), ...by };
  const { roleArn, sessionName } = principal;
  return {
    type: 'AssumedRole',
    principalId: `${roleId(roleArn)}:${sessionName}`,
    arn,
    accountId,
    accessKeyId,
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId: roleId(roleArn), arn: roleArn, accountId, userName: last(roleArn) },
      attributes: {
        creationDate: seconds(issuedAt(accessKeyId ?? '') ?? platform.clock.now()),
        mfaAuthenticated: 'false',
      },
    },
    ...by,
  };
}

/** S3 calls bucket and key otherwise in its events than in its API. */
function named({ service, input }: AnsweredCall): Readonly<Record<string, unknown>> {
  if (service !== 's3') return input;
  const { Bucket, Key, Body: _, ...rest } = input;
  return {
    ...(Bucket === undefined ? {} : { bucketName: Bucket }),
    ...(Key === undefined ? {} : { key: Key }),
    ...rest,
  };
}

/** CloudTrail shows which keys STS issued, without the secrets. */
function answered({ service, output }: AnsweredCall): Readonly<Record<string, unknown>> | undefined {
  if (service !== 'sts' || output === undefined) return output;
  const { Credentials, ...rest } = output as { Credentials?: { AccessKeyId?: string; Expiration?: Date } };
  return Credentials === undefined
    ? rest
    : { credentials: { AccessKeyId: Credentials.AccessKeyId, Expiration: Credentials.Expiration }, ...rest };
}

/**
 * The services whose events name resources: S3, KMS, STS, the feature store ("Logging Feature Store operations by using
 * AWS CloudTrail"). Others name them in their parameters only.
 */
function resourcesOf(
  { service, input, output, error }: AnsweredCall,
  { partition, region, accountId }: RecordSource['platform'],
): Resource[] {
  switch (service) {
    case 's3': {
      if (typeof input.Bucket !== 'string') return [];
      const bucket = `arn:${partition}:s3:::${input.Bucket}`;
      const object = typeof input.Key === 'string' ? [{ type: 'AWS::S3::Object', ARN: `${bucket}/${input.Key}` }] : [];
      return [...object, { accountId, type: 'AWS::S3::Bucket', ARN: bucket }];
    }
    case 'kms': {
      const metadata = output?.KeyMetadata as { Arn?: string } | undefined;
      const key = metadata?.Arn ?? output?.KeyId ?? input.KeyId;
      if (typeof key !== 'string' || error !== undefined || key.includes('alias/')) return [];
      return [
        {
          accountId,
          type: 'AWS::KMS::Key',
          ARN: key.startsWith('arn:') ? key : `arn:${partition}:kms:${region}:${accountId}:key/${key}`,
        },
      ];
    }
    case 'sts':
      return typeof input.RoleArn === 'string' && error === undefined
        ? [{ accountId, type: 'AWS::IAM::Role', ARN: input.RoleArn }]
        : [];
    case 'sagemaker-featurestore-runtime': {
      const group = input.FeatureGroupName;
      if (typeof group !== 'string') return [];
      const ARN = `arn:${partition}:sagemaker:${region}:${accountId}:feature-group/${last(group).toLowerCase()}`;
      return [{ accountId, type: 'AWS::SageMaker::FeatureGroup', ARN }];
    }
    default:
      return [];
  }
}

function last(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

function seconds(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
