import { createHash } from 'node:crypto';

import type { CurrentVersion } from '../storage/object-store';
import type { DataWindow } from './decision';

export interface DataSnapshot {
  /** Of names and ETags: the same for the same contents, whatever their versions are called. */
  readonly digest: string;
  /** What a later training can be given again (CUE-05, SELF-10). */
  readonly manifest: string;
}

/**
 * Which curated files a training will read, in which versions. The digest is part of PrepareData's arguments, since the
 * pipeline's cache compares arguments and not contents: a corrected delivery of the same months is prepared anew. The
 * operator's `train` makes the same.
 */
export function dataSnapshot(bucket: string, objects: readonly CurrentVersion[], window: DataWindow): DataSnapshot {
  const chosen = objects.filter(({ key }) => {
    const [, airport = '', month = ''] = /\/airport=([A-Z]{3})\/month=(\d{4}-\d{2})\//.exec(key) ?? [];
    return window.airports.includes(airport) && month >= window.from && month < window.until;
  });
  const digest = createHash('sha256');
  for (const { key, etag } of [...chosen].sort((a, b) => (a.key < b.key ? -1 : 1))) digest.update(`${key} ${etag}\n`);
  const manifest = {
    bucket,
    objects: chosen.map(({ key, versionId, etag, size }) => ({ key, versionId, etag, size })),
  };
  return { digest: digest.digest('hex'), manifest: JSON.stringify(manifest, null, 1) };
}

/** Below the prefix that processing jobs may read. */
export function manifestKey(digest: string): string {
  return `pipeline/data/${digest}.json`;
}
