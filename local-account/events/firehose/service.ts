import { randomBytes } from 'node:crypto';
import { ParquetFiles } from '../../parquet/parquet-files';
import { AwsError, type LocalService, type Platform, type ServiceCall } from '../../platform';
import { structuredSnapshot } from '../../snapshot/snapshot';
import { ResourceTags } from '../resource-tags';
import { buffering, checkStream, converts, type Destination, queryOf, type StreamInput } from './configuration';
import { columnsOf } from './conversion';
import { publish } from './delivery-metrics';
import { DeliveryStream, type StreamState } from './delivery-stream';
import { KinesisSource, locate, type ReadRecord } from './kinesis-source';
import { checkPrefixes } from './prefix';
import { FirehoseRoles } from './role-session';
import { readColumns } from './table-schema';

interface Arrivals {
  onArrival(streamArn: string, listener: () => void): () => void;
}

interface Hosted {
  readonly stream: DeliveryStream;
  readonly source?: KinesisSource;
  readonly end: () => void;
}

/** "up to a limit of 4 MB for the entire request" (PutRecordBatch). */
const REQUEST = 4 * 1024 * 1024;

/** Amazon Data Firehose: delivery streams to Amazon S3. */
export class FirehoseService implements LocalService {
  readonly name = 'firehose';
  readonly operations = new Set([
    'CreateDeliveryStream',
    'DeleteDeliveryStream',
    'DescribeDeliveryStream',
    'ListDeliveryStreams',
    'ListTagsForDeliveryStream',
    'PutRecord',
    'PutRecordBatch',
    'TagDeliveryStream',
    'UntagDeliveryStream',
  ]);
  readonly ownPages = new Set(['DescribeDeliveryStream', 'ListDeliveryStreams', 'ListTagsForDeliveryStream']);
  private readonly streams = new Map<string, Hosted>();
  private readonly tags = new ResourceTags();
  private readonly parquet = new ParquetFiles();
  readonly snapshot = structuredSnapshot<{ tags: ReturnType<ResourceTags['state']>; streams: StreamState[] }>(
    this.name,
    () => ({ tags: this.tags.state(), streams: [...this.streams.values()].map(({ stream }) => stream.state()) }),
    ({ tags, streams }) => {
      this.tags.take(tags);
      for (const one of streams) this.host(one);
    },
    {
      resume: () => {
        for (const { source } of this.streams.values()) source?.wake();
      },
    },
  );

  constructor(
    private readonly platform: Platform,
    private readonly arrivals: Arrivals,
  ) {}

  async handle(call: ServiceCall): Promise<unknown> {
    const { input } = call;
    const name = String(input.DeliveryStreamName);
    switch (call.operation) {
      case 'CreateDeliveryStream':
        return this.create(input as unknown as StreamInput);
      case 'DeleteDeliveryStream': {
        const { stream, end } = this.find(name);
        end();
        this.streams.delete(name);
        this.tags.forget(stream.arn);
        return {};
      }
      case 'DescribeDeliveryStream':
        return { DeliveryStreamDescription: describe(this.find(name).stream) };
      case 'ListDeliveryStreams':
        return this.list(input);
      case 'PutRecord': {
        const [RecordId] = await this.put(name, [input.Record as { Data: Uint8Array }]);
        return { RecordId, Encrypted: false };
      }
      case 'PutRecordBatch': {
        const ids = await this.put(name, input.Records as { Data: Uint8Array }[]);
        return { FailedPutCount: 0, Encrypted: false, RequestResponses: ids.map((RecordId) => ({ RecordId })) };
      }
      case 'TagDeliveryStream':
        this.tags.add(this.find(name).stream.arn, tagRecord(input.Tags as never));
        return {};
      case 'UntagDeliveryStream':
        this.tags.remove(this.find(name).stream.arn, input.TagKeys as string[]);
        return {};
      case 'ListTagsForDeliveryStream': {
        const tags = Object.entries(this.tags.of(this.find(name).stream.arn));
        return { Tags: tags.map(([Key, Value]) => ({ Key, Value })), HasMoreTags: false };
      }
      default:
        throw new Error(`Firehose has no ${call.operation} here`);
    }
  }

  async stop(): Promise<void> {
    for (const { end } of this.streams.values()) end();
    await this.parquet.stop();
  }

  private async create(input: StreamInput): Promise<unknown> {
    const { DeliveryStreamName: name, KinesisStreamSourceConfiguration: source, Tags = [] } = input;
    const { partition, region, accountId, clock } = this.platform;
    if (this.streams.has(name))
      throw new AwsError('ResourceInUseException', `Firehose ${name} under accountId ${accountId} already exists`);
    const destination = checkStream(input);
    checkPrefixes(destination, queryOf(destination));
    // AWS: firehose/streams-have-one-destination
    if ((input.DeliveryStreamType === 'KinesisStreamAsSource') !== (source !== undefined))
      throw new AwsError(
        'InvalidArgumentException',
        'KinesisStreamSourceConfiguration must be specified if, and only if, DeliveryStreamType is KinesisStreamAsSource.',
      );
    const arn = `arn:${partition}:firehose:${region}:${accountId}:deliverystream/${name}`;
    const roles = new FirehoseRoles(this.platform, arn);
    await roles.credentials(destination.RoleARN);
    await this.checkSchema(destination, roles);
    const positions = source ? await locate(roles, source.KinesisStreamARN, source.RoleARN) : {};
    this.host({ input, arn, createdAt: clock.now(), positions, waiting: [] });
    this.tags.add(arn, tagRecord(Tags));
    return { DeliveryStreamARN: arn };
  }

  /** AWS: firehose/checks-its-roles */
  private async checkSchema(destination: Destination, roles: FirehoseRoles): Promise<void> {
    if (!converts(destination)) return;
    const { SchemaConfiguration: schema = {}, InputFormatConfiguration: format } =
      destination.DataFormatConversionConfiguration!;
    const columns = await readColumns(this.platform, roles, schema).catch((error: Error) => {
      throw new AwsError('InvalidArgumentException', error.message);
    });
    columnsOf(columns, format?.Deserializer?.OpenXJsonSerDe !== undefined);
  }

  private host({ input, arn, createdAt, positions, waiting }: StreamState): void {
    const roles = new FirehoseRoles(this.platform, arn);
    const stream = new DeliveryStream(this.platform, input, arn, createdAt, positions, roles, this.parquet);
    const configured = input.KinesisStreamSourceConfiguration;
    let source: KinesisSource | undefined;
    let silence: () => void = () => undefined;
    if (configured) {
      const { KinesisStreamARN: streamArn, RoleARN: roleArn } = configured;
      source = new KinesisSource({
        platform: this.platform,
        roles,
        streamArn,
        roleArn,
        positions,
        take: (records) => {
          publish(this.platform, input.DeliveryStreamName, {
            'DataReadFromKinesisStream.Records': records.length,
            'DataReadFromKinesisStream.Bytes': sizeOf(records),
          });
          return stream.take(records);
        },
        failed: (error) => stream.failure(error),
      });
      const { wake } = source;
      silence = this.arrivals.onArrival(streamArn, wake.bind(source));
    }
    if (waiting.length > 0) void stream.take(waiting);
    this.streams.set(input.DeliveryStreamName, {
      stream,
      source,
      end: () => {
        silence();
        source?.stop();
        stream.stop();
      },
    });
  }

  private async put(name: string, records: readonly { readonly Data: Uint8Array }[]): Promise<string[]> {
    const { stream } = this.find(name);
    // AWS: firehose/streams-take-from-one-source
    if (stream.input.KinesisStreamSourceConfiguration)
      throw new AwsError(
        'InvalidSourceException',
        'This operation is not permitted on KinesisStreamAsSource delivery stream type.',
      );
    const at = this.platform.clock.now();
    const taken = records.map(({ Data: data }) => ({
      data,
      at,
      sequenceNumber: randomBytes(64).toString('base64url'),
    }));
    const bytes = sizeOf(taken);
    // AWS: firehose/requests-have-a-size
    if (bytes > REQUEST) throw new AwsError('InvalidArgumentException', 'Records size exceeds 4 MB limit');
    publish(this.platform, name, { IncomingRecords: taken.length, IncomingBytes: bytes });
    // It is stored; delivery goes on by itself.
    void stream.take(taken).catch((error: Error) => stream.failure(error));
    return taken.map(({ sequenceNumber }) => sequenceNumber);
  }

  /** "The default value is 10." (ListDeliveryStreams, Limit) */
  private list(input: Readonly<Record<string, unknown>>): unknown {
    const after = input.ExclusiveStartDeliveryStreamName as string | undefined;
    const type = input.DeliveryStreamType as string | undefined;
    const all = [...this.streams]
      .filter(([, { stream }]) => type === undefined || typeOf(stream.input) === type)
      .map(([name]) => name)
      .sort()
      .filter((name) => after === undefined || name > after);
    const page = all.slice(0, Number(input.Limit ?? 10));
    return { DeliveryStreamNames: page, HasMoreDeliveryStreams: page.length < all.length };
  }

  private find(name: string): Hosted {
    const hosted = this.streams.get(name);
    if (hosted === undefined)
      throw new AwsError(
        'ResourceNotFoundException',
        `Firehose ${name} under account ${this.platform.accountId} not found.`,
      );
    return hosted;
  }
}

const sizeOf = (records: readonly Pick<ReadRecord, 'data'>[]): number =>
  records.reduce((sum, { data }) => sum + data.length, 0);
const typeOf = ({ DeliveryStreamType = 'DirectPut' }: StreamInput): string => DeliveryStreamType;
const tagRecord = (tags: readonly { readonly Key: string; readonly Value?: string }[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key, Value = '' }) => [Key, Value]));

function describe({ input, arn, createdAt }: DeliveryStream): object {
  const { DeliveryStreamName, KinesisStreamSourceConfiguration: source } = input;
  const destination = input.ExtendedS3DestinationConfiguration!;
  const { bytes, milliseconds } = buffering(destination);
  const { S3BackupConfiguration: _, ...rest } = destination as Destination & { S3BackupConfiguration?: unknown };
  return {
    DeliveryStreamName,
    DeliveryStreamARN: arn,
    DeliveryStreamStatus: 'ACTIVE',
    DeliveryStreamType: typeOf(input),
    VersionId: '1',
    CreateTimestamp: new Date(createdAt),
    ...(source
      ? { Source: { KinesisStreamSourceDescription: { ...source, DeliveryStartTimestamp: new Date(createdAt) } } }
      : {}),
    Destinations: [
      {
        DestinationId: 'destinationId-000000000001',
        ExtendedS3DestinationDescription: {
          ...rest,
          BufferingHints: { SizeInMBs: bytes / 1024 ** 2, IntervalInSeconds: milliseconds / 1000 },
          CompressionFormat: destination.CompressionFormat ?? 'UNCOMPRESSED',
          EncryptionConfiguration: destination.EncryptionConfiguration ?? { NoEncryptionConfig: 'NoEncryption' },
          S3BackupMode: 'Disabled',
        },
      },
    ],
    HasMoreDestinations: false,
  };
}
