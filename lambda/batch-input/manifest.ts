import { type ObjectStore, readText } from '../storage/object-store';

/** What a batch job scores: written once when its input is staged, read when its output is checked. */
export interface InputManifest {
  readonly files: readonly StagedFile[];
  readonly refused: readonly RefusedFile[];
}

export interface StagedFile {
  readonly key: string;
  /** Of the object that was read. @default the newest */
  readonly version?: string;
  /** Name of the copy that the transform job reads; its output is `<name>.out`. */
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

/** Undefined when nothing was staged for this job yet. */
export async function findManifest(store: ObjectStore, job: string): Promise<InputManifest | undefined> {
  // Listed first: to read what is not there is denied to whoever may not list the bucket.
  for await (const { key } of store.list(manifestKey(job)))
    if (key === manifestKey(job)) return JSON.parse(await readText(store, key)) as InputManifest;
  return undefined;
}
