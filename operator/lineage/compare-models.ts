import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Parser } from 'tar';
import type { OperatorContext } from '../context';
import { parseS3Uri, readObject } from '../storage';

/** File name to SHA-256 of each file in a tar.gz. */
export async function filesOfArchive(archive: Buffer): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const parser = new Parser({
    strict: true,
    onReadEntry(entry) {
      if (entry.type !== 'File' && entry.type !== 'OldFile') return void entry.resume();
      const digest = createHash('sha256');
      entry.on('data', (chunk: Buffer) => digest.update(chunk));
      entry.on('end', () => (files[entry.path.replace(/^\.\//, '')] = digest.digest('hex')));
    },
  });
  await new Promise<void>((resolve, reject) => {
    parser.on('end', resolve);
    parser.on('error', reject);
    Readable.from([archive]).pipe(parser);
  });
  return files;
}

export interface ArchiveComparison {
  readonly identical: boolean;
  /** Which files differ; or why the archives differ although their files are equal. */
  readonly explanation: string;
  readonly sameFiles: boolean;
}

/**
 * The training script writes the same bytes and times in each run, but SageMaker packs them and writes the current time
 * into the gzip header. So this opens archives that differ: equal files mean an equal model.
 */
export async function compareArchives(
  context: OperatorContext,
  before: { uri: string; sha256: string },
  after: { uri: string; sha256: string },
): Promise<ArchiveComparison> {
  if (before.sha256 === after.sha256)
    return { identical: true, sameFiles: true, explanation: 'bit for bit the same archive' };
  const [first, second] = await Promise.all([before.uri, after.uri].map((uri) => filesAt(context, uri)));
  const names = [...new Set([...Object.keys(first ?? {}), ...Object.keys(second ?? {})])].sort();
  const different = names.filter((name) => first?.[name] !== second?.[name]);
  if (different.length === 0)
    return {
      identical: false,
      sameFiles: true,
      explanation: `other archives with the same ${names.length} files: only the wrapping (times in tar and gzip headers) differs`,
    };
  return {
    identical: false,
    sameFiles: false,
    explanation: `${different.length} of ${names.length} files differ: ${different.join(', ')}`,
  };
}

async function filesAt(context: OperatorContext, uri: string): Promise<Record<string, string>> {
  const { bucket, key } = parseS3Uri(uri);
  const bytes = await readObject(context, bucket, key);
  if (bytes === undefined) throw new Error(`${uri} is gone`);
  return filesOfArchive(bytes);
}
