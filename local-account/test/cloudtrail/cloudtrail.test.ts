import {
  CloudTrailClient,
  CreateTrailCommand,
  LookupEventsCommand,
  type LookupEventsCommandInput,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateKeyCommand, DescribeKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { startCloudTrail } from '../../cloudtrail/service';
import { VirtualClock } from '../../events/clock';
import type { PlatformHost } from '../../gateway/platform-host';
import type { BusEvent } from '../../platform';
import { testPlatform } from '../fixtures/test-platform';

const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/Train`;
const LOGS_ROLE = `arn:aws:iam::${ACCOUNT}:role/TrailLogs`;

type TrailEvent = Record<string, unknown> & {
  readonly userIdentity: Record<string, unknown>;
  readonly requestParameters: Record<string, unknown> | null;
};

describe('CloudTrail', () => {
  const clock = new VirtualClock();
  const onBus: BusEvent[] = [];
  let host: PlatformHost;
  let stop = () => undefined as void;
  let operator: {
    endpoint: string;
    region: string;
    credentials: PlatformHost['platform']['administrator'];
    maxAttempts: number;
  };
  let trail: CloudTrailClient;

  const lookup = async (input: LookupEventsCommandInput): Promise<TrailEvent[]> => {
    const { Events = [] } = await trail.send(new LookupEventsCommand(input));
    return Events.map((one) => JSON.parse(one.CloudTrailEvent ?? '{}') as TrailEvent);
  };
  const named = (AttributeValue: string) =>
    lookup({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue }] });
  const logged = async () => {
    await clock.advance(60_000);
    const logs = new CloudWatchLogsClient(operator);
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: 'trail' }));
    return events.map(({ message }) => JSON.parse(message ?? '{}') as TrailEvent);
  };

  beforeAll(async () => {
    host = await testPlatform({ clock });
    const service = startCloudTrail(host);
    stop = () => service.stop();
    host.onEvent((event) => onBus.push(event));
    operator = {
      endpoint: host.platform.endpoint,
      region: host.platform.region,
      credentials: host.platform.administrator,
      maxAttempts: 1,
    };
    trail = new CloudTrailClient(operator);
    const trust = (Service: string) => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
    });
    host.policies.putRole({ arn: ROLE, trust: trust('sagemaker.amazonaws.com') });
    host.policies.putRole({ arn: LOGS_ROLE, trust: trust('cloudtrail.amazonaws.com') });
    const s3 = new S3Client({ ...operator, forcePathStyle: true });
    for (const Bucket of ['audit-bucket', 'lake-bucket'])
      await s3.send(
        new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
      );
    const Statement = [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: ['s3:GetBucketAcl', 's3:PutObject'],
        Resource: ['arn:aws:s3:::audit-bucket', 'arn:aws:s3:::audit-bucket/*'],
      },
    ];
    await s3.send(
      new PutBucketPolicyCommand({
        Bucket: 'audit-bucket',
        Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    );
    await new CloudWatchLogsClient(operator).send(new CreateLogGroupCommand({ logGroupName: 'trail' }));
  });

  afterAll(async () => {
    stop();
    clock.stop();
    await host.stop();
  });

  const settings = {
    Name: 'audit',
    S3BucketName: 'audit-bucket',
    CloudWatchLogsLogGroupArn: `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:trail:*`,
    CloudWatchLogsRoleArn: LOGS_ROLE,
  };

  it.each([
    { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
    { ArnLike: { 'aws:SourceArn': `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/audit` } },
  ])('refuses a trail whose log role asks who CloudTrail acts for: %j', async (Condition) => {
    const trust = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 'sts:AssumeRole', Condition },
      ],
    };
    const role = `${LOGS_ROLE}Narrow`;
    host.policies.putRole({ arn: role, trust });
    await expect(
      trail.send(new CreateTrailCommand({ ...settings, CloudWatchLogsRoleArn: role })),
    ).rejects.toMatchObject({
      name: 'InvalidCloudWatchLogsRoleArnException',
      message: 'Access denied. Check the trust relationships for your role.',
    });
  });

  it('refuses a trail that names a log group without a role, or a role without a log group', async () => {
    await expect(
      trail.send(new CreateTrailCommand({ ...settings, CloudWatchLogsRoleArn: undefined })),
    ).rejects.toMatchObject({
      name: 'InvalidCloudWatchLogsRoleArnException',
      message: 'You must specify a role ARN as well as a log group.',
    });
    await expect(
      trail.send(new CreateTrailCommand({ ...settings, CloudWatchLogsLogGroupArn: undefined })),
    ).rejects.toMatchObject({
      name: 'InvalidCloudWatchLogsLogGroupArnException',
    });
  });

  it('refuses a trail whose bucket does not admit it', async () => {
    await expect(
      trail.send(new CreateTrailCommand({ ...settings, S3BucketName: 'lake-bucket' })),
    ).rejects.toMatchObject({
      name: 'InsufficientS3BucketPolicyException',
      message: 'Incorrect S3 bucket policy is detected for bucket: lake-bucket',
    });
  });

  it('refuses a trail with digests when the bucket refuses the key of S3', async () => {
    const s3 = new S3Client({ ...operator, forcePathStyle: true });
    const [Bucket, header] = ['strict-bucket', 's3:x-amz-server-side-encryption'];
    const resources = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
    const Statement = [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: ['s3:GetBucketAcl', 's3:PutObject'],
        Resource: resources,
      },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: resources[1],
        Condition: { StringEquals: { [header]: 'AES256' } },
      },
    ];
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }));
    const creation = trail.send(
      new CreateTrailCommand({ Name: 'digests', S3BucketName: Bucket, EnableLogFileValidation: true }),
    );
    await expect(creation).rejects.toMatchObject({ name: 'InsufficientS3BucketPolicyException' });
  });

  it('refuses a trail whose role may not write the log', async () => {
    await expect(trail.send(new CreateTrailCommand(settings))).rejects.toMatchObject({
      name: 'InvalidCloudWatchLogsLogGroupArnException',
      message: 'Access denied. Check the permissions for your role.',
    });
    host.policies.putInlinePolicy(LOGS_ROLE, 'P', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:trail:log-stream:${ACCOUNT}_CloudTrail_*`,
        },
      ],
    });
    await trail.send(new CreateTrailCommand(settings));
    await trail.send(
      new PutEventSelectorsCommand({
        TrailName: 'audit',
        AdvancedEventSelectors: [
          { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
          {
            FieldSelectors: [
              { Field: 'eventCategory', Equals: ['Data'] },
              { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
              { Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::lake-bucket/'] },
            ],
          },
        ],
      }),
    );
    await trail.send(new StartLoggingCommand({ Name: 'audit' }));
  });

  it('records changes with their caller, and sends them as events', async () => {
    const kms = new KMSClient(operator);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new DisableKeyCommand({ KeyId: KeyMetadata?.KeyId }));
    const [event] = await named('DisableKey');
    expect(event).toMatchObject({
      eventVersion: '1.11',
      userIdentity: {
        type: 'IAMUser',
        arn: `arn:aws:iam::${ACCOUNT}:user/administrator`,
        accountId: ACCOUNT,
        userName: 'administrator',
        accessKeyId: operator.credentials.accessKeyId,
      },
      eventSource: 'kms.amazonaws.com',
      awsRegion: 'eu-west-1',
      requestParameters: { keyId: KeyMetadata?.KeyId },
      responseElements: null,
      readOnly: false,
      resources: [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: KeyMetadata?.Arn }],
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: ACCOUNT,
      eventCategory: 'Management',
    });
    expect(onBus.filter(({ detail }) => detail.eventName === 'DisableKey')).toEqual([
      { source: 'aws.kms', 'detail-type': 'AWS API Call via CloudTrail', resources: [], detail: event },
    ]);
  });

  it('records reads in its history without their output, and sends no events', async () => {
    await expect(new KMSClient(operator).send(new DescribeKeyCommand({ KeyId: 'nothing' }))).rejects.toThrow();
    const [event] = await named('DescribeKey');
    expect(event).toMatchObject({ readOnly: true, errorCode: 'NotFoundException', responseElements: null });
    expect(onBus.some(({ detail }) => detail.eventName === 'DescribeKey')).toBe(false);
  });

  it('records what a role was refused, with the role behind the session', async () => {
    const credentials = await host.platform.assumeRole('sagemaker.amazonaws.com', ROLE, 'job-1');
    await expect(
      new SSMClient({ ...operator, credentials }).send(
        new PutParameterCommand({ Name: '/live', Value: 'mine', Type: 'String' }),
      ),
    ).rejects.toThrow();
    const [event] = await named('PutParameter');
    expect(event).toMatchObject({
      userIdentity: {
        type: 'AssumedRole',
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Train/job-1`,
        sessionContext: {
          sessionIssuer: { type: 'Role', arn: ROLE, userName: 'Train' },
          attributes: { mfaAuthenticated: 'false' },
        },
      },
      errorCode: 'AccessDeniedException',
      errorMessage: expect.stringContaining('is not authorized to perform: ssm:PutParameter') as string,
    });
    expect(await lookup({ LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: 'job-1' }] })).toEqual([
      event,
    ]);
    expect(onBus.filter(({ detail }) => detail.errorCode === 'AccessDeniedException')).toHaveLength(1);
  });

  it('hides what is secret: parameters, and the keys of a session', async () => {
    await new SSMClient(operator).send(new PutParameterCommand({ Name: '/live', Value: 'swordfish', Type: 'String' }));
    const [put] = await named('PutParameter');
    expect(put?.requestParameters).toMatchObject({ name: '/live', value: 'HIDDEN_DUE_TO_SECURITY_REASONS' });
    const assumed = await named('AssumeRole');
    expect(assumed.find(({ requestParameters }) => requestParameters?.roleArn === ROLE)).toMatchObject({
      userIdentity: { type: 'AWSService', invokedBy: 'sagemaker.amazonaws.com' },
      requestParameters: { roleArn: ROLE, roleSessionName: 'job-1' },
      responseElements: { credentials: { accessKeyId: expect.stringMatching(/^ASIA/) as string } },
    });
    expect(JSON.stringify([put, assumed])).not.toMatch(/swordfish|secretAccessKey|sessionToken/i);
  });

  it('records a denied AssumeRole with its caller', async () => {
    await expect(
      new STSClient(operator).send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'me' })),
    ).rejects.toThrow();
    const [event] = await named('AssumeRole');
    expect(event).toMatchObject({
      userIdentity: { type: 'IAMUser' },
      errorCode: 'AccessDenied',
      requestParameters: null,
    });
  });

  it('writes selected data events to a trail, and none to the history', async () => {
    const s3 = new S3Client({ ...operator, forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: 'lake-bucket', Key: 'raw/one.csv', Body: 'personal' }));
    await s3.send(new PutObjectCommand({ Bucket: 'audit-bucket', Key: 'other', Body: 'x' }));
    const puts = (await logged()).filter(({ eventName }) => eventName === 'PutObject');
    expect(puts).toHaveLength(1);
    expect(puts[0]).toMatchObject({
      eventCategory: 'Data',
      managementEvent: false,
      requestParameters: { bucketName: 'lake-bucket', key: 'raw/one.csv' },
    });
    expect(JSON.stringify(puts)).not.toContain('personal');
    expect(await named('PutObject')).toEqual([]);
  });

  it('finds by time, newest first, in pages', async () => {
    const all = await trail.send(new LookupEventsCommand({ MaxResults: 2 }));
    expect(all.Events).toHaveLength(2);
    const next = await trail.send(new LookupEventsCommand({ MaxResults: 2, NextToken: all.NextToken }));
    const ids = [...(all.Events ?? []), ...(next.Events ?? [])].map(({ EventId }) => EventId);
    expect(new Set(ids).size).toBe(4);
    expect(await lookup({ EndTime: new Date('2001-01-01'), StartTime: new Date('2000-01-01') })).toEqual([]);
    const reversed = { StartTime: new Date('2001-01-01'), EndTime: new Date('2000-01-01') };
    await expect(trail.send(new LookupEventsCommand(reversed))).rejects.toMatchObject({
      name: 'InvalidTimeRangeException',
    });
    await expect(
      trail.send(
        new LookupEventsCommand({
          LookupAttributes: [1, 2].map(() => ({ AttributeKey: 'EventName', AttributeValue: 'x' })),
        }),
      ),
    ).rejects.toThrow(/one lookup attribute/);
  });

  it('delivers the entry of StopLogging last', async () => {
    await trail.send(new StopLoggingCommand({ Name: 'audit' }));
    await new SSMClient(operator).send(
      new PutParameterCommand({ Name: '/live', Value: 'later', Type: 'String', Overwrite: true }),
    );
    const names = (await logged()).map(({ eventName }) => eventName);
    expect(names.at(-1)).toBe('StopLogging');
    expect(onBus.at(-1)?.detail.eventName).toBe('StopLogging');
  });
});
