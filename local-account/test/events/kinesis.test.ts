import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  IncreaseStreamRetentionPeriodCommand,
  KinesisClient,
  ListShardsCommand,
  ListStreamsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  StartStreamEncryptionCommand,
} from '@aws-sdk/client-kinesis';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { VirtualClock } from '../../events/clock';
import { KinesisService } from '../../events/kinesis/service';
import type { PlatformHost } from '../../gateway/platform-host';
import type { Platform } from '../../platform';
import { clientOf, putServiceRole, testPlatform } from '../fixtures/test-platform';

const ACCOUNT = '123456789012';
const arnOf = (name: string): string => `arn:aws:kinesis:eu-west-1:${ACCOUNT}:stream/${name}`;
const text = (value: string): Uint8Array => Buffer.from(value);

describe('a data stream', () => {
  let host: PlatformHost;
  let clock: VirtualClock;
  let kinesis: KinesisClient;
  let service: KinesisService;

  beforeAll(async () => {
    // Its seconds begin where the tests want them to.
    clock = VirtualClock.pausedAt(Date.parse('2030-03-01T10:00:00Z'));
    host = await testPlatform({ clock });
    service = new KinesisService(host.platform);
    host.registerService(service);
    kinesis = new KinesisClient(clientOf(host));
  });

  afterAll(async () => {
    kinesis.destroy();
    clock.stop();
    await host.stop();
  });

  const later = (milliseconds: number) => clock.advance(milliseconds);
  async function make(StreamName: string, ShardCount = 1): Promise<string> {
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount }));
    await later(1000);
    return StreamName;
  }
  const put = (StreamName: string, value: string, PartitionKey = 'k') =>
    kinesis.send(new PutRecordCommand({ StreamName, PartitionKey, Data: text(value) }));
  async function iterator(StreamName: string, more: Partial<GetShardIteratorCommandInput> = {}): Promise<string> {
    const input = { StreamName, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' as const, ...more };
    return (await kinesis.send(new GetShardIteratorCommand(input))).ShardIterator ?? '';
  }
  async function read(StreamName: string, more: Partial<GetShardIteratorCommandInput> = {}): Promise<string[]> {
    await later(1000);
    const ShardIterator = await iterator(StreamName, more);
    const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    return Records.map(({ Data }) => Buffer.from(Data ?? []).toString());
  }

  test('is active after a while, and describes its shards', async () => {
    await kinesis.send(new CreateStreamCommand({ StreamName: 'new', ShardCount: 3 }));
    const summary = async () =>
      (await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: 'new' }))).StreamDescriptionSummary;
    expect(await summary()).toMatchObject({ StreamStatus: 'CREATING', OpenShardCount: 3, EncryptionType: 'NONE' });
    await expect(put('new', 'x')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await later(1000);
    expect(await summary()).toMatchObject({ StreamStatus: 'ACTIVE', StreamARN: arnOf('new') });
    const { StreamDescription } = await kinesis.send(new DescribeStreamCommand({ StreamName: 'new', Limit: 2 }));
    expect(StreamDescription?.HasMoreShards).toBe(true);
    const { Shards = [], NextToken } = await kinesis.send(new ListShardsCommand({ StreamName: 'new', MaxResults: 2 }));
    const rest = await kinesis.send(new ListShardsCommand({ NextToken }));
    expect([...Shards, ...(rest.Shards ?? [])].map(({ ShardId }) => ShardId)).toEqual([
      'shardId-000000000000',
      'shardId-000000000001',
      'shardId-000000000002',
    ]);
    expect(Shards[0].HashKeyRange?.StartingHashKey).toBe('0');
    expect(rest.Shards?.[0].HashKeyRange?.EndingHashKey).toBe(String(2n ** 128n - 1n));
    await expect(kinesis.send(new CreateStreamCommand({ StreamName: 'new', ShardCount: 1 }))).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message: `Stream new under account ${ACCOUNT} already exists.`,
    });
    await make('newer');
    const first = await kinesis.send(new ListStreamsCommand({ Limit: 1 }));
    const second = await kinesis.send(new ListStreamsCommand({ Limit: 1, NextToken: first.NextToken }));
    expect([first.StreamNames, first.HasMoreStreams]).toEqual([['new'], true]);
    expect([second.StreamNames, second.HasMoreStreams, second.NextToken]).toEqual([['newer'], false, undefined]);
  });

  test('puts a record where the MD5 of its partition key falls, and keeps the order of a shard', async () => {
    await make('ordered', 4);
    const keys = Array.from({ length: 40 }, (_, number) => `key-${number}`);
    const { Records = [] } = await kinesis.send(
      new PutRecordsCommand({
        StreamName: 'ordered',
        Records: keys.map((PartitionKey) => ({ PartitionKey, Data: text(PartitionKey) })),
      }),
    );
    const expected = keys.map((key) => {
      const hash = BigInt(`0x${createHash('md5').update(key).digest('hex')}`);
      return `shardId-00000000000${hash / (2n ** 128n / 4n)}`;
    });
    expect(Records.map(({ ShardId }) => ShardId)).toEqual(expected);
    const first = keys.filter((_, index) => expected[index] === 'shardId-000000000000');
    expect(await read('ordered')).toEqual(first);
    const numbers = Records.filter(({ ShardId }) => ShardId === 'shardId-000000000000').map(({ SequenceNumber }) =>
      BigInt(SequenceNumber ?? 0),
    );
    expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)));
    expect(String(numbers[0])).toMatch(/^\d{56}$/);
    const explicit = { StreamName: 'ordered', PartitionKey: 'k', Data: text('x'), ExplicitHashKey: '0' };
    expect((await kinesis.send(new PutRecordCommand(explicit))).ShardId).toBe('shardId-000000000000');
    await expect(
      kinesis.send(new PutRecordCommand({ ...explicit, ExplicitHashKey: String(2n ** 128n) })),
    ).rejects.toMatchObject({ name: 'InvalidArgumentException', message: expect.stringContaining('[0, 2^128-1]') });
  });

  test('takes 1,000 records and 1 MiB a second and shard, and refuses the others one by one', async () => {
    await make('busy');
    const records = (number: number, size = 1) =>
      kinesis.send(
        new PutRecordsCommand({
          StreamName: 'busy',
          Records: Array.from({ length: number }, () => ({ PartitionKey: 'k', Data: new Uint8Array(size) })),
        }),
      );
    expect([(await records(500)).FailedRecordCount, (await records(499)).FailedRecordCount]).toEqual([0, 0]);
    const answer = await records(3);
    expect(answer.FailedRecordCount).toBe(2);
    expect(answer.Records?.[0].SequenceNumber).toBeDefined();
    expect(answer.Records?.[1]).toEqual({
      ErrorCode: 'ProvisionedThroughputExceededException',
      ErrorMessage: `Rate exceeded for shard shardId-000000000000 in stream busy under account ${ACCOUNT}.`,
    });
    await expect(put('busy', 'x')).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    await later(1000);
    expect((await records(4, 300 * 1024)).FailedRecordCount).toBe(1);
    const metrics: string[] = [];
    const stop = host.onMetric(({ name, value, dimensions }) => {
      if (dimensions.StreamName === 'busy') metrics.push(`${name} ${value}`);
    });
    await later(60_000);
    stop();
    expect(metrics).toContain('WriteProvisionedThroughputExceeded 4');
    expect(metrics).toContain('IncomingRecords 1003');
  });

  test('is read from each kind of position', async () => {
    await make('places');
    const { SequenceNumber } = await put('places', 'one');
    await later(2000);
    await put('places', 'two');
    const middle = new Date(clock.now());
    const latest = await iterator('places', { ShardIteratorType: 'LATEST' });
    await later(2000);
    await put('places', 'three');
    const at = (ShardIteratorType: GetShardIteratorCommandInput['ShardIteratorType'], more = {}) =>
      read('places', { ShardIteratorType, ...more });
    expect(await at('TRIM_HORIZON')).toEqual(['one', 'two', 'three']);
    expect(await at('AT_SEQUENCE_NUMBER', { StartingSequenceNumber: SequenceNumber })).toEqual(['one', 'two', 'three']);
    expect(await at('AFTER_SEQUENCE_NUMBER', { StartingSequenceNumber: SequenceNumber })).toEqual(['two', 'three']);
    expect(await at('AT_TIMESTAMP', { Timestamp: middle })).toEqual(['two', 'three']);
    expect(await at('LATEST')).toEqual([]);
    await later(1000);
    const { Records } = await kinesis.send(new GetRecordsCommand({ ShardIterator: latest }));
    expect(Records?.map(({ Data }) => Buffer.from(Data ?? []).toString())).toEqual(['three']);
    await expect(at('AT_TIMESTAMP')).rejects.toThrow('Must specify timestampInMillis parameter');
    await expect(at('AT_SEQUENCE_NUMBER')).rejects.toThrow('AT_SEQUENCE_NUMBER and no StartingSequenceNumber');
    await later(300_001);
    await expect(kinesis.send(new GetRecordsCommand({ ShardIterator: latest }))).rejects.toMatchObject({
      name: 'ExpiredIteratorException',
      message: expect.stringMatching(
        /^Iterator expired\. The iterator was created at time Fri Mar 01 \d\d:\d\d:\d\d UTC 2030 while right now/,
      ),
    });
    await expect(kinesis.send(new GetRecordsCommand({ ShardIterator: 'AAAA' }))).rejects.toThrow(
      'Invalid ShardIterator.',
    );
  });

  test('says how far a reader is behind, and lets five read a second', async () => {
    await make('behind');
    for (const value of ['a', 'b', 'c']) {
      await put('behind', value);
      await later(1000);
    }
    let ShardIterator: string | undefined = await iterator('behind');
    const behind: (number | undefined)[] = [];
    for (let call = 0; call < 3; call += 1) {
      const answer: GetRecordsCommandOutput = await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 1 }));
      behind.push(answer.MillisBehindLatest);
      ShardIterator = answer.NextShardIterator;
    }
    expect(behind).toEqual([3000, 2000, 0]);
    const more = () => kinesis.send(new GetRecordsCommand({ ShardIterator }));
    await more();
    await more();
    await expect(more()).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    await later(1000);
    expect((await more()).Records).toEqual([]);
  });

  test('keeps records for its retention period of virtual time', async () => {
    await make('kept');
    await make('short');
    await kinesis.send(new IncreaseStreamRetentionPeriodCommand({ StreamName: 'kept', RetentionPeriodHours: 48 }));
    await later(1000);
    await put('kept', 'old');
    await put('short', 'old');
    await later(25 * 3_600_000);
    await put('kept', 'new');
    await put('short', 'new');
    expect(await read('kept')).toEqual(['old', 'new']);
    expect(await read('short')).toEqual(['new']);
    await later(24 * 3_600_000);
    expect(await read('kept')).toEqual(['new']);
    await expect(
      kinesis.send(new IncreaseStreamRetentionPeriodCommand({ StreamName: 'kept', RetentionPeriodHours: 24 })),
    ).rejects.toMatchObject({
      name: 'InvalidArgumentException',
      message: expect.stringContaining('DecreaseRetention'),
    });
  });

  test('asks producers and consumers for its key', async () => {
    await make('secret');
    const { KeyMetadata } = await new KMSClient(clientOf(host)).send(new CreateKeyCommand({}));
    const key = KeyMetadata?.Arn ?? '';
    await kinesis.send(new StartStreamEncryptionCommand({ StreamName: 'secret', EncryptionType: 'KMS', KeyId: key }));
    await later(1000);
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/Producer`;
    putServiceRole(host, roleArn, 'lambda.amazonaws.com');
    const allow = (name: string, Action: string | string[], Resource: string, Condition?: object) =>
      host.policies.putInlinePolicy(roleArn, name, {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) }],
      });
    const credentials = await host.platform.assumeRole('lambda.amazonaws.com', roleArn, 'test');
    const producer = new KinesisClient({ ...clientOf(host), credentials });
    const send = () =>
      producer.send(new PutRecordCommand({ StreamName: 'secret', PartitionKey: 'k', Data: text('x') }));
    await expect(send()).rejects.toThrow('kinesis:PutRecord');
    allow('Put', ['kinesis:PutRecord', 'kinesis:GetRecords', 'kinesis:GetShardIterator'], arnOf('secret'));
    await expect(send()).rejects.toMatchObject({
      name: 'KMSAccessDeniedException',
      message: expect.stringContaining('kms:GenerateDataKey'),
    });
    allow('Key', 'kms:GenerateDataKey', key, {
      StringEquals: {
        'kms:EncryptionContext:aws:kinesis:arn': arnOf('secret'),
        'kms:ViaService': 'kinesis.eu-west-1.amazonaws.com',
      },
    });
    expect((await send()).EncryptionType).toBe('KMS');
    const { ShardIterator } = await producer.send(
      new GetShardIteratorCommand({
        StreamName: 'secret',
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    );
    const get = () => producer.send(new GetRecordsCommand({ ShardIterator }));
    await expect(get()).rejects.toMatchObject({
      name: 'KMSAccessDeniedException',
      message: expect.stringContaining('kms:Decrypt'),
    });
    allow('Read', 'kms:Decrypt', key);
    expect((await get()).Records).toHaveLength(1);
    producer.destroy();
  });

  test('gives its records back after a restart, also those in files', async () => {
    await make('saved', 2);
    const sent: string[] = [];
    for (let batch = 0; batch < 8; batch += 1) {
      const values = Array.from({ length: 500 }, (_, number) => `${batch}-${number}-${'x'.repeat(300)}`);
      await kinesis.send(
        new PutRecordsCommand({
          StreamName: 'saved',
          Records: values.map((value) => ({ PartitionKey: 'k', Data: text(value) })),
        }),
      );
      sent.push(...values);
      await later(1000);
    }
    const file = join(mkdtempSync(join(tmpdir(), 'streams-')), 'kinesis');
    const saving = service.snapshot.save(file);
    // What comes after the beginning is not part of it.
    await put('saved', 'late');
    await saving;
    const folder = mkdtempSync(join(tmpdir(), 'streams-'));
    const other = new KinesisService({ ...host.platform, folder } as Platform);
    await other.snapshot.restore(file);
    const principal = { kind: 'user' as const, arn: 'arn:aws:iam::123456789012:user/x', accountId: ACCOUNT };
    const ask = async (operation: string, input: Record<string, unknown>) =>
      (await other.handle({ service: 'kinesis', operation, input, principal, requestId: '1' })) as Record<
        string,
        never
      >;
    const ids = (await kinesis.send(new PutRecordCommand({ StreamName: 'saved', PartitionKey: 'k', Data: text('') })))
      .ShardId;
    let { ShardIterator } = await ask('GetShardIterator', {
      StreamName: 'saved',
      ShardId: ids,
      ShardIteratorType: 'TRIM_HORIZON',
    });
    const found: string[] = [];
    for (let call = 0; call < 2; call += 1) {
      const { Records, NextShardIterator } = await ask('GetRecords', { ShardIterator, Limit: 3000 });
      found.push(...(Records as { Data: Uint8Array }[]).map(({ Data }) => Buffer.from(Data).toString()));
      ShardIterator = NextShardIterator;
      await later(10_000);
    }
    expect(found).toEqual(sent);
  });

  test('refuses what is too large or has no stream', async () => {
    await make('strict');
    const large = Array.from({ length: 6 }, () => ({ PartitionKey: 'k', Data: new Uint8Array(1024 * 1024) }));
    const refused = { name: 'InvalidArgumentException' };
    await expect(kinesis.send(new PutRecordsCommand({ StreamName: 'strict', Records: large }))).rejects.toMatchObject({
      ...refused,
      message: 'Records size exceeds 5 MB limit',
    });
    await expect(kinesis.send(new DescribeStreamSummaryCommand({}))).rejects.toMatchObject(refused);
    await expect(kinesis.send(new ListShardsCommand({}))).rejects.toMatchObject(refused);
    await expect(kinesis.send(new ListShardsCommand({ NextToken: 'x' }))).rejects.toMatchObject(refused);
    await expect(
      kinesis.send(new CreateStreamCommand({ StreamName: 'none', StreamModeDetails: { StreamMode: 'PROVISIONED' } })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('refuses what is not built, by name', async () => {
    await expect(kinesis.send(new CreateStreamCommand({ StreamName: 'on-demand' }))).rejects.toThrow(
      'the on-demand mode is not supported by the local account',
    );
    await make('gone');
    await kinesis.send(new DeleteStreamCommand({ StreamName: 'gone' }));
    await later(1000);
    await expect(put('gone', 'x')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Stream gone under account ${ACCOUNT} not found.`,
    });
  });
});
