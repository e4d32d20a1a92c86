import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A record as a shard keeps it. */
export interface StoredRecord {
  /** Virtual milliseconds. */
  readonly at: number;
  readonly key: string;
  readonly data: Uint8Array;
}

/** Records in a row that are complete and on the disk. */
interface Segment {
  readonly first: number;
  readonly count: number;
  readonly bytes: number;
  readonly lastAt: number;
}

export interface LogState {
  readonly segments: readonly Segment[];
  readonly tail: Segment;
}

/** Bytes of a segment: what a shard holds in memory at most, next to the segments read last. */
const SEGMENT = 1024 * 1024;
const SEGMENT_RECORDS = 5_000;

/** Segments read last, of all shards: readers that catch up read each one several times. */
const recent = new Map<string, StoredRecord[]>();
const RECENT = 8;

/**
 * The records of a shard. The newest are in memory, all others in files, so that memory does not grow with what the
 * stream retains.
 */
export class ShardLog {
  private segments: Segment[] = [];
  private tail: StoredRecord[] = [];
  private tailFirst = 1;
  private tailBytes = 0;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** Number of the record that comes next. */
  get next(): number {
    return this.tailFirst + this.tail.length;
  }

  /** Number of the oldest record that is kept. */
  get first(): number {
    return this.segments[0]?.first ?? this.tailFirst;
  }

  /** Arrival of the newest record, if there is one. */
  get lastAt(): number | undefined {
    return this.tail.at(-1)?.at ?? this.segments.at(-1)?.lastAt;
  }

  /** @returns the record's number */
  append(record: StoredRecord): number {
    const index = this.next;
    this.tail.push(record);
    this.tailBytes += record.data.length + record.key.length;
    if (this.tailBytes >= SEGMENT || this.tail.length >= SEGMENT_RECORDS) this.seal();
    return index;
  }

  /** Records from `index` on, until `wants` says no. */
  read(index: number, wants: (record: StoredRecord, index: number) => boolean): void {
    for (let at = Math.max(index, this.first); at < this.next; ) {
      const { first, records } = this.holding(at);
      for (; at < first + records.length; at += 1) if (!wants(records[at - first], at)) return;
    }
  }

  /** Number of the first record that arrived at this time or later; the next one's where there is none. */
  since(time: number): number {
    const segment = this.segments.find(({ lastAt }) => lastAt >= time);
    let found = this.next;
    this.read(segment?.first ?? this.tailFirst, (record, index) => {
      if (record.at < time) return true;
      found = index;
      return false;
    });
    return found;
  }

  /** Forgets segments whose records all arrived before. */
  trim(before: number): void {
    while (this.segments.length > 0 && this.segments[0].lastAt < before) {
      const segment = this.segments.shift()!;
      recent.delete(this.file(segment.first));
      rmSync(this.file(segment.first), { force: true });
    }
    if (this.segments.length === 0 && this.tail.length > 0 && this.tail.at(-1)!.at < before) {
      this.tailFirst = this.next;
      this.tail = [];
      this.tailBytes = 0;
    }
  }

  delete(): void {
    for (const { first } of this.segments) recent.delete(this.file(first));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What this moment consists of: a description, and its parts as open files and bytes. */
  state(): { readonly state: LogState; readonly parts: (number | Buffer)[] } {
    const tail = encode(this.tail);
    const lastAt = this.tail.at(-1)?.at ?? 0;
    return {
      state: {
        segments: [...this.segments],
        tail: { first: this.tailFirst, count: this.tail.length, bytes: tail.length, lastAt },
      },
      // An open file can still be read when the log has trimmed it.
      parts: [...this.segments.map(({ first }) => openSync(this.file(first), 'r')), tail],
    };
  }

  /** @param bytes the next part of what `state` gave */
  take({ segments, tail }: LogState, bytes: (length: number) => Buffer): void {
    for (const segment of segments) writeFileSync(this.file(segment.first), bytes(segment.bytes));
    this.segments = [...segments];
    this.tail = decode(bytes(tail.bytes));
    this.tailFirst = tail.first;
    this.tailBytes = tail.bytes;
  }

  private holding(index: number): { readonly first: number; readonly records: readonly StoredRecord[] } {
    if (index >= this.tailFirst) return { first: this.tailFirst, records: this.tail };
    const { first } = this.segments.find((segment) => index < segment.first + segment.count)!;
    const file = this.file(first);
    const records = recent.get(file) ?? decode(readFileSync(file));
    recent.delete(file);
    recent.set(file, records);
    if (recent.size > RECENT) recent.delete(recent.keys().next().value!);
    return { first, records };
  }

  private seal(): void {
    const bytes = encode(this.tail);
    writeFileSync(this.file(this.tailFirst), bytes);
    const { length: count } = this.tail;
    this.segments.push({ first: this.tailFirst, count, bytes: bytes.length, lastAt: this.tail.at(-1)!.at });
    this.tailFirst += count;
    this.tail = [];
    this.tailBytes = 0;
  }

  private file(first: number): string {
    return join(this.folder, String(first));
  }
}

/** Time, length of the key, key, length of the data, data. */
function encode(records: readonly StoredRecord[]): Buffer {
  const keys = records.map(({ key }) => Buffer.from(key));
  const size = records.reduce((sum, { data }, index) => sum + 14 + keys[index].length + data.length, 0);
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  records.forEach(({ at: time, data }, index) => {
    at = bytes.writeDoubleLE(time, at);
    at = bytes.writeUInt16LE(keys[index].length, at);
    at += keys[index].copy(bytes, at);
    at = bytes.writeUInt32LE(data.length, at);
    bytes.set(data, at);
    at += data.length;
  });
  return bytes;
}

function decode(bytes: Buffer): StoredRecord[] {
  const records: StoredRecord[] = [];
  for (let place = 0; place < bytes.length; ) {
    const at = bytes.readDoubleLE(place);
    const keyEnd = place + 10 + bytes.readUInt16LE(place + 8);
    const end = keyEnd + 4 + bytes.readUInt32LE(keyEnd);
    records.push({ at, key: bytes.toString('utf8', place + 10, keyEnd), data: bytes.subarray(keyEnd + 4, end) });
    place = end;
  }
  return records;
}
