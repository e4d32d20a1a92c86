import type { ParquetFiles } from '../../parquet/parquet-files';
import type { Platform } from '../../platform';
import { once } from '../one-time';
import { buffering, type Destination, queryOf, type StreamInput } from './configuration';
import { publish } from './delivery-metrics';
import { logFailure } from './error-log';
import { documentsOf } from './json-records';
import type { ReadRecord, ShardPosition } from './kinesis-source';
import { type Failed, ObjectWriter } from './object-writer';
import type { FirehoseRoles } from './role-session';

export interface StreamState {
  readonly input: StreamInput;
  readonly arn: string;
  readonly createdAt: number;
  readonly positions: Record<string, ShardPosition>;
  /** Records put directly that are not delivered yet. Those of a data stream are read again. */
  readonly waiting: readonly ReadRecord[];
}

/** Records for one object. */
interface Gathered {
  readonly keys: Readonly<Record<string, string>>;
  readonly since: number;
  records: ReadRecord[];
  bytes: number;
  delivering: boolean;
  cancel: () => void;
}

const DAY = 24 * 3_600_000;

/** A delivery stream: gathers records until there are enough or time is up, and writes them. */
export class DeliveryStream {
  private readonly gathered = new Map<string, Set<Gathered>>();
  private readonly writer: ObjectWriter;
  private readonly query;
  private readonly destination: Destination;
  private stopped = false;

  constructor(
    private readonly platform: Platform,
    readonly input: StreamInput,
    readonly arn: string,
    readonly createdAt: number,
    readonly positions: Record<string, ShardPosition>,
    private readonly roles: FirehoseRoles,
    parquet: ParquetFiles,
  ) {
    this.destination = input.ExtendedS3DestinationConfiguration!;
    this.query = queryOf(this.destination);
    const { DeliveryStreamName: name } = input;
    this.writer = new ObjectWriter({ platform, name, destination: this.destination, roles, parquet });
  }

  state(): StreamState {
    const { input, arn, createdAt } = this;
    const open = [...this.gathered.values()].flatMap((set) => [...set]).flatMap(({ records }) => records);
    // Of a data stream, what is read but not delivered is read again.
    const positions = Object.fromEntries(
      Object.entries(this.positions).map(([shard, { start, from, read }]) => {
        const first = open.find((record) => record.shard === shard)?.sequenceNumber;
        const lowest = open
          .filter((record) => record.shard === shard)
          .reduce(
            (least, { sequenceNumber }) => (BigInt(sequenceNumber) < BigInt(least) ? sequenceNumber : least),
            first ?? '0',
          );
        return [shard, first === undefined ? { start, from, read } : { start, from: lowest }];
      }),
    );
    const waiting = open.filter(({ shard }) => shard === undefined);
    return { input, arn, createdAt, positions, waiting };
  }

  stop(): void {
    this.stopped = true;
    for (const set of this.gathered.values()) for (const one of set) one.cancel();
  }

  /** Resolves when no more records can be taken at once: what is full is written first. */
  async take(records: readonly ReadRecord[]): Promise<void> {
    const failed: Failed[] = [];
    const full: Promise<void>[] = [];
    for (const record of records) {
      let keys: Record<string, string> = {};
      try {
        if (this.query) keys = this.query.evaluate(documentsOf(record.data)[0]);
      } catch (error) {
        const code = 'DynamicPartitioning.MetadataExtractionFailed';
        failed.push({ record, code, message: (error as Error).message });
        continue;
      }
      const one = this.open(keys);
      one.records.push(record);
      one.bytes += record.data.length;
      if (one.bytes >= buffering(this.destination).bytes) full.push(this.deliver(one));
    }
    if (failed.length > 0)
      await this.writer.writeFailed(failed, 'processing-failed').catch((error: Error) => this.failure(error));
    await Promise.all(full);
  }

  private open(keys: Readonly<Record<string, string>>): Gathered {
    const id = JSON.stringify(keys);
    const set = this.gathered.get(id) ?? new Set<Gathered>();
    this.gathered.set(id, set);
    for (const one of set) if (!one.delivering) return one;
    const { clock } = this.platform;
    const since = clock.now();
    const one: Gathered = { keys, since, records: [], bytes: 0, delivering: false, cancel: () => undefined };
    one.cancel = once(clock, since + buffering(this.destination).milliseconds, () => this.deliver(one));
    set.add(one);
    return one;
  }

  /** Tries for a day: "Data records sent to Firehose are stored for 24 hours" (PutRecord). */
  private async deliver(one: Gathered): Promise<void> {
    if (one.delivering) return;
    one.delivering = true;
    one.cancel();
    const id = JSON.stringify(one.keys);
    for (let attempts = 0; !this.stopped; attempts += 1) {
      try {
        await this.writer.write(one.records, one.keys);
        break;
      } catch (error) {
        this.failure(error as Error);
        publish(this.platform, this.input.DeliveryStreamName, { 'DeliveryToS3.Success': 0 });
        if (this.platform.clock.now() - one.since >= DAY) break;
        await this.pause(one, Math.min(2 ** attempts, 300) * 1000);
      }
    }
    if (this.stopped) return;
    this.gathered.get(id)?.delete(one);
    if (this.gathered.get(id)?.size === 0) this.gathered.delete(id);
  }

  private pause(one: Gathered, milliseconds: number): Promise<void> {
    const { clock } = this.platform;
    return new Promise((resolve) => {
      one.cancel = once(clock, clock.now() + milliseconds, resolve);
    });
  }

  failure(error: Error): void {
    const { DeliveryStreamName: name } = this.input;
    this.platform.record({ kind: 'undelivered', summary: `delivery stream ${name}: ${error.name}: ${error.message}` });
    logFailure(this.platform, this.roles, this.destination, this.arn, error);
  }
}
