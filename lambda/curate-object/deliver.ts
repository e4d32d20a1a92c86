import type { Readable } from 'node:stream';

import type { Contract } from './contract';
import { type Curation, curate, type FileReason } from './curate';
import { locate } from './location';
import { type CuratedStore, heldIds, otherFiles } from './partition';

export interface RawFiles {
  readonly bucket: string;
  /** Both fail for a deleted file. Its event then goes to the dead-letter queue, since somebody may miss the file. */
  read(key: string): Promise<{ readonly body: Readable; readonly version: string }>;
  /** Version that a reader would get now. */
  version(key: string): Promise<string>;
}

export interface CuratedFiles extends CuratedStore {
  put(key: string, body: Buffer, contentType: string, metadata: Readonly<Record<string, string>>): Promise<void>;
}

export interface Delivery {
  readonly key: string;
  readonly rowsCurated: number;
  readonly rowsQuarantined: number;
  /** Why no row is curated. */
  readonly refused?: FileReason | 'NO_GOOD_ROW';
}

/**
 * Validates one raw file and writes its rows to curated/ or quarantine/. Events may arrive twice, late and out of
 * order, so the current version of the file counts: if it changed during the validation, the loop validates it again,
 * and the rows of the newest version remain.
 */
export async function deliver(
  key: string,
  contract: Contract,
  raw: RawFiles,
  curated: CuratedFiles,
): Promise<Delivery> {
  const location = locate(key, contract.source.values);
  if (!location.known) {
    await quarantine(curated, location.quarantineKey, [refusal('UNKNOWN_KEY', location.problem)], {
      refused: 'UNKNOWN_KEY',
    });
    return { key, rowsCurated: 0, rowsQuarantined: 0, refused: 'UNKNOWN_KEY' };
  }
  for (;;) {
    const file = await raw.read(key);
    const others = await otherFiles(curated, location.curatedKey, key);
    const validated = await curate(file.body, contract, location, { held: await heldIds(curated, others) });
    const same = validated.sha256 === '' ? undefined : others.find(({ sha256 }) => sha256 === validated.sha256);
    const curation = same ? duplicate(validated, same.rawKey, same.curatedKey) : validated;
    const refused = curation.curated
      ? undefined
      : curation.quarantined[0]?.line === 0
        ? (curation.quarantined[0].reason as FileReason)
        : 'NO_GOOD_ROW';
    const origin = {
      'raw-bucket': raw.bucket,
      'raw-key': key,
      'raw-version': file.version,
      'raw-sha256': curation.sha256,
    };
    // Refusals first, so that a reader who sees the curated file sees all of its refusals too.
    if (curation.quarantined.length > 0) {
      await quarantine(curated, location.quarantineKey, curation.quarantined, {
        ...origin,
        ...(refused ? { refused } : {}),
      });
    }
    if (curation.curated) {
      // Origin and number of labeled rows, which a HEAD request returns without the file (MLOPS-04: which data and code
      // made a model).
      await curated.put(location.curatedKey, curation.curated, 'application/gzip', {
        ...origin,
        rows: String(curation.rows),
        labeled: String(curation.labeled),
      });
    }
    // AWS: s3/events-come-late-and-twice
    if ((await raw.version(key)) === file.version) {
      return {
        key,
        rowsCurated: curation.rows,
        rowsQuarantined: curation.quarantined.filter(({ line }) => line > 0).length,
        refused,
      };
    }
  }
}

/** Refuses a file whose content is already curated for the same partition. */
function duplicate(curation: Curation, rawKey: string, curatedKey: string): Curation {
  const detail = `same content as ${rawKey}, whose rows are in ${curatedKey}`;
  return { ...curation, curated: undefined, rows: 0, labeled: 0, quarantined: [refusal('DUPLICATE_FILE', detail)] };
}

function refusal(reason: 'DUPLICATE_FILE' | 'UNKNOWN_KEY', detail: string): Curation['quarantined'][number] {
  return { line: 0, reason, detail, row: '' };
}

async function quarantine(
  curated: CuratedFiles,
  key: string,
  rows: Curation['quarantined'],
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  await curated.put(
    key,
    Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
    'application/x-ndjson',
    metadata,
  );
}
