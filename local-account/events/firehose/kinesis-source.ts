import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  KinesisClient,
} from '@aws-sdk/client-kinesis';

import { AwsError, type Platform } from '../../platform';
import { readIterator, writeIterator } from '../../shard-iterator';
import { once } from '../one-time';
import type { FirehoseRoles } from './role-session';

export interface ReadRecord {
  readonly data: Uint8Array;
  /** Virtual milliseconds. */
  readonly at: number;
  readonly sequenceNumber: string;
  readonly shard?: string;
}

/** Where a shard is read from, and from where it would be read again. */
export interface ShardPosition {
  readonly start: string;
  /** The first record that is not delivered yet. */
  from?: string;
  /** The last record that was read. */
  read?: string;
}

interface Options {
  readonly platform: Platform;
  readonly roles: FirehoseRoles;
  readonly streamArn: string;
  readonly roleArn: string;
  readonly positions: Record<string, ShardPosition>;
  readonly take: (records: readonly ReadRecord[]) => Promise<void>;
  readonly failed: (error: Error) => void;
}

const SECOND = 1000;

/** "Firehose starts reading data from the LATEST position of your Kinesis stream." As the source's role. */
export async function locate(
  roles: FirehoseRoles,
  streamArn: string,
  roleArn: string,
): Promise<Record<string, ShardPosition>> {
  const kinesis = new KinesisClient(await roles.client(roleArn));
  try {
    const found: Record<string, ShardPosition> = {};
    for (let after: string | undefined, more = true; more; ) {
      const { StreamDescription } = await kinesis.send(
        new DescribeStreamCommand({ StreamARN: streamArn, ExclusiveStartShardId: after }),
      );
      for (const { ShardId = '' } of StreamDescription?.Shards ?? []) {
        after = ShardId;
        const input = { StreamARN: streamArn, ShardId, ShardIteratorType: 'LATEST' as const };
        found[ShardId] = { start: (await kinesis.send(new GetShardIteratorCommand(input))).ShardIterator ?? '' };
      }
      more = StreamDescription?.HasMoreShards === true;
    }
    return found;
  } catch (error) {
    const { name, message } = error as Error;
    if (!/AccessDenied|NotFound/.test(name)) throw error;
    // AWS: firehose/checks-its-roles
    throw new AwsError(
      'InvalidArgumentException',
      /NotFound/.test(name)
        ? message
        : `Role ${roleArn} is not authorized to perform: kinesis:DescribeStream on resource ${streamArn}. ${message}`,
    );
  } finally {
    kinesis.destroy();
  }
}

/** Reads all shards of a stream, at the next full second after records have come. */
export class KinesisSource {
  private readonly iterators = new Map<string, string>();
  private kinesis: KinesisClient | undefined;
  private running = false;
  private again = false;
  private planned = false;
  private stopped = false;
  private troubles = 0;
  private cancel: () => void = () => undefined;

  constructor(private readonly options: Options) {}

  wake(): void {
    this.again = true;
    const { clock } = this.options.platform;
    this.plan((Math.floor(clock.now() / SECOND) + 1) * SECOND);
  }

  stop(): void {
    this.stopped = true;
    this.cancel();
    this.kinesis?.destroy();
  }

  private plan(time: number): void {
    if (this.planned || this.running || this.stopped) return;
    this.planned = true;
    this.cancel = once(this.options.platform.clock, time, () => {
      this.planned = false;
      return this.run();
    });
  }

  private async run(): Promise<void> {
    const { platform, failed } = this.options;
    const { clock } = platform;
    this.running = true;
    this.again = false;
    let wait = SECOND;
    try {
      const behind = await this.readAll();
      this.again ||= behind;
      this.troubles = 0;
    } catch (error) {
      failed(error as Error);
      this.iterators.clear();
      this.again = true;
      wait = Math.min(2 ** this.troubles++, 3600) * SECOND;
    } finally {
      this.running = false;
    }
    if (this.again) this.plan(clock.now() + wait);
  }

  /** @returns whether a shard has more */
  private async readAll(): Promise<boolean> {
    const { roles, roleArn, positions } = this.options;
    this.kinesis ??= new KinesisClient(await roles.client(roleArn));
    let behind = false;
    for (const [shard, position] of Object.entries(positions))
      for (let calls = 0; calls < 5 && !this.stopped; calls += 1) {
        const more = await this.read(this.kinesis, shard, position);
        if (more !== true) {
          behind ||= more === undefined;
          break;
        }
        behind ||= calls === 4;
      }
    return behind;
  }

  /** @returns whether there is more; undefined where the shard is at its limit */
  private async read(kinesis: KinesisClient, shard: string, position: ShardPosition): Promise<boolean | undefined> {
    const { platform, streamArn, take } = this.options;
    const known = this.iterators.get(shard) ?? (await platform.clock.working(this.begin(kinesis, shard, position)));
    const place = readIterator(known);
    const ShardIterator = place ? writeIterator({ ...place, issued: platform.clock.now() }) : known;
    try {
      // Only the call is work: a delivery that waits for virtual time must not stop the clock.
      const answer = await platform.clock.working(
        kinesis.send(new GetRecordsCommand({ ShardIterator, StreamARN: streamArn })),
      );
      const records = (answer.Records ?? []).map((record) => ({
        data: record.Data ?? new Uint8Array(),
        at: record.ApproximateArrivalTimestamp?.getTime() ?? 0,
        sequenceNumber: record.SequenceNumber ?? '',
        shard,
      }));
      this.iterators.set(shard, answer.NextShardIterator ?? '');
      if (records.length > 0) {
        position.read = records[records.length - 1].sequenceNumber;
        await take(records);
      }
      return (answer.MillisBehindLatest ?? 0) > 0;
    } catch (error) {
      if ((error as Error).name === 'ProvisionedThroughputExceededException') return undefined;
      throw error;
    }
  }

  /** Again from the first record that is not delivered, after a restart; else behind the last that was read. */
  private async begin(kinesis: KinesisClient, shard: string, position: ShardPosition): Promise<string> {
    const { from, read, start } = position;
    const number = read ?? from;
    if (number === undefined) return start;
    const input: GetShardIteratorCommandInput = {
      StreamARN: this.options.streamArn,
      ShardId: shard,
      ShardIteratorType: read === undefined ? 'AT_SEQUENCE_NUMBER' : 'AFTER_SEQUENCE_NUMBER',
      StartingSequenceNumber: number,
    };
    return (await kinesis.send(new GetShardIteratorCommand(input))).ShardIterator ?? '';
  }
}
