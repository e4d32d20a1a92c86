/** `npm run pages`: writes the generated parts of the documentation. `test/docs/pages.test.ts` refuses stale ones. */

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { generatedPages } from './pages';

new Command('pages')
  .description('Writes the generated parts of the documentation: docs/learn/exam-map.md and docs/do/cost.md.')
  .addHelpText('after', '\nExit code 0: written. 2: wrong use.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse();

const root = resolve(__dirname, '..', '..');
for (const [page, text] of Object.entries(generatedPages(root))) {
  writeFileSync(join(root, page), text);
  process.stdout.write(`${page}\n`);
}
