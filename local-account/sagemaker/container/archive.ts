import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { create, extract, Parser, type ReadEntry } from 'tar';
import { filesBelow } from './transfer';

/**
 * Unpacked bytes that a container's disk is thought to bear; ML storage volumes of this workflow have tens of
 * gigabytes.
 */
const MAXIMUM_BYTES = 4 * 1024 ** 3;
const PLAIN = new Set(['File', 'OldFile', 'Directory']);

/** Packs a folder into a tar.gz that is the same for the same content: no owners, no times, files in order. */
export async function pack(folder: string, file: string): Promise<void> {
  const files = await filesBelow(folder);
  await create({ gzip: true, file, cwd: folder, portable: true, noMtime: true }, files.length > 0 ? files : ['.']);
}

/**
 * Unpacks a tar.gz that holds only plain files and folders below its own root. Every entry is checked before the first
 * is written.
 */
export async function unpack(file: string, folder: string, maximumBytes = MAXIMUM_BYTES): Promise<void> {
  await checkEntries(file, maximumBytes);
  await mkdir(folder, { recursive: true });
  await extract({ file, cwd: folder, strict: true });
}

async function checkEntries(file: string, maximumBytes: number): Promise<void> {
  let problem: Error | undefined;
  const parser = new Parser({ strict: true });
  parser.on('error', (error: Error) => (problem ??= error));
  parser.on('entry', (entry: ReadEntry) => {
    const words = problemOf(entry);
    if (words) {
      problem ??= new Error(`refused entry ${JSON.stringify(entry.path)}: it ${words}`);
    }
    entry.resume();
  });
  const source = createReadStream(file);
  const unzipped = createGunzip();
  source.on('error', (error) => unzipped.destroy(error)).pipe(unzipped);
  try {
    let left = maximumBytes;
    for await (const chunk of unzipped as AsyncIterable<Buffer>) {
      left -= chunk.length;
      if (left < 0) {
        throw new Error(`the archive unpacks to more than ${maximumBytes} bytes`);
      }
      parser.write(chunk);
      if (problem) {
        throw problem;
      }
    }
    const ended = new Promise<void>((resolve) => parser.once('end', resolve).once('error', () => resolve()));
    parser.end();
    await ended;
    if (problem) {
      throw problem;
    }
  } finally {
    source.destroy();
    unzipped.destroy();
  }
}

function problemOf({ path, type, mode }: ReadEntry): string | undefined {
  if (!PLAIN.has(type)) {
    return `is a ${type}; only plain files and folders are unpacked`;
  }
  if (path.startsWith('/') || path.split('/').includes('..')) {
    return "leads out of the archive's folder";
  }
  return (mode ?? 0) & 0o7000 ? 'has a setuid, setgid or sticky bit' : undefined;
}
