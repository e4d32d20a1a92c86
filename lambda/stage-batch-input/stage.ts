import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';

import {
  findManifest,
  type InputManifest,
  manifestKey,
  type RefusedFile,
  type StagedFile,
} from '../batch-input/manifest';
import { recordsOf } from '../batch-input/records';
import type { ObjectStore } from '../storage/object-store';

export interface StageRequest {
  /** Key of a file; or of a folder, with a slash at its end. */
  readonly input: string;
  /** Version of the file. Empty for the newest, and of no meaning for a folder. */
  readonly version: string;
  /** Name of the transform job that will read the copy. */
  readonly job: string;
}

export interface StagedInput {
  readonly files: number;
  readonly records: number;
  readonly refused: number;
  /** Why files were refused, in words. */
  readonly reason: string;
}

const megabyte = 1024 * 1024;
/**
 * Of one file, and of all of one job. The function that checks the output reads input and output within 15 minutes:
 * docs/learn/batch.md has what was measured.
 */
export const limits = { fileBytes: 100 * megabyte, totalBytes: 1000 * megabyte };

/**
 * Copies what a transform job is to score into a folder of the job's own, a record a line.
 *
 * SageMaker takes every object whose key begins with an S3Prefix: `night.csv` takes `night.csv.old` too. And what its
 * own splitting and joining make of blank lines, byte order marks, carriage returns and percent signs in names is not
 * documented. The copy has none of them.
 */
// AWS: sagemaker-jobs/s3-prefix-takes-every-key
// AWS: sagemaker-jobs/line-splitting
export async function stageInput(store: ObjectStore, request: StageRequest, allowed = limits): Promise<StagedInput> {
  const known = await findManifest(store, request.job);
  if (known) return summary(known);
  const files: StagedFile[] = [];
  const refused: RefusedFile[] = [];
  const names = new Set<string>();
  let total = 0;
  for await (const key of keysOf(store, request.input)) {
    const version = request.input.endsWith('/') || request.version === '' ? undefined : request.version;
    try {
      const { body, records, bytes } = await read(
        await store.read(key, version),
        Math.min(allowed.fileBytes, allowed.totalBytes - total),
        allowed,
      );
      total += bytes;
      if (records === 0) continue;
      const name = nameOf(key, request.input, names);
      await store.write(`batch/staged/${request.job}/${name}`, body, 'text/csv');
      files.push({ key, ...(version === undefined ? {} : { version }), name, records });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused.push({ key, reason: error.message });
    }
  }
  const manifest: InputManifest = { files, refused };
  // Once: a second delivery of the same event must not find another input under the job's name.
  if (await store.writeOnce(manifestKey(request.job), JSON.stringify(manifest), 'application/json'))
    return summary(manifest);
  return summary((await findManifest(store, request.job)) ?? manifest);
}

class Refused extends Error {}

/** A folder that was made by hand is an object itself, an empty one. */
// AWS: s3/folders-are-empty-objects
async function* keysOf(store: ObjectStore, input: string): AsyncIterable<string> {
  if (!input.endsWith('/')) {
    yield input;
    return;
  }
  for await (const { key, size } of store.list(input)) if (!key.endsWith('/') && size > 0) yield key;
}

async function read(
  stream: Readable,
  maximum: number,
  allowed: typeof limits,
): Promise<{ body: Buffer; records: number; bytes: number }> {
  let bytes = 0;
  const guard = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (bytes === 0) {
        const problem = problemOf(chunk);
        if (problem !== undefined) return done(new Refused(problem));
      }
      bytes += chunk.length;
      const limit =
        maximum < allowed.fileBytes
          ? `all files of a job together ${allowed.totalBytes}`
          : `a file ${allowed.fileBytes}`;
      done(bytes > maximum ? new Refused(`too large: ${limit} bytes at most; split it`) : null, chunk);
    },
  });
  stream.once('error', (error) => guard.destroy(error));
  const parts: Buffer[] = [];
  let pending = '';
  let records = 0;
  try {
    for await (const record of recordsOf(stream.pipe(guard))) {
      pending += `${record}\n`;
      records += 1;
      if (pending.length < megabyte) continue;
      parts.push(Buffer.from(pending, 'latin1'));
      pending = '';
    }
  } finally {
    stream.destroy();
  }
  parts.push(Buffer.from(pending, 'latin1'));
  return { body: Buffer.concat(parts), records, bytes };
}

/** What a file begins with if it is no CSV in UTF-8. */
function problemOf(start: Buffer): string | undefined {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip: send the file unpacked';
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)) return 'UTF-16: send UTF-8';
  return undefined;
}

/**
 * Letters, digits, dots, hyphens and underscores only: every part of AWS writes such a name in one way. Two keys never
 * share one.
 */
function nameOf(key: string, input: string, taken: Set<string>): string {
  const path = input.endsWith('/') ? key.slice(input.length) : key.slice(key.lastIndexOf('/') + 1);
  const plain = path.replace(/[^A-Za-z0-9._-]+/g, '-');
  const name =
    plain === path && !taken.has(plain)
      ? plain
      : `${createHash('sha256').update(key).digest('hex').slice(0, 8)}-${plain.slice(-100)}`;
  taken.add(name);
  return name;
}

function summary({ files, refused }: InputManifest): StagedInput {
  return {
    files: files.length,
    records: files.reduce((sum, { records }) => sum + records, 0),
    refused: refused.length,
    // A machine's state has no room for the names of thousands.
    reason: refused
      .slice(0, 10)
      .map(({ key, reason }) => `${key}: ${reason}`)
      .join('; '),
  };
}
