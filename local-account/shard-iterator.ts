/** A place in a shard, as GetShardIterator gives it out. Opaque to callers, as on AWS. */
export interface ShardIterator {
  readonly stream: string;
  readonly shard: string;
  /** Number of the next record to read in the shard. */
  readonly next: number;
  /** Virtual milliseconds. */
  readonly issued: number;
}

export function writeIterator({ stream, shard, next, issued }: ShardIterator): string {
  return Buffer.from(JSON.stringify([stream, shard, next, issued])).toString('base64');
}

/** Undefined for what is none of ours. */
export function readIterator(text: string): ShardIterator | undefined {
  try {
    const parts = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as unknown;
    if (!Array.isArray(parts) || parts.length !== 4) return undefined;
    const [stream, shard, next, issued] = parts as unknown[];
    return typeof stream === 'string' && typeof shard === 'string' && Number.isInteger(next) && Number.isFinite(issued)
      ? { stream, shard, next: next as number, issued: issued as number }
      : undefined;
  } catch {
    return undefined;
  }
}
