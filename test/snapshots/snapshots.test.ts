import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { pages } from '../../diagrams/pages';
import { stateMachinesOf } from '../../diagrams/state-machines';
import { synthesize } from '../gates/synthesis';
import { policies, resourceList } from './readable';

const { templates, folder } = synthesize('default');
const stacks = Object.keys(templates);
const files = join(__dirname, 'default');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** jest's own choice for snapshots: `all` with `-u`, `none` with `--ci`, else `new`. */
function update(): 'all' | 'new' | 'none' {
  const { snapshotState } = expect.getState() as { snapshotState?: { _updateSnapshot?: 'all' | 'new' | 'none' } };
  return snapshotState?._updateSnapshot ?? 'none';
}

/** Plain files instead of `.snap`: they are read in reviews, one for each stack, without quotes and escapes. */
function compare(name: string, actual: string): void {
  const file = join(files, name);
  const mode = update();
  if (mode === 'all' || (mode === 'new' && !existsSync(file))) {
    mkdirSync(files, { recursive: true });
    writeFileSync(file, `${actual}\n`);
  }
  const stored = existsSync(file)
    ? readFileSync(file, 'utf8')
    : `${name} is missing; run: npx jest test/snapshots -u\n`;
  expect(`${actual}\n`).toBe(stored);
}

describe.each(stacks)('%s', (stack) => {
  test('keeps its construct ids and physical names: renaming one replaces the resource', () => {
    compare(`${stack}.resources.txt`, resourceList(templates, stack));
  });

  test('allows what the snapshot of its policies says, and nothing else', () => {
    compare(`${stack}.policies.txt`, policies(templates, stack));
  });
});

test('no snapshot is left of a stack that is gone', () => {
  const expected = stacks.flatMap((stack) => [`${stack}.policies.txt`, `${stack}.resources.txt`]).sort();
  if (update() === 'all')
    for (const file of readdirSync(files)) if (!expected.includes(file)) rmSync(join(files, file));
  expect(readdirSync(files).sort()).toEqual(expected);
});

test('the diagrams in the READMEs show the state machines as they are', () => {
  const drawn = pages(join(__dirname, '..', '..'), stateMachinesOf(folder));
  expect(drawn.map(({ path }) => path)).toContain('lib/release/state-machine/README.md');
  const stale = drawn
    .filter(({ before, after }) => before !== after)
    .map(({ path }) => `${path}: run npm run diagrams`);
  expect(stale).toEqual([]);
});

test('a new version of the code changes no snapshot', () => {
  const changed = JSON.parse(JSON.stringify(templates).replace(/[0-9a-f]{64}/g, 'f'.repeat(64))) as typeof templates;
  for (const stack of stacks) {
    expect(resourceList(changed, stack)).toBe(resourceList(templates, stack));
    expect(policies(changed, stack)).toBe(policies(templates, stack));
  }
});
