import { AwsError, type Platform, type Principal } from '../platform';
import type { TrailRecord } from './record';
import { type AdvancedSelector, selected } from './selectors';

export interface TrailSettings {
  readonly Name: string;
  readonly S3BucketName: string;
  readonly KmsKeyId?: string;
  readonly IncludeGlobalServiceEvents?: boolean;
  readonly IsMultiRegionTrail?: boolean;
  readonly EnableLogFileValidation?: boolean;
  readonly CloudWatchLogsLogGroupArn?: string;
  readonly CloudWatchLogsRoleArn?: string;
}

export interface TrailState {
  readonly settings: TrailSettings;
  readonly selectors: readonly AdvancedSelector[] | undefined;
  readonly logging: boolean;
  readonly startedAt: number | undefined;
  readonly stoppedAt: number | undefined;
  /** Lines for the next delivery. */
  readonly waiting: string[];
}

/** Lines that wait for the next delivery. */
const longestQueue = 500;

/** One trail: which events it records, and its copy in CloudWatch Logs. Files in its bucket are not written. */
export class Trail {
  readonly arn: string;
  selectors: readonly AdvancedSelector[] | undefined;
  logging = false;
  startedAt?: number;
  stoppedAt?: number;
  private waiting: string[] = [];

  private constructor(
    private readonly platform: Platform,
    public settings: TrailSettings,
  ) {
    this.arn = arnOf(platform, settings.Name);
  }

  /** The trail's access to bucket, key and log group is checked at its creation, as CloudTrail tests it. */
  static async create(platform: Platform, settings: TrailSettings): Promise<Trail> {
    const trail = new Trail(platform, settings);
    await trail.change(settings);
    return trail;
  }

  /** One of a snapshot, which was checked at its creation. */
  static of(platform: Platform, { settings, waiting, ...more }: TrailState): Trail {
    const trail = new Trail(platform, settings);
    trail.waiting = waiting;
    return Object.assign(trail, more);
  }

  state(): TrailState {
    const { settings, selectors, logging, startedAt, stoppedAt, waiting } = this;
    return { settings, selectors, logging, startedAt, stoppedAt, waiting };
  }

  async change(settings: TrailSettings): Promise<void> {
    authorizeFiles(this.platform, this.arn, settings);
    await authorizeLogs(this.platform, settings);
    this.settings = settings;
  }

  records(record: TrailRecord, dataType: string | undefined): boolean {
    return this.logging && selected(record, dataType, this.selectors);
  }

  /** To the log group, with the next delivery. */
  write(record: TrailRecord): void {
    if (this.settings.CloudWatchLogsLogGroupArn === undefined) return;
    this.waiting.push(JSON.stringify(record));
    if (this.waiting.length >= longestQueue) this.deliver();
  }

  deliver(): void {
    const group = this.settings.CloudWatchLogsLogGroupArn;
    if (this.waiting.length === 0 || group === undefined) return;
    const lines = this.waiting;
    this.waiting = [];
    try {
      authorizeLogWrite(this.platform, this.settings);
    } catch (error) {
      this.platform.record({
        kind: 'denied',
        summary: `${this.settings.Name} could not write to ${group}: ${(error as Error).message}`,
      });
      return;
    }
    this.platform.log(groupName(group), streamName(this.platform), lines);
  }
}

export function arnOf(
  { partition, region, accountId }: Pick<Platform, 'partition' | 'region' | 'accountId'>,
  name: string,
): string {
  return `arn:${partition}:cloudtrail:${region}:${accountId}:trail/${name}`;
}

/** "Amazon S3 bucket policy for CloudTrail"; "Configure AWS KMS key policies for CloudTrail". */
function authorizeFiles(
  platform: Platform,
  arn: string,
  { S3BucketName, KmsKeyId, EnableLogFileValidation }: TrailSettings,
): void {
  const { partition, accountId, region } = platform;
  const principal: Principal = {
    kind: 'service',
    service: 'cloudtrail.amazonaws.com',
    sourceArn: arn,
    sourceAccount: accountId,
  };
  const bucket = `arn:${partition}:s3:::${S3BucketName}`;
  const folder = ['AWSLogs', accountId, 'CloudTrail', region].join('/');
  // AWS: cloudtrail/refusals-name-no-call
  inWordsOfCloudTrail(
    platform,
    'InsufficientS3BucketPolicyException',
    `Incorrect S3 bucket policy is detected for bucket: ${S3BucketName}`,
    () => {
      platform.authorize('trail delivery', { principal, action: 's3:GetBucketAcl', resource: bucket });
      platform.authorize('trail delivery', {
        principal,
        action: 's3:PutObject',
        resource: `${bucket}/${folder}/log.json.gz`,
        context: {
          's3:x-amz-acl': 'bucket-owner-full-control',
          ...(KmsKeyId === undefined
            ? {}
            : {
                's3:x-amz-server-side-encryption': 'aws:kms',
                's3:x-amz-server-side-encryption-aws-kms-key-id': KmsKeyId,
              }),
        },
      });
      if (EnableLogFileValidation !== true) return;
      // AWS: cloudtrail/digests-under-the-key-of-s3
      platform.authorize('trail delivery', {
        principal,
        action: 's3:PutObject',
        resource: `${bucket}/${['AWSLogs', accountId, 'CloudTrail-Digest', region].join('/')}/digest.json.gz`,
        context: { 's3:x-amz-acl': 'bucket-owner-full-control', 's3:x-amz-server-side-encryption': 'AES256' },
      });
    },
  );
  if (KmsKeyId === undefined) return;
  const refusal = `Insufficient permissions to access S3 bucket ${S3BucketName} or KMS key ${KmsKeyId}.`;
  inWordsOfCloudTrail(platform, 'InsufficientEncryptionPolicyException', refusal, () => {
    platform.authorize('trail delivery', { principal, action: 'kms:DescribeKey', resource: KmsKeyId });
    platform.authorize('trail delivery', {
      principal,
      action: 'kms:GenerateDataKey',
      resource: KmsKeyId,
      context: { 'kms:EncryptionContext:aws:cloudtrail:arn': arn },
    });
    // Of a bucket that uses an S3 bucket key; the trail is not in that context.
    platform.authorize('trail delivery', { principal, action: 'kms:Decrypt', resource: KmsKeyId });
  });
}

/** CloudTrail's error does not name the denied call; the event log does. */
function inWordsOfCloudTrail(platform: Platform, code: string, words: string, attempt: () => void): void {
  try {
    attempt();
  } catch (error) {
    throw refusedBy(platform, error, code, words);
  }
}

// AWS: cloudtrail/refusals-name-no-call
function refusedBy(platform: Platform, error: unknown, code: string, words: string): unknown {
  if (!(error instanceof AwsError)) return error;
  platform.record({ kind: 'denied', summary: error.message });
  return new AwsError(code, words);
}

/** "Sending events to CloudWatch Logs": the role is taken, and the stream made, when the trail is given its group. */
async function authorizeLogs(platform: Platform, settings: TrailSettings): Promise<void> {
  const { CloudWatchLogsLogGroupArn: group, CloudWatchLogsRoleArn: roleArn } = settings;
  if (group === undefined && roleArn === undefined) return;
  // AWS: cloudtrail/log-group-and-role-together
  if (roleArn === undefined)
    throw new AwsError('InvalidCloudWatchLogsRoleArnException', 'You must specify a role ARN as well as a log group.');
  // AWS: cloudtrail/log-group-and-role-together
  if (group === undefined)
    throw new AwsError(
      'InvalidCloudWatchLogsLogGroupArnException',
      'You must specify a log group as well as a role ARN.',
    );
  // AWS: cloudtrail/refusals-name-no-call
  try {
    await platform.assumeRole('cloudtrail.amazonaws.com', roleArn, sessionName, arnOf(platform, settings.Name));
  } catch (error) {
    throw refusedBy(
      platform,
      error,
      'InvalidCloudWatchLogsRoleArnException',
      'Access denied. Check the trust relationships for your role.',
    );
  }
  inWordsOfCloudTrail(
    platform,
    'InvalidCloudWatchLogsLogGroupArnException',
    'Access denied. Check the permissions for your role.',
    () => {
      platform.authorize('trail log', {
        principal: logsPrincipal(platform, roleArn),
        action: 'logs:CreateLogStream',
        resource: streamArn(platform, group),
      });
      authorizeLogWrite(platform, settings);
    },
  );
}

function authorizeLogWrite(
  platform: Platform,
  { CloudWatchLogsLogGroupArn: group = '', CloudWatchLogsRoleArn: roleArn = '' }: TrailSettings,
): void {
  platform.authorize('trail log', {
    principal: logsPrincipal(platform, roleArn),
    action: 'logs:PutLogEvents',
    resource: streamArn(platform, group),
  });
}

const sessionName = 'CLOUDWATCH_LOGS_DELIVERY_SESSION';

function logsPrincipal({ partition, accountId }: Platform, roleArn: string): Principal {
  const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return {
    kind: 'role',
    roleArn,
    arn: `arn:${partition}:sts::${accountId}:assumed-role/${role}/${sessionName}`,
    sessionName,
    accountId,
  };
}

function groupName(groupArn: string): string {
  return groupArn.replace(/:\*$/, '').split(':log-group:')[1] ?? groupArn;
}

function streamName({ accountId, region }: Platform): string {
  return `${accountId}_CloudTrail_${region}`;
}

function streamArn(platform: Platform, groupArn: string): string {
  return `${groupArn.replace(/:\*$/, '')}:log-stream:${streamName(platform)}`;
}
