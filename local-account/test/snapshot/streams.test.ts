import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateDeliveryStreamCommand, FirehoseClient, PutRecordCommand as PutDirectly } from '@aws-sdk/client-firehose';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateStreamCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { CreateEventSourceMappingCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { zipSync } from 'fflate';
import { type LocalAccount, startLocalAccount } from '../../local-account';
import { testContainerPython, testPython } from '../fixtures/test-platform';

const role = 'arn:aws:iam::123456789012:role/Everything';
const stream = 'arn:aws:kinesis:eu-central-1:123456789012:stream/events';
const CODE =
  "exports.handler = async ({ Records }) => { for (const { kinesis } of Records) require('node:fs').appendFileSync(process.env.OUT, Buffer.from(kinesis.data, 'base64') + '\\n'); };";

describe('an account with streams, saved while records are on their way', () => {
  const folder = mkdtempSync(join(tmpdir(), 'local-account-streams-'));
  const out = join(folder, 'consumed');
  let account: LocalAccount;

  async function start(work: string, snapshot?: string): Promise<void> {
    const [python, containerPython] = [await testPython(), await testContainerPython()];
    account = await startLocalAccount({ folder: join(folder, work), python, containerPython, snapshot });
  }

  afterAll(() => account.stop());

  test('loses none of them', async () => {
    await start('one');
    const policy = (statement: object) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
    const iam = new IAMClient(account.client);
    const Service = ['lambda.amazonaws.com', 'firehose.amazonaws.com'];
    const AssumeRolePolicyDocument = policy({ Principal: { Service }, Action: 'sts:AssumeRole' });
    await iam.send(new CreateRoleCommand({ RoleName: 'Everything', AssumeRolePolicyDocument }));
    const PolicyDocument = policy({ Action: '*', Resource: '*' });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'Everything', PolicyName: 'all', PolicyDocument }));
    await account.clock.pause();
    const kinesis = new KinesisClient(account.client);
    await kinesis.send(new CreateStreamCommand({ StreamName: 'events', ShardCount: 2 }));
    await account.clock.advance(1_000);
    const lambda = new LambdaClient(account.client);
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'consumer',
        Runtime: 'nodejs24.x',
        Role: role,
        Handler: 'index.handler',
        Environment: { Variables: { OUT: out } },
        Code: { ZipFile: zipSync({ 'index.js': Buffer.from(CODE) }) },
      }),
    );
    await lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'consumer',
        EventSourceArn: stream,
        StartingPosition: 'LATEST',
      }),
    );
    const s3 = new S3Client({ ...account.client, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
    const firehose = new FirehoseClient(account.client);
    const destination = (Prefix: string) => ({
      RoleARN: role,
      BucketARN: 'arn:aws:s3:::lake',
      Prefix,
      BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 },
    });
    await firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: 'read',
        DeliveryStreamType: 'KinesisStreamAsSource',
        KinesisStreamSourceConfiguration: { KinesisStreamARN: stream, RoleARN: role },
        ExtendedS3DestinationConfiguration: destination('read/'),
      }),
    );
    await firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: 'direct',
        ExtendedS3DestinationConfiguration: destination('direct/'),
      }),
    );
    const put = (...values: string[]) =>
      kinesis.send(
        new PutRecordsCommand({
          StreamName: 'events',
          Records: values.map((value) => ({ PartitionKey: value, Data: Buffer.from(value) })),
        }),
      );
    await put('1', '2', '3');
    await firehose.send(new PutDirectly({ DeliveryStreamName: 'direct', Record: { Data: Buffer.from('directly') } }));
    // Read by the delivery stream, and done with by the function.
    await account.clock.advance(2_000);
    expect(readFileSync(out, 'utf8').split('\n').filter(Boolean).sort()).toEqual(['1', '2', '3']);
    await put('4', '5');
    await account.save(join(folder, 'saved'));
    await account.stop();
    expect(existsSync(join(folder, 'saved', 'kinesis'))).toBe(true);

    await start('two', join(folder, 'saved'));
    await account.clock.advance(62_000);
    expect(readFileSync(out, 'utf8').split('\n').filter(Boolean).sort()).toEqual(['1', '2', '3', '4', '5']);
    const again = new S3Client({ ...account.client, forcePathStyle: true });
    const { Contents = [] } = await again.send(new ListObjectsV2Command({ Bucket: 'lake' }));
    const texts = await Promise.all(
      Contents.map(async ({ Key = '' }) => {
        const { Body } = await again.send(new GetObjectCommand({ Bucket: 'lake', Key }));
        return [Key.split('/')[0], (await Body?.transformToString())?.split('').sort().join('')];
      }),
    );
    expect(texts).toEqual([
      ['direct', 'cdeilrty'],
      ['read', '12345'],
    ]);
    for (const client of [iam, kinesis, lambda, s3, firehose, again]) client.destroy();
  }, 120_000);
});
