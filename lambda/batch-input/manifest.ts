import { type ObjectStore, readText } from '../storage/object-store';

/** Input of a batch job: written once when the input is staged, read when the output is checked. */
export interface InputManifest {
  readonly files: readonly StagedFile[];
  readonly refused: readonly RefusedFile[];
}

export interface StagedFile {
  readonly key: string;
  /** Version of the object that was read. @default the newest */
  readonly version?: string;
  /** Name of the copy that the transform job reads; the output is `<name>.out`. */
  readonly name: string;
  readonly records: number;
}

export interface RefusedFile {
  readonly key: string;
  readonly reason: string;
}

export function manifestKey(job: string): string {
  return `batch/manifest/${job}.json`;
}

/** Returns undefined when nothing has been staged for this job yet. */
export async function findManifest(store: ObjectStore, job: string): Promise<InputManifest | undefined> {
  // List first: S3 returns AccessDenied, not NoSuchKey, to a caller who reads a missing key without permission to list
  // it.
  for await (const { key } of store.list(manifestKey(job)))
    if (key === manifestKey(job)) return JSON.parse(await readText(store, key)) as InputManifest;
  return undefined;
}
