import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  CreateDeliveryStreamCommand,
  DeleteDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  type ExtendedS3DestinationConfiguration,
  FirehoseClient,
  ListDeliveryStreamsCommand,
  PutRecordBatchCommand,
  PutRecordCommand,
} from '@aws-sdk/client-firehose';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateStreamCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { VirtualClock } from '../../events/clock';
import { FirehoseService } from '../../events/firehose/service';
import { KinesisService } from '../../events/kinesis/service';
import type { PlatformHost } from '../../gateway/platform-host';
import { clientOf, putServiceRole, testPlatform } from '../fixtures/test-platform';

const ACCOUNT = '123456789012';
const roleArn = `arn:aws:iam::${ACCOUNT}:role/Delivery`;
const schemaRole = `arn:aws:iam::${ACCOUNT}:role/Schema`;
const bytes = (value: unknown): Uint8Array => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

const COLUMNS = [
  { Name: 'flight', Type: 'string' },
  { Name: 'delay', Type: 'int' },
  { Name: 'ratio', Type: 'double' },
  { Name: 'number', Type: 'bigint' },
  { Name: 'at', Type: 'timestamp' },
  { Name: 'day', Type: 'date' },
  { Name: 'late', Type: 'boolean' },
];

describe('a delivery stream', () => {
  let host: PlatformHost;
  let clock: VirtualClock;
  let firehose: FirehoseClient;
  let kinesis: KinesisClient;
  let s3: S3Client;
  let service: FirehoseService;
  let streams: KinesisService;
  let made = 0;

  beforeAll(async () => {
    clock = VirtualClock.pausedAt(Date.parse('2030-03-01T10:58:00Z'));
    host = await testPlatform({ clock });
    streams = new KinesisService(host.platform);
    service = new FirehoseService(host.platform, streams);
    host.registerService(streams);
    host.registerService(service);
    const client = clientOf(host);
    firehose = new FirehoseClient(client);
    kinesis = new KinesisClient(client);
    s3 = new S3Client({ ...client, forcePathStyle: true });
    await s3.send(
      new CreateBucketCommand({ Bucket: 'lake', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    const glue = new GlueClient(client);
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'lake' } }));
    await glue.send(
      new CreateTableCommand({
        DatabaseName: 'lake',
        TableInput: { Name: 'events', StorageDescriptor: { Columns: COLUMNS } },
      }),
    );
    for (const role of [roleArn, schemaRole]) putServiceRole(host, role, 'firehose.amazonaws.com');
    allow(roleArn, 'Put', ['s3:PutObject'], 'arn:aws:s3:::lake/*');
    allow(schemaRole, 'Table', ['glue:GetTable', 'glue:GetTableVersions']);
  });

  afterAll(async () => {
    await service.stop();
    for (const client of [firehose, kinesis, s3]) client.destroy();
    clock.stop();
    await host.stop();
  });

  const allow = (role: string, name: string, Action: string[], Resource = '*') =>
    host.policies.putInlinePolicy(role, name, {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action, Resource }],
    });

  const parquet = (more: object = {}): ExtendedS3DestinationConfiguration['DataFormatConversionConfiguration'] => ({
    Enabled: true,
    SchemaConfiguration: { RoleARN: schemaRole, DatabaseName: 'lake', TableName: 'events' },
    InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
    OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
    ...more,
  });

  async function make(
    destination: Partial<ExtendedS3DestinationConfiguration> = {},
    sourceArn?: string,
  ): Promise<string> {
    const DeliveryStreamName = `delivery-${(made += 1)}`;
    await firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName,
        ...(sourceArn
          ? {
              DeliveryStreamType: 'KinesisStreamAsSource',
              KinesisStreamSourceConfiguration: { KinesisStreamARN: sourceArn, RoleARN: roleArn },
            }
          : {}),
        ExtendedS3DestinationConfiguration: {
          RoleARN: roleArn,
          BucketARN: 'arn:aws:s3:::lake',
          Prefix: `${DeliveryStreamName}/`,
          ...destination,
        },
      }),
    );
    return DeliveryStreamName;
  }
  const put = (DeliveryStreamName: string, ...records: unknown[]) =>
    firehose.send(
      new PutRecordBatchCommand({ DeliveryStreamName, Records: records.map((one) => ({ Data: bytes(one) })) }),
    );
  async function objects(): Promise<{ readonly key: string; readonly body: Buffer }[]> {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'lake' }));
    return Promise.all(
      Contents.map(async ({ Key: key = '' }) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key: key }));
        const body = Buffer.from((await Body?.transformToByteArray()) ?? []);
        await s3.send(new DeleteObjectCommand({ Bucket: 'lake', Key: key }));
        return { key, body };
      }),
    );
  }
  function rows(body: Buffer) {
    const file = join(host.platform.folder, 'one.parquet');
    writeFileSync(file, body);
    return JSON.parse(
      execFileSync(process.execPath, [join(__dirname, '../fixtures/read-parquet.mjs'), file], { encoding: 'utf8' }),
    );
  }

  test('writes what it gathered when its time is up, compressed, with the hour of the oldest record', async () => {
    const name = await make({
      CompressionFormat: 'GZIP',
      BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 120 },
    });
    const metrics: string[] = [];
    const stop = host.onMetric(({ name: metric, value }) => metrics.push(`${metric} ${value}`));
    await firehose.send(new PutRecordCommand({ DeliveryStreamName: name, Record: { Data: bytes('one\n') } }));
    await clock.advance(60_000);
    await put(name, 'two\n');
    await clock.advance(59_000);
    expect(await objects()).toEqual([]);
    await clock.advance(1_000);
    stop();
    const [{ key, body }, ...others] = await objects();
    expect(others).toEqual([]);
    expect(key).toMatch(
      new RegExp(
        `^${name}/2030/03/01/10/${name}-1-2030-03-01-10-58-00-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.gz$`,
      ),
    );
    expect(gunzipSync(body).toString()).toBe('one\ntwo\n');
    expect(metrics).toEqual(expect.arrayContaining(['DeliveryToS3.Success 1', 'DeliveryToS3.DataFreshness 120']));
  });

  test('writes at once when enough is gathered', async () => {
    const name = await make({ BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 900 } });
    await put(name, 'x'.repeat(600 * 1024), 'y'.repeat(600 * 1024), 'z');
    await clock.advance(1_000);
    const [{ body }] = await objects();
    expect(body.length).toBe(1200 * 1024);
    await clock.advance(900_000);
    expect((await objects()).map(({ body: rest }) => rest.toString())).toEqual(['z']);
  });

  test('makes Parquet by the columns of the table, and sends what does not fit to the error prefix', async () => {
    const name = await make({
      Prefix: "data/'x'year=!{timestamp:yyyy}/at=!{timestamp:HH'h'mm}/",
      ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/!{timestamp:yyyy-MM-dd}/',
      BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
      DataFormatConversionConfiguration: parquet(),
    });
    const at = clock.now();
    await put(
      name,
      {
        Flight: 'UA1',
        delay: 5,
        ratio: 0.5,
        number: '9007199254740993',
        at: '2030-03-01T10:00:00.5Z',
        day: '2030-03-01',
        late: true,
      },
      '{"flight":"UA2","at":1898589600}{"flight":"UA3","at":1898589600123,"more":1}',
      'no JSON',
      { flight: 'UA4', delay: 'late' },
    );
    await clock.advance(60_000);
    const found = await objects();
    expect(found.map(({ key }) => key)).toEqual([
      expect.stringMatching(new RegExp(`^data/'x'year=2030/at=\\d\\dh\\d\\d/${name}-1-.*\\.parquet$`)),
      expect.stringMatching(/^errors\/format-conversion-failed\/2030-03-01\//),
    ]);
    const { columns, rows: table, codecs } = rows(found[0].body);
    expect(codecs).toEqual(['SNAPPY']);
    expect(columns).toEqual([
      ['flight', 'UTF8'],
      ['delay', 'INT32'],
      ['ratio', 'DOUBLE'],
      ['number', 'INT64'],
      ['at', 'TIMESTAMP_MILLIS'],
      ['day', 'DATE'],
      ['late', 'BOOLEAN'],
    ]);
    expect(table).toEqual([
      {
        flight: 'UA1',
        delay: 5,
        ratio: 0.5,
        number: '9007199254740993n',
        at: '2030-03-01T10:00:00.500Z',
        day: '2030-03-01T00:00:00.000Z',
        late: true,
      },
      expect.objectContaining({ flight: 'UA2', delay: null, at: '2030-03-01T10:00:00.000Z' }),
      expect.objectContaining({ flight: 'UA3', at: '2030-03-01T10:00:00.123Z' }),
    ]);
    const errors = found[1].body
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(errors).toEqual([
      {
        attemptsMade: 1,
        arrivalTimestamp: at,
        lastErrorCode: 'DataFormatConversion.ParseError',
        lastErrorMessage: expect.stringContaining('Encountered malformed JSON.'),
        attemptEndingTimestamp: clock.now(),
        rawData: Buffer.from('no JSON').toString('base64'),
        sequenceNumber: expect.any(String),
        subSequenceNumber: null,
        dataCatalogTable: {
          catalogId: ACCOUNT,
          databaseName: 'lake',
          tableName: 'events',
          region: 'eu-west-1',
          versionId: 'LATEST',
          catalogArn: `arn:aws:glue:eu-west-1:${ACCOUNT}:catalog`,
        },
      },
      expect.objectContaining({
        lastErrorCode: 'DataFormatConversion.MalformedData',
        lastErrorMessage: expect.stringContaining('Data does not match the schema.'),
      }),
    ]);
  });

  test('groups records by keys in them', async () => {
    await make({
      Prefix: 'by/airport=!{partitionKeyFromQuery:airport}/day=!{partitionKeyFromQuery:day}/',
      ErrorOutputPrefix: 'by-errors/!{firehose:error-output-type}/',
      BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
      DynamicPartitioningConfiguration: { Enabled: true },
      ProcessingConfiguration: {
        Enabled: true,
        Processors: [
          {
            Type: 'MetadataExtraction',
            Parameters: [
              {
                ParameterName: 'MetadataExtractionQuery',
                ParameterValue: '{airport:.airport.code, day:.at|strftime("%Y-%m-%d")}',
              },
              { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
            ],
          },
          { Type: 'AppendDelimiterToRecord', Parameters: [{ ParameterName: 'Delimiter', ParameterValue: '\\n' }] },
        ],
      },
    });
    const record = (code: string, at: number) => ({ airport: { code }, at });
    const day = Date.parse('2030-02-28T12:00:00Z') / 1000;
    await put(`delivery-${made}`, record('JFK', day), record('LGA', day), record('JFK', day), { airport: {}, at: day });
    await clock.advance(60_000);
    const found = await objects();
    expect(found.map(({ key }) => key.replace(/\/[^/]*$/, ''))).toEqual([
      'by-errors/processing-failed',
      'by/airport=JFK/day=2030-02-28',
      'by/airport=LGA/day=2030-02-28',
    ]);
    expect(found[1].body.toString()).toBe(`${JSON.stringify(record('JFK', day))}\n`.repeat(2));
    expect(JSON.parse(found[0].body.toString())).toMatchObject({
      errorCode: 'DynamicPartitioning.MetadataExtractionFailed',
      errorMessage: 'partitionKeys values must not be null or empty',
    });
  });

  test('reads a data stream as its role, from the moment it is made', async () => {
    const arn = `arn:aws:kinesis:eu-west-1:${ACCOUNT}:stream/source`;
    await kinesis.send(new CreateStreamCommand({ StreamName: 'source', ShardCount: 2 }));
    await clock.advance(1_000);
    const send = (...values: string[]) =>
      kinesis.send(
        new PutRecordsCommand({
          StreamName: 'source',
          Records: values.map((value) => ({ PartitionKey: value, Data: bytes(`${value}\n`) })),
        }),
      );
    await send('before');
    await expect(make({}, arn)).rejects.toMatchObject({
      name: 'InvalidArgumentException',
      message: expect.stringContaining(`Role ${roleArn} is not authorized to perform: kinesis:DescribeStream`),
    });
    allow(roleArn, 'Stream', ['kinesis:DescribeStream', 'kinesis:GetShardIterator', 'kinesis:GetRecords'], arn);
    const name = await make({ BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 } }, arn);
    await expect(put(name, 'x')).rejects.toMatchObject({ name: 'InvalidSourceException' });
    await send('one', 'two', 'three');
    await clock.advance(2_000);
    // A restart in between loses nothing.
    const file = join(host.platform.folder, 'saved-firehose');
    service.snapshot.save(file);
    await clock.advance(60_000);
    const [{ body }] = await objects();
    expect(body.toString().split('\n').filter(Boolean).sort()).toEqual(['one', 'three', 'two']);
    await firehose.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName: name }));
    const other = new FirehoseService(host.platform, streams);
    other.snapshot.restore(file);
    other.snapshot.resume?.();
    await send('four');
    await clock.advance(62_000);
    const again = await objects();
    expect(again.flatMap(({ body: one }) => one.toString().split('\n').filter(Boolean)).sort()).toEqual([
      'four',
      'one',
      'three',
      'two',
    ]);
    await other.stop();
  });

  test('tries again until its role may write', async () => {
    const logs: string[] = [];
    const stop = host.onLog((group, _, lines) => logs.push(group, ...lines));
    const name = await make({
      BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 },
      CloudWatchLoggingOptions: { Enabled: true, LogGroupName: '/aws/kinesisfirehose/x', LogStreamName: 'S3Delivery' },
    });
    allow(roleArn, 'Put', ['s3:PutObject'], 'arn:aws:s3:::elsewhere/*');
    allow(roleArn, 'Log', ['logs:PutLogEvents']);
    await put(name, 'late');
    await clock.advance(61_000);
    expect(await objects()).toEqual([]);
    expect(logs[0]).toBe('/aws/kinesisfirehose/x');
    expect(JSON.parse(logs[1])).toMatchObject({ errorCode: 'S3.AccessDenied' });
    allow(roleArn, 'Put', ['s3:PutObject'], 'arn:aws:s3:::lake/*');
    await clock.advance(300_000);
    stop();
    expect((await objects()).map(({ body }) => body.toString())).toEqual(['late']);
  });

  test('lets time pass while a full buffer of a data stream cannot be written', async () => {
    await kinesis.send(new CreateStreamCommand({ StreamName: 'full', ShardCount: 4 }));
    await clock.advance(1_000);
    const arn = `arn:aws:kinesis:eu-west-1:${ACCOUNT}:stream/full`;
    allow(roleArn, 'Stream', ['kinesis:DescribeStream', 'kinesis:GetShardIterator', 'kinesis:GetRecords'], arn);
    const name = await make({ BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 } }, arn);
    allow(roleArn, 'Put', ['s3:PutObject'], 'arn:aws:s3:::elsewhere/*');
    const Records = ['a', 'b', 'c', 'd'].map((PartitionKey) => ({ PartitionKey, Data: bytes('x'.repeat(400 * 1024)) }));
    await kinesis.send(new PutRecordsCommand({ StreamName: 'full', Records }));
    await clock.advance(30_000);
    allow(roleArn, 'Put', ['s3:PutObject'], 'arn:aws:s3:::lake/*');
    await clock.advance(120_000);
    const found = await objects();
    expect(found.reduce((sum, { body }) => sum + body.length, 0)).toBe(4 * 400 * 1024);
    await firehose.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName: name }));
  }, 30_000);

  test('checks roles and settings when it is made, and refuses what is not built by name', async () => {
    const refused = (more: Partial<ExtendedS3DestinationConfiguration>) => expect(make(more)).rejects;
    const invalid = { name: 'InvalidArgumentException' };
    await refused({ RoleARN: `arn:aws:iam::${ACCOUNT}:role/None` }).toMatchObject({
      ...invalid,
      message: `Firehose is unable to assume role arn:aws:iam::${ACCOUNT}:role/None. Please check the role provided.`,
    });
    await refused({ Prefix: '!{timestamp:yyyy}/' }).toMatchObject({
      ...invalid,
      message: "ErrorOutputPrefix can't be null when Prefix contains expressions.",
    });
    await refused({ ErrorOutputPrefix: 'e/!{timestamp:yyyy}/' }).toMatchObject(invalid);
    await refused({ BufferingHints: { SizeInMBs: 5 }, DataFormatConversionConfiguration: parquet() }).toMatchObject(
      invalid,
    );
    await refused({ CompressionFormat: 'GZIP', DataFormatConversionConfiguration: parquet() }).toMatchObject(invalid);
    await refused({
      DataFormatConversionConfiguration: parquet({
        SchemaConfiguration: { RoleARN: roleArn, DatabaseName: 'lake', TableName: 'events' },
      }),
    }).toMatchObject({ ...invalid, message: expect.stringContaining('glue:GetTable') });
    await refused({
      DataFormatConversionConfiguration: parquet({ OutputFormatConfiguration: { Serializer: { OrcSerDe: {} } } }),
    }).toThrow('OrcSerDe is not supported by the local account');
    await refused({ CompressionFormat: 'Snappy' }).toThrow('is not supported by the local account');
    await refused({ S3BackupMode: 'Enabled' }).toThrow('is not supported by the local account');
    const none = firehose.send(new CreateDeliveryStreamCommand({ DeliveryStreamName: 'none' }));
    await expect(none).rejects.toMatchObject(invalid);
    const large = put(await make(), ...Array.from({ length: 5 }, () => 'x'.repeat(900 * 1024)));
    await expect(large).rejects.toMatchObject(invalid);
    const { DeliveryStreamNames = [] } = await firehose.send(new ListDeliveryStreamsCommand({ Limit: 1 }));
    const { DeliveryStreamDescription } = await firehose.send(
      new DescribeDeliveryStreamCommand({ DeliveryStreamName: DeliveryStreamNames[0] }),
    );
    expect(DeliveryStreamDescription).toMatchObject({ DeliveryStreamStatus: 'ACTIVE', VersionId: '1' });
  });
});
