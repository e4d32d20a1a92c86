import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Snapshot } from '../../snapshot/snapshot';
import type { ResourceTags } from '../resource-tags';
import { Stream, type StreamState } from './stream';

/** Streams with their records: a line that describes them, then the records as the shards keep them. */
export function streamSnapshot(streams: Map<string, Stream>, folder: string, tags: ResourceTags): Snapshot {
  return {
    name: 'kinesis',
    async save(file) {
      // What the line says and the parts are of one moment.
      const parts: (number | Buffer)[] = [];
      const states: StreamState[] = [...streams.values()].map(({ settings, shards }) => ({
        settings: { ...settings },
        tags: tags.of(settings.arn),
        logs: shards.map(({ log }) => {
          const { state, parts: ofLog } = log.state();
          parts.push(...ofLog);
          return state;
        }),
      }));
      const out = await open(file, 'w');
      try {
        await out.write(`${JSON.stringify(states)}\n`);
        for (const part of parts) for (const bytes of blocks(part)) await out.write(bytes);
      } finally {
        await out.close();
        for (const part of parts) if (typeof part === 'number') closeSync(part);
      }
    },
    restore(file) {
      const input = openSync(file, 'r');
      try {
        const reader = new Reader(input);
        for (const { settings, logs, tags: ofStream } of JSON.parse(reader.line()) as StreamState[]) {
          const stream = new Stream(settings, logs.length, folder);
          logs.forEach((log, number) => void stream.shards[number].log.take(log, (length) => reader.bytes(length)));
          streams.set(settings.name, stream);
          tags.add(settings.arn, ofStream);
        }
      } finally {
        closeSync(input);
      }
    },
  };
}

const BLOCK = 1024 * 1024;

function* blocks(part: number | Buffer): Generator<Buffer> {
  if (typeof part !== 'number') {
    yield part;
    return;
  }
  for (;;) {
    const block = Buffer.allocUnsafe(BLOCK);
    const read = readSync(part, block);
    if (read === 0) return;
    yield block.subarray(0, read);
  }
}

class Reader {
  private at = 0;

  constructor(private readonly file: number) {}

  line(): string {
    const found: Buffer[] = [];
    for (;;) {
      const block = Buffer.allocUnsafe(BLOCK);
      const read = readSync(this.file, block, 0, BLOCK, this.at);
      const end = block.subarray(0, read).indexOf(10);
      found.push(block.subarray(0, end < 0 ? read : end));
      this.at += end < 0 ? read : end + 1;
      if (end >= 0 || read === 0) return Buffer.concat(found).toString('utf8');
    }
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const read = readSync(this.file, bytes, filled, length - filled, this.at + filled);
      if (read === 0) throw new Error('the records of a stream end too early');
      filled += read;
    }
    this.at += length;
    return bytes;
  }
}
