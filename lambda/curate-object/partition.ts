import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { linesOf, type ObjectStore } from '../storage/object-store';
import type { HeldIds } from './validate-row';

/** Operations on the curated bucket that this function needs. */
export type CuratedStore = Pick<ObjectStore, 'list' | 'metadata' | 'read'>;

/** A curated file of the same airport and month. */
export interface HeldFile {
  readonly curatedKey: string;
  /** The raw file that it was made from, and the digest of that file. */
  readonly rawKey: string;
  readonly sha256: string;
}

/**
 * Files of the partition from other deliveries. The curated files themselves are the record, so nothing else needs an
 * update when one is overwritten or deleted. A copy of this file's own rows does not count as another delivery.
 */
export async function otherFiles(curated: CuratedStore, ownKey: string, rawKey: string): Promise<HeldFile[]> {
  const folder = ownKey.slice(0, ownKey.lastIndexOf('/') + 1);
  const found: HeldFile[] = [];
  for await (const { key } of curated.list(folder)) {
    if (key === ownKey || !key.endsWith('.csv.gz')) continue;
    const metadata = await curated.metadata(key);
    const made = metadata['raw-key'] ?? key;
    if (made !== rawKey) found.push({ curatedKey: key, rawKey: made, sha256: metadata['raw-sha256'] ?? '' });
  }
  return found;
}

/** Every record id of these files. An id contains no quotes or commas, so it ends at the first comma of its line. */
export async function heldIds(curated: CuratedStore, files: readonly HeldFile[]): Promise<HeldIds> {
  const ids = new Map<string, string>();
  for (const { curatedKey, rawKey } of files) {
    let header = true;
    for await (const line of linesOf(unpacked(await curated.read(curatedKey)))) {
      if (!header) ids.set(line.slice(0, Math.max(0, line.indexOf(','))), rawKey);
      header = false;
    }
  }
  return ids;
}

function unpacked(body: Readable): Readable {
  const text = createGunzip();
  // An error of the input becomes an error of the unpacked stream, and so of the loop over its lines.
  pipeline(body, text, () => undefined);
  return text;
}
