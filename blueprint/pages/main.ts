/** `npm run pages`: writes the generated parts of the documentation. `test/docs/pages.test.ts` refuses stale ones. */

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generatedPages } from './pages';

const root = resolve(__dirname, '..', '..');
for (const [page, text] of Object.entries(generatedPages(root))) {
  writeFileSync(join(root, page), text);
  process.stdout.write(`${page}\n`);
}
