/** The completeness check over the files of a folder: what its memory depends on. Run by bench/memory.py. */
import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { manifestKey } from '../lambda/batch-input/manifest';
import { checkCompleteness } from '../lambda/check-completeness/completeness';
import type { ObjectStore } from '../lambda/storage/object-store';

const folder = process.argv[2] ?? '.';

const job = 'bench';
const files = readdirSync(join(folder, 'batch/input'))
  .sort()
  .map((name) => ({ key: `batch/input/${name}`, name, records: 0 }));
const manifest = JSON.stringify({ files, refused: [] });

const store = {
  async *list(prefix: string) {
    if (prefix === manifestKey(job)) {
      yield { key: prefix, etag: '', size: 0 };
      return;
    }
    for (const name of readdirSync(join(folder, prefix)).sort()) yield { key: `${prefix}${name}`, etag: '', size: 0 };
  },
  read: (key: string): Promise<Readable> =>
    Promise.resolve(
      key === manifestKey(job) ? Readable.from([Buffer.from(manifest)]) : createReadStream(join(folder, key)),
    ),
  write: () => Promise.resolve(),
} as unknown as ObjectStore;

void checkCompleteness(store, { job, outputPrefix: 'batch/output/', reportKey: 'report.json' }).then(
  ({ complete, rows }) => {
    if (!complete) throw new Error(`of ${rows} rows not all were found complete`);
  },
);
