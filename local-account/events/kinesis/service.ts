import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { AwsError, type LocalService, type Platform, type ServiceCall } from '../../platform';
import type { Snapshot } from '../../snapshot/snapshot';
import { ResourceTags } from '../resource-tags';
import type { StreamAccess } from './access';
import { describeStream, describeSummary, listShards, listStreams, tagList } from './descriptions';
import { useKey } from './encryption';
import { getRecords, getShardIterator } from './reading';
import { CHANGE, Stream } from './stream';
import { StreamMetrics } from './stream-metrics';
import { streamSnapshot } from './stream-snapshot';
import { putRecord, putRecords } from './writing';

/** Amazon Kinesis Data Streams, with provisioned shards. */
export class KinesisService implements LocalService {
  readonly name = 'kinesis';
  readonly operations = new Set([
    'AddTagsToStream',
    'CreateStream',
    'DecreaseStreamRetentionPeriod',
    'DeleteStream',
    'DescribeStream',
    'DescribeStreamSummary',
    'GetRecords',
    'GetShardIterator',
    'IncreaseStreamRetentionPeriod',
    'ListShards',
    'ListStreams',
    'ListTagsForStream',
    'PutRecord',
    'PutRecords',
    'RemoveTagsFromStream',
    'StartStreamEncryption',
    'StopStreamEncryption',
  ]);
  readonly ownPages = new Set(['DescribeStream', 'ListShards', 'ListStreams', 'ListTagsForStream']);
  readonly snapshot: Snapshot;
  private readonly streams = new Map<string, Stream>();
  private readonly tags = new ResourceTags();
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly access: StreamAccess;
  private readonly folder: string;
  private trimmed = 0;

  constructor(private readonly platform: Platform) {
    this.folder = join(platform.folder, 'kinesis');
    this.snapshot = streamSnapshot(this.streams, this.folder, this.tags);
    this.access = {
      platform,
      metrics: new StreamMetrics(platform),
      arrived: ({ settings }) => this.listeners.get(settings.arn)?.forEach((listener) => listener()),
    };
  }

  /**
   * Calls when records may have come. It tells nothing else: who reads them does so by API, with a role. AWS's services
   * ask each second instead.
   */
  onArrival(streamArn: string, listener: () => void): () => void {
    const listeners = this.listeners.get(streamArn) ?? new Set();
    this.listeners.set(streamArn, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  async handle(call: ServiceCall): Promise<unknown> {
    const { input } = call;
    switch (call.operation) {
      case 'CreateStream':
        return this.create(input as unknown as CreateInput);
      case 'DeleteStream':
        return this.delete(this.find(input));
      case 'DescribeStream':
        return describeStream(this.find(input), input, this.now);
      case 'DescribeStreamSummary':
        return describeSummary(this.find(input), this.now);
      case 'ListShards':
        return listShards((name) => this.find(name), input);
      case 'ListStreams':
        return listStreams(this.present(), input, this.now);
      case 'PutRecord': {
        const stream = this.active(input);
        useKey(this.platform, call.principal, stream, 'kms:GenerateDataKey');
        return putRecord(this.access, stream, input as never);
      }
      case 'PutRecords': {
        const stream = this.active(input);
        useKey(this.platform, call.principal, stream, 'kms:GenerateDataKey');
        return putRecords(this.access, stream, input as never);
      }
      case 'GetShardIterator':
        return getShardIterator(this.platform, this.find(input), input as never);
      case 'GetRecords':
        return getRecords(this.access, (name) => this.streams.get(name), call);
      case 'IncreaseStreamRetentionPeriod':
      case 'DecreaseStreamRetentionPeriod':
        return this.changeRetention(this.active(input), Number(input.RetentionPeriodHours), call.operation);
      case 'StartStreamEncryption': {
        const stream = this.active(input);
        stream.settings.keyId = String(input.KeyId);
        return this.changed(stream);
      }
      case 'StopStreamEncryption': {
        const stream = this.active(input);
        stream.settings.keyId = undefined;
        return this.changed(stream);
      }
      case 'AddTagsToStream':
        this.tags.add(this.find(input).settings.arn, input.Tags as Record<string, string>);
        return {};
      case 'RemoveTagsFromStream':
        this.tags.remove(this.find(input).settings.arn, input.TagKeys as string[]);
        return {};
      case 'ListTagsForStream':
        return tagList(this.tags.of(this.find(input).settings.arn), input);
      default:
        throw new Error(`Kinesis has no ${call.operation} here`);
    }
  }

  private get now(): number {
    return this.platform.clock.now();
  }

  private create({ StreamName: name, ShardCount, StreamModeDetails, Tags }: CreateInput): unknown {
    const { partition, region, accountId } = this.platform;
    if (StreamModeDetails?.StreamMode === 'ON_DEMAND' || (ShardCount === undefined && StreamModeDetails === undefined))
      throw new AwsError('UnsupportedOperation', 'kinesis: the on-demand mode is not supported by the local account');
    // AWS: kinesis/provisioned-streams-have-shards
    if (ShardCount === undefined || ShardCount < 1)
      throw new AwsError('ValidationException', 'ShardCount must be at least 1 for a stream in PROVISIONED mode.');
    if (this.lookup(name) !== undefined)
      throw new AwsError('ResourceInUseException', `Stream ${name} under account ${accountId} already exists.`);
    const now = this.now;
    const arn = `arn:${partition}:kinesis:${region}:${accountId}:stream/${name}`;
    const settings = { name, arn, id: randomUUID(), createdAt: now, retentionHours: 24, busyUntil: now + CHANGE };
    this.streams.set(name, new Stream(settings, ShardCount, this.folder));
    this.tags.add(arn, Tags ?? {});
    return {};
  }

  private delete(stream: Stream): unknown {
    stream.settings.deletedAt ??= this.now + CHANGE;
    stream.delete();
    this.tags.forget(stream.settings.arn);
    return {};
  }

  /** AWS: kinesis/retention-is-a-day-to-a-year */
  private changeRetention(stream: Stream, hours: number, operation: string): unknown {
    const { name, retentionHours: existing } = stream.settings;
    const refuse = (words: string): never => {
      throw new AwsError('InvalidArgumentException', words);
    };
    if (hours < 24)
      refuse(`Minimum allowed retention period is 24 hours. Requested retention period (${hours} hours) is too short.`);
    if (hours > 8760)
      refuse(
        `Maximum allowed retention period is 8760 hours. Requested retention period (${hours} hours) is too long.`,
      );
    if (operation.startsWith('Increase') && hours < existing)
      refuse(
        `Requested retention period (${hours} hours) for stream ${name} can not be shorter than existing retention period (${existing} hours). Use DecreaseRetentionPeriod API.`,
      );
    if (operation.startsWith('Decrease') && hours > existing)
      refuse(
        `Requested retention period (${hours} hours) for stream ${name} can not be longer than existing retention period (${existing} hours). Use IncreaseRetentionPeriod API.`,
      );
    stream.settings.retentionHours = hours;
    return this.changed(stream);
  }

  private changed(stream: Stream): unknown {
    stream.settings.busyUntil = this.now + CHANGE;
    return {};
  }

  private present(): Stream[] {
    return [...this.streams.keys()].sort().flatMap((name) => this.lookup(name) ?? []);
  }

  /** Also one that is being deleted, as long as that takes. */
  private lookup(name: string): Stream | undefined {
    const stream = this.streams.get(name);
    if (stream?.settings.deletedAt === undefined || this.now < stream.settings.deletedAt) return stream;
    this.streams.delete(name);
    return undefined;
  }

  private find(input: Readonly<Record<string, unknown>>): Stream {
    const name = nameOf(input);
    const stream = this.lookup(name);
    if (stream === undefined) throw this.notFound(name);
    this.trim();
    return stream;
  }

  /** One that takes records: also while it is changed, not while it is made or deleted. */
  private active(input: Readonly<Record<string, unknown>>): Stream {
    const stream = this.find(input);
    const status = stream.status(this.now);
    if (status === 'CREATING' || status === 'DELETING') throw this.notFound(stream.settings.name);
    return stream;
  }

  private notFound(name: string): AwsError {
    const words = `Stream ${name} under account ${this.platform.accountId} not found.`;
    return new AwsError('ResourceNotFoundException', words);
  }

  /** Each minute at most: what has expired is not read in any case. */
  private trim(): void {
    if (Math.abs(this.now - this.trimmed) < 60_000) return;
    this.trimmed = this.now;
    for (const one of this.streams.values()) one.trim(this.now);
  }
}

interface CreateInput {
  readonly StreamName: string;
  readonly ShardCount?: number;
  readonly StreamModeDetails?: { readonly StreamMode?: string };
  readonly Tags?: Record<string, string>;
}

function nameOf(input: Readonly<Record<string, unknown>>): string {
  const { StreamName, StreamARN } = input as { StreamName?: string; StreamARN?: string };
  const name = StreamName ?? StreamARN?.split('stream/')[1];
  // AWS: kinesis/a-stream-has-a-name
  if (name === undefined)
    throw new AwsError('InvalidArgumentException', 'You must specify either StreamName or StreamARN.');
  return name;
}
