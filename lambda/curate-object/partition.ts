import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { linesOf, type ObjectStore } from '../storage/object-store';
import type { HeldIds } from './validate-row';

/** What is asked of the bucket of curated files. */
export type CuratedStore = Pick<ObjectStore, 'list' | 'metadata' | 'read'>;

/** A curated file of the same airport and month. */
export interface HeldFile {
  readonly curatedKey: string;
  /** The raw file that it was made of, and that file's digest. */
  readonly rawKey: string;
  readonly sha256: string;
}

/**
 * What the partition holds from other deliveries. The curated files themselves are the record of that: nothing else has
 * to be kept in step when one is overwritten or deleted. A copy that somebody made of this file's own rows is no other
 * delivery.
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

/** Every record id of these files. Ids hold neither quotes nor commas, so the first comma of a line ends one. */
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
  // Whatever fails on the way fails the unpacked stream, and so the loop over its lines.
  pipeline(body, text, () => undefined);
  return text;
}
