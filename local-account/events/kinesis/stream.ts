import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { sequenceNumber } from './sequence-number';
import { type LogState, ShardLog } from './shard-log';
import { Throughput } from './throughput';

/** Milliseconds of virtual time in which a stream is made, changed or deleted. AWS takes up to some minutes. */
export const CHANGE = 1_000;

const HASH_KEYS = 1n << 128n;

export interface StreamSettings {
  readonly name: string;
  readonly arn: string;
  /** Tells a stream from an earlier one of its name. */
  readonly id: string;
  readonly createdAt: number;
  retentionHours: number;
  /** As the caller named it; undefined without encryption. */
  keyId?: string;
  /** Until then, it is being made or changed. */
  busyUntil: number;
  /** It is gone then. */
  deletedAt?: number;
}

export interface StreamState {
  readonly settings: StreamSettings;
  readonly tags: Readonly<Record<string, string>>;
  readonly logs: readonly LogState[];
}

/** A shard: an equal part of the hash keys, and the records that fell into it. */
export class Shard {
  readonly throughput = new Throughput();
  readonly id: string;

  constructor(
    readonly number: number,
    readonly from: bigint,
    readonly to: bigint,
    readonly log: ShardLog,
    private readonly createdAt: number,
  ) {
    this.id = `shardId-${String(number).padStart(12, '0')}`;
  }

  sequence(index: number, at: number): string {
    return sequenceNumber({ createdAt: this.createdAt, shard: this.number, index, at });
  }

  describe(): object {
    return {
      ShardId: this.id,
      HashKeyRange: { StartingHashKey: this.from.toString(), EndingHashKey: this.to.toString() },
      SequenceNumberRange: { StartingSequenceNumber: this.sequence(0, this.createdAt) },
    };
  }
}

export class Stream {
  readonly shards: readonly Shard[];
  private readonly folder: string;

  constructor(
    readonly settings: StreamSettings,
    shardCount: number,
    folder: string,
  ) {
    this.folder = join(folder, settings.id);
    const size = HASH_KEYS / BigInt(shardCount);
    this.shards = Array.from({ length: shardCount }, (_, number) => {
      const from = size * BigInt(number);
      const to = number === shardCount - 1 ? HASH_KEYS - 1n : from + size - 1n;
      return new Shard(number, from, to, new ShardLog(join(this.folder, String(number))), settings.createdAt);
    });
  }

  status(now: number): 'CREATING' | 'UPDATING' | 'ACTIVE' | 'DELETING' {
    const { createdAt, busyUntil, deletedAt } = this.settings;
    if (deletedAt !== undefined) return 'DELETING';
    if (now >= busyUntil) return 'ACTIVE';
    return busyUntil === createdAt + CHANGE ? 'CREATING' : 'UPDATING';
  }

  /** "An MD5 hash function is used to map partition keys to 128-bit integer values" (PutRecord). */
  shardOf(partitionKey: string, explicitHashKey: string | undefined): Shard | undefined {
    const hash =
      explicitHashKey === undefined
        ? BigInt(`0x${createHash('md5').update(partitionKey, 'utf8').digest('hex')}`)
        : BigInt(explicitHashKey);
    let [low, high] = [0, this.shards.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.shards[middle].from <= hash) low = middle;
      else high = middle - 1;
    }
    return hash <= this.shards[low].to ? this.shards[low] : undefined;
  }

  /** The oldest arrival that can still be read. */
  horizon(now: number): number {
    return now - this.settings.retentionHours * 3_600_000;
  }

  trim(now: number): void {
    for (const { log } of this.shards) log.trim(this.horizon(now));
  }

  delete(): void {
    for (const { log } of this.shards) log.delete();
  }
}
