import { createHash } from 'node:crypto';

import type { ObjectStore } from '../storage/object-store';

/**
 * One digest over names and ETags of the curated files that a training will read. The pipeline's cache compares arguments, not contents:
 * with this among the arguments, a corrected delivery of the same months is prepared anew. The operator's `train` computes the same.
 */
export async function dataSnapshot(store: ObjectStore, prefix: string, airports: readonly string[], until: string): Promise<string> {
  const digest = createHash('sha256');
  for (const airport of [...airports].sort()) {
    for await (const { key, etag } of store.list(`${prefix}airport=${airport}/`)) {
      const month = /\/month=(\d{4}-\d{2})\//.exec(key)?.[1];
      if (month !== undefined && month < until) digest.update(`${key} ${etag}\n`);
    }
  }
  return digest.digest('hex');
}
