import { createHash } from 'node:crypto';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';

import type { Clock, Platform } from '../../../platform';
import { readIterator, writeIterator } from '../../../shard-iterator';
import { once } from '../../one-time';
import type { Answer } from '../worker';
import { type Batch, outcomeOf, splitByAge } from './batch';
import type { Discarded } from './failure-destination';
import { filterOf, kinesisEvent, payloadOf, type Source, type SourceRecord } from './kinesis-event';
import type { Mapping, Position } from './settings';

const SECOND = 1000;
/** "the batch reaches the payload limit of 6 MB" */
const PAYLOAD = 6 * 1024 * 1024;

/** What a reader works with. */
export interface ReaderAccess {
  readonly platform: Platform;
  readonly mapping: Mapping;
  /** As the function's role. Throws where Lambda cannot take it. */
  client(): Promise<KinesisClient>;
  roleArn(): string;
  invoke(event: unknown): Promise<Answer>;
  discard(what: Omit<Discarded, 'destination' | 'mapping' | 'functionArn'>): Promise<void>;
  /** Milliseconds for which the stream keeps records. */
  retention(): Promise<number>;
  /** A batch is done with. */
  processed(lastArrival: number): void;
}

/**
 * Reads one shard for one mapping: in order, batch after batch, going on where the last batch that is done with ended.
 * Lambda asks each second; here, whoever knows that records have come calls `wake`.
 */
export class ShardReader {
  private pending: SourceRecord[] = [];
  private since = 0;
  private iterator: string | undefined;
  private running = false;
  private arrived = true;
  private troubles = 0;
  private stopped = false;
  private cancel: () => void = () => undefined;
  private plannedAt = Number.POSITIVE_INFINITY;

  constructor(
    private readonly shardId: string,
    private readonly position: Position,
    private readonly access: ReaderAccess,
  ) {}

  /** Reads at the next full second, as often as that is said. */
  wake(): void {
    this.arrived = true;
    this.plan(nextSecond(this.clock.now()));
  }

  stop(): void {
    this.stopped = true;
    this.cancel();
  }

  private get clock(): Clock {
    return this.access.platform.clock;
  }

  private plan(time: number): void {
    if (this.stopped || this.running || this.plannedAt <= time) return;
    this.cancel();
    this.plannedAt = time;
    this.cancel = once(this.clock, time, () => {
      this.plannedAt = Number.POSITIVE_INFINITY;
      return this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    let next: number | undefined;
    try {
      next = await this.work();
      this.troubles = 0;
    } catch (error) {
      next = this.trouble(error as Error);
    } finally {
      this.running = false;
    }
    if (next !== undefined) this.plan(next);
  }

  /** Until nothing is left, or time must pass. @returns when to go on, if that is known */
  private async work(): Promise<number | undefined> {
    const { BatchSize, MaximumBatchingWindowInSeconds: window, ParallelizationFactor } = this.access.mapping.settings;
    let more = false;
    for (let polled = false; !this.stopped; polled = true) {
      const wanted = BatchSize * ParallelizationFactor;
      if (this.pending.length < wanted && (this.arrived || more)) {
        // The base rate is one read a second; a reader that is behind goes on at once.
        if (polled && !more) return nextSecond(this.clock.now());
        const found = await this.clock.working(this.poll());
        if (found === undefined) return nextSecond(this.clock.now());
        more = found;
        continue;
      }
      if (this.pending.length === 0) return undefined;
      const due = this.since + window * SECOND;
      const full = this.pending.length >= wanted || sum(this.pending) >= PAYLOAD;
      if (!full && this.clock.now() < due) return due;
      await this.process(this.pending.splice(0, wanted));
      this.since = this.clock.now();
    }
    return undefined;
  }

  /** @returns whether there is more; undefined where the shard is at its limit */
  private async poll(): Promise<boolean | undefined> {
    const client = await this.access.client();
    this.iterator ??= await this.startIterator(client);
    this.arrived = false;
    try {
      // Between two reads that have something to read, more than an iterator's five minutes may pass.
      const ShardIterator = renewed(this.iterator, this.clock.now());
      const answer = await client.send(
        new GetRecordsCommand({ ShardIterator, StreamARN: this.access.mapping.streamArn }),
      );
      this.iterator = answer.NextShardIterator;
      const records = (answer.Records ?? []) as SourceRecord[];
      if (this.pending.length === 0) this.since = this.clock.now();
      for (const record of records) this.pending.push(record);
      return (answer.MillisBehindLatest ?? 0) > 0;
    } catch (error) {
      this.arrived = true;
      if ((error as Error).name === 'ProvisionedThroughputExceededException') return undefined;
      throw error;
    }
  }

  private async startIterator(client: KinesisClient): Promise<string> {
    const { start, after } = this.position;
    if (after === undefined) return start;
    const input: GetShardIteratorCommandInput = {
      StreamARN: this.access.mapping.streamArn,
      ShardId: this.shardId,
      ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
      StartingSequenceNumber: after,
    };
    return (await client.send(new GetShardIteratorCommand(input))).ShardIterator ?? '';
  }

  /** Side by side where the mapping says so, but records of one partition key in their order. */
  private async process(records: readonly SourceRecord[]): Promise<void> {
    const { ParallelizationFactor: lanes, FilterCriteria } = this.access.mapping.settings;
    const passes = filterOf((FilterCriteria?.Filters ?? []).flatMap(({ Pattern }) => Pattern ?? []));
    const byLane: SourceRecord[][] = Array.from({ length: lanes }, () => []);
    for (const record of records) if (passes(record)) byLane[laneOf(record, lanes)].push(record);
    await Promise.all(
      byLane.map((ofLane) => this.deliver(ofLane, lanes === 1 ? (done) => this.checkpoint(done) : undefined)),
    );
    // What was filtered out is done with, too.
    if (!this.stopped) this.checkpoint(records[records.length - 1]);
  }

  private checkpoint({ SequenceNumber }: SourceRecord): void {
    this.position.after = SequenceNumber;
  }

  /** Batches of one lane, each until it is done with or given up. */
  private async deliver(records: readonly SourceRecord[], done?: (last: SourceRecord) => void): Promise<void> {
    const { mapping } = this.access;
    const queue = batchesOf(records, mapping.settings.BatchSize);
    let errors = 0;
    while (queue.length > 0 && !this.stopped) {
      const whole = queue.shift()!;
      const { old, young: batch } = splitByAge(whole, await this.oldest());
      if (old) {
        await this.discard(old, 'RecordAgeExceeded', old.failures > 0);
        done?.(old.records[old.records.length - 1]);
      }
      if (!batch) continue;
      const answer = await this.invoke(batch.records);
      if (answer === undefined) {
        // It did not reach the function, which is no retry.
        queue.unshift(batch);
        await this.pause(delay(errors++));
        continue;
      }
      const outcome = outcomeOf(batch, answer, mapping.settings);
      mapping.result = outcome.failed ? 'PROBLEM: Function call failed' : 'OK';
      if (outcome.discarded)
        await this.discard(outcome.discarded, 'RetryAttemptsExhausted', answer.failure !== undefined);
      if (outcome.done > 0) {
        const last = batch.records[outcome.done - 1];
        done?.(last);
        this.access.processed(last.ApproximateArrivalTimestamp.getTime());
      }
      queue.unshift(...outcome.next);
      errors = outcome.failed && !outcome.discarded ? errors + 1 : 0;
      if (errors > 0) await this.pause(delay(errors - 1));
    }
  }

  /** Undefined where the function could not be called. */
  private async invoke(records: readonly SourceRecord[]): Promise<Answer | undefined> {
    const { platform, mapping } = this.access;
    try {
      return await this.clock.working(this.access.invoke(kinesisEvent(records, this.source())));
    } catch (error) {
      mapping.result = `PROBLEM: ${(error as Error).message}`;
      platform.record({ kind: 'function-error', summary: `${mapping.functionArn}: ${(error as Error).message}` });
      return undefined;
    }
  }

  private source(): Source {
    const { platform, mapping, roleArn } = this.access;
    return { streamArn: mapping.streamArn, shardId: this.shardId, roleArn: roleArn(), region: platform.region };
  }

  private async discard(batch: Batch, condition: Discarded['condition'], failed: boolean): Promise<void> {
    const { records, invocations } = batch;
    await this.clock.working(this.access.discard({ source: this.source(), records, condition, invocations, failed }));
  }

  /** Arrival of the oldest record that may still be sent. */
  private async oldest(): Promise<number> {
    const { MaximumRecordAgeInSeconds: age } = this.access.mapping.settings;
    const retention = await this.clock.working(this.access.retention());
    return this.clock.now() - (age < 0 ? retention : Math.min(age * SECOND, retention));
  }

  /** Virtual time passes, for which nobody waits. */
  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.cancel = once(this.clock, this.clock.now() + milliseconds, resolve);
    });
  }

  /** The stream cannot be read: Lambda tries again, and says so where the mapping is described. */
  private trouble(error: Error): number {
    const { platform, mapping } = this.access;
    mapping.result = `PROBLEM: ${error.message}`;
    platform.record({
      kind: 'event-source',
      summary: `${mapping.functionArn} cannot read ${mapping.streamArn}: ${error.name}: ${error.message}`,
    });
    this.iterator = undefined;
    this.arrived = true;
    return this.clock.now() + delay(this.troubles++, 3600);
  }
}

const sum = (records: readonly SourceRecord[]): number =>
  records.reduce((total, record) => total + payloadOf(record), 0);

/** One second, doubled with each error. AWS gives no numbers. */
function delay(errors: number, most = 60): number {
  return Math.min(2 ** errors, most) * SECOND;
}

function nextSecond(now: number): number {
  return (Math.floor(now / SECOND) + 1) * SECOND;
}

function renewed(iterator: string, now: number): string {
  const place = readIterator(iterator);
  return place ? writeIterator({ ...place, issued: now }) : iterator;
}

function laneOf({ PartitionKey }: SourceRecord, lanes: number): number {
  return lanes === 1 ? 0 : createHash('md5').update(PartitionKey).digest()[0] % lanes;
}

/** Cut by number and by payload. */
function batchesOf(records: readonly SourceRecord[], size: number): Batch[] {
  const batches: SourceRecord[][] = [];
  let payload = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const bytes = payloadOf(record);
    if (payload + bytes > PAYLOAD || batches[batches.length - 1].length >= size) {
      batches.push([]);
      payload = 0;
    }
    batches[batches.length - 1].push(record);
    payload += bytes;
  }
  return batches.map((ofBatch) => ({ records: ofBatch, failures: 0, invocations: 0 }));
}
