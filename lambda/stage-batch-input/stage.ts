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
  /** Key of a file, or of a folder with a slash at its end. */
  readonly input: string;
  /** Version of the file. Empty for the newest; ignored for a folder. */
  readonly version: string;
  /** Name of the transform job that will read the copy. */
  readonly job: string;
}

export interface StagedInput {
  readonly files: number;
  readonly records: number;
  readonly refused: number;
  /** Reasons of the first ten refused files. */
  readonly reason: string;
}

const megabyte = 1024 * 1024;
/**
 * Maximum size of one file and of all files of a job. check-completeness must read input and output within Lambda's 15
 * minutes; docs/learn/batch.md has the measurement.
 */
export const limits = { fileBytes: 100 * megabyte, totalBytes: 1000 * megabyte };

/**
 * Copies the input of a transform job into a folder for this job, one record per line.
 *
 * SageMaker reads every object whose key begins with an S3Prefix: `night.csv` includes `night.csv.old`. How it splits
 * and joins blank lines, byte order marks and carriage returns, and how it treats percent signs in names, is not
 * documented. The copy contains none of them.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TransformS3DataSource.html
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
  // Written once: a second delivery of the same event must not change the input of a job.
  if (await store.writeOnce(manifestKey(request.job), JSON.stringify(manifest), 'application/json'))
    return summary(manifest);
  return summary((await findManifest(store, request.job)) ?? manifest);
}

class Refused extends Error {}

/** A folder created in the S3 console is an empty object. */
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
          ? `all files of a job may have ${allowed.totalBytes}`
          : `a file may have ${allowed.fileBytes}`;
      done(bytes > maximum ? new Refused(`too large: ${limit} bytes at most; split the file`) : null, chunk);
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

/** Recognizes gzip and UTF-16 by the first bytes. */
function problemOf(start: Buffer): string | undefined {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip: send the file uncompressed';
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)) return 'UTF-16: send UTF-8';
  return undefined;
}

/**
 * Name of the copy: letters, digits, dots, hyphens and underscores only, because no AWS service encodes these. Two keys
 * never get the same name.
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
    // The state of a state machine has no room for thousands of names.
    reason: refused
      .slice(0, 10)
      .map(({ key, reason }) => `${key}: ${reason}`)
      .join('; '),
  };
}
