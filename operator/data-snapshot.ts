import { createHash } from 'node:crypto';
import type { OperatorContext } from './context';
import { CommandFailed } from './errors';
import { putText, versionsUnder } from './storage';

export interface DataWindow {
  readonly airports: readonly string[];
  readonly from: string;
  /** Exclusive. */
  readonly until: string;
}

/** One file in the version that a training reads. */
export interface ReadObject {
  readonly key: string;
  readonly versionId: string;
  readonly etag: string;
  readonly size: number;
}

export interface Manifest {
  readonly bucket: string;
  readonly objects: readonly ReadObject[];
}

/**
 * One digest of the names and ETags of the files to read, so that the pipeline's cache notices a corrected delivery of
 * the same months. The list of files and versions is stored under that digest; `lineage` shows it, and `reproduce` uses
 * it.
 */
export async function keepDataSnapshot(context: OperatorContext, window: DataWindow): Promise<string> {
  const bucket = await context.output('DataLake', 'CuratedBucketName');
  const chosen: ReadObject[] = [];
  const months = new Map<string, Set<string>>();
  for await (const { current, ...object } of versionsUnder(context, bucket, 'curated/flights/')) {
    const [, airport = '', month = ''] = /\/airport=([A-Z]{3})\/month=(\d{4}-\d{2})\//.exec(object.key) ?? [];
    if (current && window.airports.includes(airport) && month >= window.from && month < window.until) {
      chosen.push(object);
      months.set(airport, (months.get(airport) ?? new Set()).add(month));
    }
  }
  refuseTooLittle(window, months);
  const digest = createHash('sha256');
  for (const { key, etag } of chosen.sort((a, b) => (a.key < b.key ? -1 : 1))) digest.update(`${key} ${etag}\n`);
  const name = digest.digest('hex');
  await putManifest(context, name, { bucket, objects: chosen });
  return name;
}

/** Fails where PrepareData would fail, before a job is billed. */
function refuseTooLittle(window: DataWindow, months: ReadonlyMap<string, ReadonlySet<string>>): void {
  const when = `${window.from === '0000-00' ? '' : `from ${window.from} `}until ${window.until}`;
  const without = window.airports.filter((airport) => !months.has(airport));
  if (without.length > 0) {
    throw new CommandFailed(
      `There are no curated flights of ${without.join(', ')} ${when}.`,
      `Bring them in first: npm run mlops -- ingest --airport ${without[0] ?? ''}`,
    );
  }
  const all = new Set([...months.values()].flatMap((one) => [...one]));
  if (all.size < 3) {
    const found = `${all.size} month${all.size === 1 ? '' : 's'} of curated flights ${when}`;
    throw new CommandFailed(
      `There ${all.size === 1 ? 'is' : 'are'} only ${found}.`,
      'A training needs three or more: the last month is the test set, the month before validates, the others train.',
    );
  }
}

export async function putManifest(context: OperatorContext, digest: string, manifest: Manifest): Promise<void> {
  const artifacts = await context.output('DataLake', 'ArtifactsBucketName');
  await putText(
    context,
    artifacts,
    `pipeline/data/${digest}.json`,
    JSON.stringify(manifest, null, 1),
    'application/json',
  );
}
