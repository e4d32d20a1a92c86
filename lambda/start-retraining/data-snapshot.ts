import { createHash } from 'node:crypto';

import type { CurrentVersion } from '../storage/object-store';
import type { DataWindow } from './decision';

export interface DataSnapshot {
  /** Digest of names and ETags: the same for the same contents, independent of version ids. */
  readonly digest: string;
  /**
   * The exact object versions, to repeat the training later (CUE-05: rebuilding an older model; SELF-10: what makes a
   * model reproducible).
   */
  readonly manifest: string;
}

/**
 * Which curated files a training will read, in which versions. The digest is an argument of PrepareData, because the
 * pipeline's cache compares arguments and not contents: a corrected delivery of the same months is prepared again. The
 * operator's command `train` computes the same digest.
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

/** Key of the list of files, below a prefix that processing jobs may read. */
export function manifestKey(digest: string): string {
  return `pipeline/data/${digest}.json`;
}
