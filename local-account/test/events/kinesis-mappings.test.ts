import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateStreamCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  CreateFunctionCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { strToU8, zipSync } from 'fflate';
import { VirtualClock } from '../../events/clock';
import { LambdaService } from '../../events/lambda/service';
import { type EventServices, startEvents } from '../../events/start-events';
import type { PlatformHost } from '../../gateway/platform-host';
import { clientOf, putServiceRole, testPlatform } from '../fixtures/test-platform';

const ACCOUNT = '123456789012';
const roleArn = `arn:aws:iam::${ACCOUNT}:role/Consumer`;
const streamArn = (name: string): string => `arn:aws:kinesis:eu-west-1:${ACCOUNT}:stream/${name}`;
const QUEUE = `arn:aws:sqs:eu-west-1:${ACCOUNT}:failures`;

/** Writes each event it gets into a log of its own; fails or reports as the records say. */
const CODE = `
const { appendFileSync } = require('node:fs');
exports.handler = async (event, context) => {
  const values = event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString());
  appendFileSync(process.env.OUT, JSON.stringify({ values, event }) + '\\n');
  if (values.some((value) => value.includes('poison'))) throw new Error('a poison record');
  const failed = event.Records.find((_, at) => values[at].includes('report'));
  return failed ? { batchItemFailures: [{ itemIdentifier: failed.kinesis.sequenceNumber }] } : {};
};`;

describe('an event source mapping of a data stream', () => {
  let host: PlatformHost;
  let events: EventServices;
  let clock: VirtualClock;
  let kinesis: KinesisClient;
  let lambda: LambdaClient;
  let sqs: SQSClient;
  let made = 0;

  beforeAll(async () => {
    clock = VirtualClock.pausedAt(Date.parse('2030-03-01T10:00:00Z'));
    host = await testPlatform({ clock });
    events = startEvents(host);
    kinesis = new KinesisClient(clientOf(host));
    lambda = new LambdaClient(clientOf(host));
    sqs = new SQSClient(clientOf(host));
    putServiceRole(host, roleArn, 'lambda.amazonaws.com');
    allow('Read', ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:DescribeStream', 'kinesis:ListShards']);
    allow('Log', ['logs:CreateLogStream', 'logs:PutLogEvents']);
    await sqs.send(new CreateQueueCommand({ QueueName: 'failures' }));
  });

  afterAll(async () => {
    await events.stop();
    for (const client of [kinesis, lambda, sqs]) client.destroy();
    clock.stop();
    await host.stop();
  });

  const allow = (name: string, Action: string[], Resource = '*', role = roleArn) =>
    host.policies.putInlinePolicy(role, name, {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action, Resource }],
    });

  interface Mapped {
    readonly stream: string;
    readonly uuid: string;
    /** What the function got, call by call. */
    calls(): { readonly values: string[]; readonly event: { readonly Records: Record<string, unknown>[] } }[];
    batches(): string[][];
    put(...values: string[]): Promise<void>;
  }

  async function map(
    more: Partial<CreateEventSourceMappingCommandInput> = {},
    { shards = 1, before = [] as string[], role = roleArn } = {},
  ): Promise<Mapped> {
    const name = `consumer-${(made += 1)}`;
    const out = `${host.platform.folder}/${name}.out`;
    writeFileSync(out, '');
    await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Role: role,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Timeout: 30,
        Environment: { Variables: { OUT: out } },
        Code: { ZipFile: zipSync({ 'index.js': strToU8(CODE) }) },
      }),
    );
    await clock.advance(1000);
    const put = async (...values: string[]): Promise<void> => {
      await kinesis.send(
        new PutRecordsCommand({
          StreamName: name,
          Records: values.map((value) => ({ PartitionKey: value.split(':')[0], Data: Buffer.from(value) })),
        }),
      );
    };
    if (before.length > 0) await put(...before);
    const { UUID = '' } = await lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: name,
        EventSourceArn: streamArn(name),
        StartingPosition: 'TRIM_HORIZON',
        ...more,
      }),
    );
    const calls: Mapped['calls'] = () =>
      readFileSync(out, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line: string) => JSON.parse(line));
    return { stream: name, uuid: UUID, calls, batches: () => calls().map(({ values }) => values), put };
  }
  const get = async ({ uuid }: Mapped) => lambda.send(new GetEventSourceMappingCommand({ UUID: uuid }));
  async function failures({ stream }: Mapped) {
    const QueueUrl = `${host.platform.endpoint}/${ACCOUNT}/failures`;
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    const documents = Messages.map(({ Body = '' }) => JSON.parse(Body));
    return documents.filter(({ KinesisBatchInfo }) => KinesisBatchInfo.streamArn === streamArn(stream));
  }

  test('calls the function with batches of a shard, in order, in the form of AWS', async () => {
    const mapped = await map({ BatchSize: 2 }, { before: ['a:1', 'a:2', 'a:3'] });
    await clock.advance(1000);
    expect(mapped.batches()).toEqual([['a:1', 'a:2'], ['a:3']]);
    const [record] = mapped.calls()[0].event.Records;
    expect(record).toEqual({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'a',
        sequenceNumber: expect.stringMatching(/^\d{56}$/),
        data: Buffer.from('a:1').toString('base64'),
        approximateArrivalTimestamp: expect.any(Number),
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: expect.stringMatching(/^shardId-000000000000:\d{56}$/),
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: roleArn,
      awsRegion: 'eu-west-1',
      eventSourceARN: streamArn(mapped.stream),
    });
    await mapped.put('a:4');
    await clock.advance(1000);
    expect(mapped.batches().slice(2)).toEqual([['a:4']]);
    expect(await get(mapped)).toMatchObject({ State: 'Enabled', LastProcessingResult: 'OK', BatchSize: 2 });
  });

  test('reads only what comes later, from LATEST, and waits for its batching window', async () => {
    const mapped = await map(
      { StartingPosition: 'LATEST', MaximumBatchingWindowInSeconds: 20, BatchSize: 3 },
      { before: ['old:1'] },
    );
    await mapped.put('a:1');
    await clock.advance(15_000);
    expect(mapped.batches()).toEqual([]);
    await mapped.put('a:2');
    await clock.advance(6_000);
    expect(mapped.batches()).toEqual([['a:1', 'a:2']]);
    await mapped.put('a:3', 'a:4', 'a:5');
    await clock.advance(1_000);
    expect(mapped.batches().slice(1)).toEqual([['a:3', 'a:4', 'a:5']]);
  });

  test('splits a failing batch, retries the poison record alone, and sends what is left of it to a queue', async () => {
    allow('Failures', ['sqs:SendMessage'], QUEUE);
    const mapped = await map({
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    });
    const metrics: string[] = [];
    const stop = host.onMetric(({ name, dimensions }) => {
      if (dimensions.FunctionName === mapped.stream) metrics.push(name);
    });
    await mapped.put('a:1', 'a:2', 'a:poison', 'a:4');
    await clock.advance(60_000);
    stop();
    expect(mapped.batches()).toEqual([
      ['a:1', 'a:2', 'a:poison', 'a:4'],
      ['a:1', 'a:2'],
      ['a:poison', 'a:4'],
      ['a:poison'],
      ['a:poison'],
      ['a:poison'],
      ['a:4'],
    ]);
    const [message] = await failures(mapped);
    expect(message).toEqual({
      requestContext: {
        requestId: expect.any(String),
        functionArn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:${mapped.stream}`,
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 5,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: expect.stringMatching(/^2030-03-01T/),
      KinesisBatchInfo: {
        shardId: 'shardId-000000000000',
        startSequenceNumber: expect.stringMatching(/^\d{56}$/),
        endSequenceNumber: expect.stringMatching(/^\d{56}$/),
        approximateArrivalOfFirstRecord: expect.any(String),
        approximateArrivalOfLastRecord: expect.any(String),
        batchSize: 1,
        streamArn: streamArn(mapped.stream),
      },
    });
    expect(metrics).toContain('IteratorAge');
    expect(await get(mapped)).toMatchObject({ LastProcessingResult: 'OK' });
  });

  test('goes on behind the record that the function reports, and discards what is too old', async () => {
    const mapped = await map({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRecordAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    });
    await mapped.put('a:1', 'a:report', 'a:3');
    await clock.advance(120_000);
    const batches = mapped.batches();
    expect(batches.slice(0, 2)).toEqual([
      ['a:1', 'a:report', 'a:3'],
      ['a:report', 'a:3'],
    ]);
    expect(new Set(batches.slice(1).map(String))).toEqual(new Set(['a:report,a:3']));
    const [message] = await failures(mapped);
    expect(message).toMatchObject({
      requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: batches.length },
      KinesisBatchInfo: { batchSize: 2 },
    });
    await mapped.put('a:4');
    await clock.advance(1_000);
    expect(mapped.batches().at(-1)).toEqual(['a:4']);
  });

  test('sends whole events to a bucket', async () => {
    const s3 = new S3Client({ ...clientOf(host), forcePathStyle: true });
    await s3.send(
      new CreateBucketCommand({ Bucket: 'discarded', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    allow('Bucket', ['s3:PutObject'], 'arn:aws:s3:::discarded/*');
    const mapped = await map({
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::discarded' } },
    });
    await mapped.put('a:poison');
    await clock.advance(10_000);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'discarded' }));
    expect(Contents.map(({ Key }) => Key)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^aws/lambda/${mapped.uuid}/shardId-000000000000/2030/03/01/2030-03-01T\\d\\d\\.\\d\\d\\.\\d\\d-[0-9a-f-]{36}$`,
        ),
      ),
    ]);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'discarded', Key: Contents[0].Key }));
    const { payload } = JSON.parse((await Body?.transformToString()) ?? '');
    expect(JSON.parse(payload)).toEqual(mapped.calls()[0].event);
    s3.destroy();
  });

  test('keeps the order of each partition key when it works on several batches of a shard at once', async () => {
    const mapped = await map({ ParallelizationFactor: 4, BatchSize: 5 });
    const values = Array.from({ length: 60 }, (_, number) => `key${number % 6}:${number}`);
    await mapped.put(...values);
    await clock.advance(5_000);
    const seen = mapped.batches().flat();
    expect([...seen].sort()).toEqual([...values].sort());
    for (let key = 0; key < 6; key += 1) {
      const of = (list: string[]) => list.filter((value) => value.startsWith(`key${key}:`));
      expect(of(seen)).toEqual(of(values));
    }
  });

  test('drops what its filters do not admit', async () => {
    const Pattern = JSON.stringify({ data: { kind: ['departed'] } });
    const mapped = await map({ FilterCriteria: { Filters: [{ Pattern }] } });
    const departed = '{"kind":"departed"}';
    await mapped.put('{"kind":"delayed"}', departed, 'no JSON');
    await clock.advance(2_000);
    expect(mapped.batches()).toEqual([[departed]]);
    await expect(map({ FilterCriteria: { Filters: [{ Pattern: '{"data":1}' }] } })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });

  test('stops and goes on where it was', async () => {
    const mapped = await map();
    await mapped.put('a:1');
    await clock.advance(1_000);
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapped.uuid, Enabled: false }));
    await mapped.put('a:2');
    await clock.advance(10_000);
    expect((await get(mapped)).State).toBe('Disabled');
    expect(mapped.batches()).toEqual([['a:1']]);
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapped.uuid, Enabled: true, BatchSize: 7 }));
    await clock.advance(1_000);
    expect(mapped.batches()).toEqual([['a:1'], ['a:2']]);
    const { EventSourceMappings = [] } = await lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName: mapped.stream }),
    );
    expect(EventSourceMappings.map(({ BatchSize }) => BatchSize)).toEqual([7]);
    await lambda.send(new DeleteEventSourceMappingCommand({ UUID: mapped.uuid }));
    await expect(get(mapped)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('goes on after a restart behind the last batch that was done with', async () => {
    const mapped = await map();
    await mapped.put('a:1');
    await clock.advance(1_000);
    await mapped.put('a:2');
    const folder = mkdtempSync(join(tmpdir(), 'mappings-'));
    const file = join(folder, 'lambda');
    await events.functions.snapshot.save(file);
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapped.uuid, Enabled: false }));
    const other = new LambdaService({ ...host.platform, folder }, {}, events.streams);
    await other.snapshot.restore(file);
    await other.snapshot.resume?.();
    await mapped.put('a:3');
    await clock.advance(2_000);
    other.stop();
    expect(mapped.batches().flat()).toEqual(['a:1', 'a:2', 'a:3']);
  });

  test('reads as the role of the function, and says so when it may not', async () => {
    const role = `arn:aws:iam::${ACCOUNT}:role/Blind`;
    putServiceRole(host, role, 'lambda.amazonaws.com');
    await expect(map({}, { role })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringMatching(
        /^Cannot access stream arn:aws:kinesis:.* Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams Actions on your stream in IAM\.$/,
      ),
    });
    const reads = ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:DescribeStream', 'kinesis:ListShards'];
    allow('Read', reads, '*', role);
    await expect(map({ DestinationConfig: { OnFailure: { Destination: QUEUE } } }, { role })).rejects.toThrow(
      'The provided execution role does not have permissions to call SendMessage on SQS',
    );
    const mapped = await map({}, { role });
    allow('Read', reads.slice(1), '*', role);
    await mapped.put('a:1');
    await clock.advance(2_000);
    expect(mapped.batches()).toEqual([]);
    expect((await get(mapped)).LastProcessingResult).toContain('kinesis:GetRecords');
    allow('Read', reads, '*', role);
    await clock.advance(60_000);
    expect(mapped.batches()).toEqual([['a:1']]);
  });

  test('refuses what it does not do, by name', async () => {
    const refused = (more: Partial<CreateEventSourceMappingCommandInput>) => expect(map(more)).rejects;
    await refused({ TumblingWindowInSeconds: 60 }).toThrow('TumblingWindowInSeconds');
    await refused({ EventSourceArn: QUEUE }).toThrow('is not supported by the local account');
    await refused({ StartingPosition: undefined }).toMatchObject({ name: 'InvalidParameterValueException' });
    await refused({ MaximumRecordAgeInSeconds: 5 }).toMatchObject({ name: 'InvalidParameterValueException' });
    const mapped = await map();
    await expect(
      lambda.send(
        new CreateEventSourceMappingCommand({
          FunctionName: mapped.stream,
          EventSourceArn: streamArn(mapped.stream),
          StartingPosition: 'LATEST',
        }),
      ),
    ).rejects.toMatchObject({ name: 'ResourceConflictException' });
  });
});
