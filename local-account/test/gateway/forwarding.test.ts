import { Readable } from 'node:stream';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, CreateLogGroupCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  GetPolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SageMakerClient, StartPipelineExecutionCommand, UpdatePipelineCommand } from '@aws-sdk/client-sagemaker';
import { CreateTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Upload } from '@aws-sdk/lib-storage';
import type { PlatformHost } from '../../gateway/platform-host';
import type { BusEvent } from '../../platform';
import { FixedClock, testPlatform } from '../fixtures/test-platform';

const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/Train`;
const BUCKET = 'lake-bucket';

describe('the gateway, in front of the store', () => {
  const clock = new FixedClock();
  let host: PlatformHost;
  let key: string;
  let operator: {
    endpoint: string;
    region: string;
    credentials: PlatformHost['platform']['administrator'];
    maxAttempts: number;
  };
  let role: typeof operator;
  let s3: S3Client;
  let roleS3: S3Client;
  const events: BusEvent[] = [];

  const grant = (...Statement: Record<string, unknown>[]): void =>
    host.policies.putInlinePolicy(ROLE, 'P', {
      Version: '2012-10-17',
      Statement: Statement.map((one) => ({ Effect: 'Allow', ...one })),
    });
  const failure = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work;
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
    return 'it did not fail';
  };

  beforeAll(async () => {
    host = await testPlatform({ clock });
    host.onEvent((event) => events.push(event));
    operator = {
      endpoint: host.platform.endpoint,
      region: 'eu-west-1',
      credentials: host.platform.administrator,
      maxAttempts: 1,
    };
    key = (await new KMSClient(operator).send(new CreateKeyCommand({}))).KeyMetadata!.Arn!;
    s3 = new S3Client(operator);
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await s3.send(
      new PutBucketEncryptionCommand({
        Bucket: BUCKET,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } }],
        },
      }),
    );
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: BUCKET,
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
    );
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'raw/a b/ü+c.csv', Body: 'hello' }));
    host.policies.putRole({
      arn: ROLE,
      trust: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
    });
    role = { ...operator, credentials: await host.platform.assumeRole('sagemaker.amazonaws.com', ROLE, 'job') };
    roleS3 = new S3Client(role);
  });
  afterAll(() => host.stop());
  beforeEach(() => {
    events.splice(0);
    grant({ Action: 'sts:GetCallerIdentity', Resource: '*' });
  });

  it('refuses a role that trusts another service', async () => {
    expect(await failure(host.platform.assumeRole('lambda.amazonaws.com', ROLE, 'job'))).toBe(
      'AccessDenied: lambda.amazonaws.com is not authorized to perform: sts:AssumeRole because no role trust policy allows the sts:AssumeRole action',
    );
  });

  it('needs permissions on the object and its key, with the context that S3 sets', async () => {
    const get = () => roleS3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'raw/a b/ü+c.csv' }));
    expect(await failure(get())).toContain(
      's3:GetObject on resource: "arn:aws:s3:::lake-bucket/raw/a b/ü+c.csv" because no identity-based',
    );
    grant({ Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/raw/*` });
    expect(await failure(get())).toContain(
      `not authorized to perform: kms:Decrypt on resource: ${key} because no identity-based policy`,
    );
    grant(
      { Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/raw/*` },
      {
        Action: 'kms:Decrypt',
        Resource: key,
        Condition: {
          StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com', 'kms:CallerAccount': ACCOUNT },
          StringLike: { 'kms:EncryptionContext:aws:s3:arn': `arn:aws:s3:::${BUCKET}/raw/*` },
        },
      },
    );
    expect(await (await get()).Body!.transformToString()).toBe('hello');
  });

  it("needs no key for an object's metadata", async () => {
    grant({ Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/raw/*` });
    const head = await roleS3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'raw/a b/ü+c.csv' }));
    expect(head).toMatchObject({ ContentLength: 5, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key });
  });

  it('needs kms:GenerateDataKey for a put into an encrypted bucket', async () => {
    const put = () => roleS3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'out/x', Body: 'x'.repeat(300_000) }));
    grant({ Action: 's3:PutObject', Resource: `arn:aws:s3:::${BUCKET}/out/*` });
    expect(await failure(put())).toContain('kms:GenerateDataKey');
    grant(
      { Action: 's3:PutObject', Resource: `arn:aws:s3:::${BUCKET}/out/*` },
      { Action: 'kms:GenerateDataKey', Resource: key },
    );
    expect((await put()).SSEKMSKeyId).toBe(key);
  });

  it('needs kms:Decrypt, too, for an upload in parts', async () => {
    const upload = () =>
      new Upload({
        client: roleS3,
        params: { Bucket: BUCKET, Key: 'out/parts', Body: Buffer.alloc(6_000_000) },
        partSize: 5 * 1024 * 1024,
      }).done();
    const puts = { Action: ['s3:PutObject', 's3:AbortMultipartUpload'], Resource: `arn:aws:s3:::${BUCKET}/out/*` };
    grant(puts, { Action: 'kms:GenerateDataKey', Resource: key });
    expect(await failure(upload())).toContain('kms:Decrypt');
    grant(puts, { Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: key });
    await upload();
  });

  it('answers 403 for a missing key without s3:ListBucket', async () => {
    grant({ Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/*` });
    const get = () => roleS3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'raw/none' }));
    expect(await failure(get())).toContain('AccessDenied');
    grant(
      { Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/*` },
      { Action: 's3:ListBucket', Resource: `arn:aws:s3:::${BUCKET}` },
    );
    expect(await failure(get())).toContain('NoSuchKey');
  });

  it('lists only the prefix a condition allows', async () => {
    grant({
      Action: 's3:ListBucket',
      Resource: `arn:aws:s3:::${BUCKET}`,
      Condition: { StringLike: { 's3:prefix': 'raw/*' } },
    });
    expect((await roleS3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'raw/' }))).KeyCount).toBe(1);
    expect(await failure(roleS3.send(new ListObjectsV2Command({ Bucket: BUCKET })))).toContain('AccessDenied');
  });

  it('reads the source of a copy as the caller', async () => {
    grant({ Action: 's3:PutObject', Resource: `arn:aws:s3:::${BUCKET}/out/*` }, { Action: 'kms:*', Resource: key });
    const copy = () =>
      roleS3.send(
        new CopyObjectCommand({ Bucket: BUCKET, Key: 'out/copy', CopySource: `${BUCKET}/raw/a%20b/%C3%BC%2Bc.csv` }),
      );
    expect(await failure(copy())).toContain('s3:GetObject on resource: "arn:aws:s3:::lake-bucket/raw/a b/ü+c.csv"');
    grant(
      { Action: 's3:PutObject', Resource: `arn:aws:s3:::${BUCKET}/out/*` },
      { Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/raw/*` },
      { Action: 'kms:*', Resource: key },
    );
    await copy();
    expect(events.map((event) => event.detail.reason)).toEqual(['CopyObject']);
  });

  it('puts a bucket policy in force as soon as it is put', async () => {
    const policy = (Statement: unknown[]) =>
      new PutBucketPolicyCommand({ Bucket: BUCKET, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
    const secure = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    const encrypted = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${BUCKET}/*`,
      Condition: {
        StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' },
        Null: { 's3:x-amz-server-side-encryption': 'false' },
      },
    };
    await s3.send(policy([secure, encrypted]));
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'tmp/default', Body: 'x' }));
    expect(
      await failure(
        s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'tmp/x', Body: 'x', ServerSideEncryption: 'AES256' })),
      ),
    ).toContain('with an explicit deny in a resource-based policy');
    const deleted = await s3.send(
      new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects: [{ Key: 'tmp/default' }] } }),
    );
    expect(deleted.Errors ?? []).toEqual([]);
    expect(await failure(s3.send(policy([{ ...secure, Conditions: {} }])))).toContain('unknown element "Conditions"');
    await s3.send(policy([secure]));
  });

  it("sends Object Created to the bus in S3's shape", async () => {
    const { ETag } = await s3.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: 'raw/orders/north/2013-01.csv', Body: 'rows' }),
    );
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      resources: [`arn:aws:s3:::${BUCKET}`],
      detail: {
        version: '0',
        bucket: { name: BUCKET },
        object: {
          key: 'raw/orders/north/2013-01.csv',
          size: 4,
          etag: ETag!.replace(/"/g, ''),
          sequencer: expect.stringMatching(/^[0-9A-F]{16}$/),
        },
        requester: ACCOUNT,
        'source-ip-address': '127.0.0.1',
        reason: 'PutObject',
      },
    });
  });

  it('streams a multipart upload, and sends one event for it', async () => {
    const body = Readable.from(
      (function* () {
        for (let index = 0; index < 120; index++) {
          yield Buffer.alloc(50_000, 'x');
        }
      })(),
    );
    await new Upload({ client: s3, params: { Bucket: BUCKET, Key: 'raw/big', Body: body } }).done();
    expect((await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'raw/big' }))).ContentLength).toBe(6_000_000);
    expect(events.map((event) => event.detail.reason)).toEqual(['CompleteMultipartUpload']);
  });

  it('needs the key of an encrypted topic and queue', async () => {
    const queueUrl = (
      await new SQSClient(operator).send(
        new CreateQueueCommand({ QueueName: 'work', Attributes: { KmsMasterKeyId: key } }),
      )
    ).QueueUrl!;
    const topic = (
      await new SNSClient(operator).send(
        new CreateTopicCommand({ Name: 'alarms', Attributes: { KmsMasterKeyId: key } }),
      )
    ).TopicArn!;
    expect(queueUrl).toContain(host.platform.endpoint);
    const queue = `arn:aws:sqs:eu-west-1:${ACCOUNT}:work`;
    const send = () => new SQSClient(role).send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'm' }));
    const publish = () => new SNSClient(role).send(new PublishCommand({ TopicArn: topic, Message: 'm' }));
    expect(await failure(send())).toContain(`not authorized to perform: sqs:sendmessage on resource: ${queue}`);
    grant({ Action: ['sqs:SendMessage', 'sns:Publish'], Resource: [queue, topic] });
    expect(await failure(send())).toContain(`kms:GenerateDataKey on resource: ${key}`);
    expect(await failure(publish())).toContain(`kms:GenerateDataKey on resource: ${key}`);
    const via = (service: string) => ({ StringEquals: { 'kms:ViaService': `${service}.eu-west-1.amazonaws.com` } });
    const use = ['kms:GenerateDataKey', 'kms:Decrypt'];
    grant(
      { Action: ['sqs:SendMessage', 'sns:Publish'], Resource: [queue, topic] },
      { Action: use, Resource: key, Condition: via('sqs') },
      { Action: use, Resource: key, Condition: via('sns') },
    );
    await send();
    await publish();
    expect(
      (await new SQSClient(operator).send(new ReceiveMessageCommand({ QueueUrl: queueUrl }))).Messages,
    ).toHaveLength(1);
  });

  it('needs iam:PassRole wherever a call passes a role', async () => {
    host.registerService({
      name: 'sagemaker',
      operations: new Set(['UpdatePipeline', 'StartPipelineExecution']),
      handle: async () => ({}),
    });
    const update = () =>
      new SageMakerClient(role).send(new UpdatePipelineCommand({ PipelineName: 'Workflow', RoleArn: ROLE }));
    grant({ Action: 'sagemaker:*', Resource: `arn:aws:sagemaker:eu-west-1:${ACCOUNT}:pipeline/workflow` });
    expect(await failure(update())).toContain(`iam:PassRole on resource: ${ROLE}`);
    const pass = (service: string) => ({
      Action: 'iam:PassRole',
      Resource: ROLE,
      Condition: { StringEquals: { 'iam:PassedToService': service } },
    });
    grant({ Action: 'sagemaker:*', Resource: '*' }, pass('lambda.amazonaws.com'));
    expect(await failure(update())).toContain('iam:PassRole');
    grant({ Action: 'sagemaker:*', Resource: '*' }, pass('sagemaker.amazonaws.com'));
    await update();
    await new SageMakerClient(role).send(
      new StartPipelineExecutionCommand({ PipelineName: 'Workflow', ClientRequestToken: 'x'.repeat(32) }),
    );
  });

  it('lets an encrypted log group be made only when its key trusts CloudWatch Logs', async () => {
    const logs = new CloudWatchLogsClient(operator);
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'logs.eu-west-1.amazonaws.com' },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/workflow/*` },
      },
    };
    const owner = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' };
    const create = () => logs.send(new CreateLogGroupCommand({ logGroupName: '/workflow/jobs', kmsKeyId: key }));
    expect(await failure(create())).toContain(
      'logs.eu-west-1.amazonaws.com is not authorized to perform: kms:GenerateDataKey',
    );
    host.policies.putResourcePolicy(key, { Version: '2012-10-17', Statement: [owner, statement] });
    await create();
  });

  it('stores metrics and logs of services on virtual time', async () => {
    const read = async (): Promise<(string | undefined)[]> => {
      const { events: found } = await new CloudWatchLogsClient(operator).send(
        new GetLogEventsCommand({ logGroupName: '/aws/jobs', logStreamName: 'a/1' }),
      );
      return found!.map((event) => event.message);
    };
    host.platform.log('/aws/jobs', 'a/1', ['one', '', 'two']);
    expect(await read()).toEqual(['one', ' ', 'two']);
    await clock.advance(90 * 24 * 3600_000);
    host.platform.log('/aws/jobs', 'a/1', ['ninety days later']);
    expect(await read()).toContain('ninety days later');
    host.platform.log('/aws/jobs', 'a/1', ['said before the clock jumped']);
    await clock.advance(90 * 24 * 3600_000);
    expect(await read()).toContain('said before the clock jumped');
    for (let index = 0; index < 600; index++) {
      host.platform.putMetric({
        namespace: 'AWS/SageMaker',
        name: 'Invocations',
        dimensions: { EndpointName: 'live' },
        value: 1,
        unit: 'Count',
      });
    }
    const { Datapoints } = await new CloudWatchClient(operator).send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/SageMaker',
        MetricName: 'Invocations',
        Dimensions: [{ Name: 'EndpointName', Value: 'live' }],
        StartTime: new Date(clock.now() - 60_000),
        EndTime: new Date(clock.now() + 60_000),
        Period: 300,
        Statistics: ['Sum'],
      }),
    );
    expect(Datapoints!.map((point) => point.Sum)).toEqual([600]);
  });

  it('describes the named alarms that are in the requested state', async () => {
    const cloudwatch = new CloudWatchClient(operator);
    const alarm = {
      MetricName: 'Invocations',
      Namespace: 'AWS/SageMaker',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    } as const;
    const names = ['loud', 'quiet', 'not asked about'];
    for (const AlarmName of names) await cloudwatch.send(new PutMetricAlarmCommand({ ...alarm, AlarmName }));
    for (const [at, AlarmName] of names.entries())
      await cloudwatch.send(
        new SetAlarmStateCommand({ AlarmName, StateValue: at === 1 ? 'OK' : 'ALARM', StateReason: 'a test' }),
      );
    const { MetricAlarms } = await cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: ['loud', 'quiet'], StateValue: 'ALARM' }),
    );
    expect(MetricAlarms!.map(({ AlarmName }) => AlarmName)).toEqual(['loud']);
  });

  it('stamps stored objects with virtual time', async () => {
    const ssm = new SSMClient(operator);
    await ssm.send(new PutParameterCommand({ Name: '/workflow/approved', Value: 'none', Type: 'String' }));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/workflow/approved' }));
    expect(Math.abs(Parameter!.LastModifiedDate!.getTime() - clock.now())).toBeLessThan(10_000);
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'stamped', Body: 'x' }));
    const { LastModified } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'stamped' }));
    expect(Math.abs(LastModified!.getTime() - clock.now())).toBeLessThan(10_000);
  });

  it('notifies listeners of each successful call', async () => {
    const calls: string[] = [];
    const stop = host.onCall((call) => calls.push(`${call.service}:${call.operation}`));
    await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    await failure(s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'none' })));
    stop();
    expect(calls).toEqual(['s3:ListObjectsV2']);
  });

  it("knows AWS's managed policies: they can be read and attached", async () => {
    const iam = new IAMClient(operator);
    const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSageMakerFullAccess';
    expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.PolicyName).toBe('AmazonSageMakerFullAccess');
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
    });
    await iam.send(new CreateRoleCommand({ RoleName: 'Learner', AssumeRolePolicyDocument }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'Learner', PolicyArn }));
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'Learner' }));
    expect(AttachedPolicies).toEqual([{ PolicyName: 'AmazonSageMakerFullAccess', PolicyArn }]);
    await expect(
      iam.send(new AttachRolePolicyCommand({ RoleName: 'Learner', PolicyArn: 'arn:aws:iam::aws:policy/Nothing' })),
    ).rejects.toThrow(/does not exist or is not attachable/);
  });
});
