/** The completeness check over the files of a folder: what its memory depends on. Run by bench/memory.py. */
import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { checkCompleteness } from '../lambda/check-completeness/completeness';
import type { ObjectStore } from '../lambda/storage/object-store';

const folder = process.argv[2] ?? '.';

const store = {
  async *list(prefix: string) {
    for (const name of readdirSync(join(folder, prefix)).sort()) yield { key: `${prefix}${name}`, etag: '', size: 0 };
  },
  read: (key: string): Promise<Readable> => Promise.resolve(createReadStream(join(folder, key))),
  write: () => Promise.resolve(),
} as unknown as ObjectStore;

void checkCompleteness(store, { inputPrefix: 'batch/input/', outputPrefix: 'batch/output/', reportKey: 'report.json' }).then(({ complete, rows }) => {
  if (!complete) throw new Error(`of ${rows} rows not all were found complete`);
});
