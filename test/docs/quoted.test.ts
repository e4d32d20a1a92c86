import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { runCli } from '../../operator/cli';
import { scripts } from '../../package.json';
import { fakeContext } from '../operator/fake-clients';

const root = resolve(__dirname, '..', '..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'data/README.md',
  ...markdownBelow('docs'),
];

function markdownBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

const text = (page: string) => readFileSync(join(root, page), 'utf8');

/** Commands in fenced blocks and in backticks, without the remark behind them, by page. */
const quoted = pages.flatMap((page) => {
  const fenced = [...text(page).matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => (block ?? '').split('\n'));
  const inline = [...text(page).matchAll(/`((?:npm|npx) [^`]*)`/g)].map(([, command]) => command ?? '');
  return [...fenced, ...inline]
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .flatMap((line) => line.split(' && '))
    .filter((line) => line !== '')
    .map((command): [string, string] => [page, command]);
});

describe('what the documentation quotes', () => {
  test('there is something to check', () => {
    expect(quoted.length).toBeGreaterThan(20);
  });

  test.each(quoted.filter(([, command]) => command.startsWith('npm run ')))('%s: %s is a script', (_, command) => {
    expect(Object.keys(scripts)).toContain(command.split(' ')[2]);
  });

  test.each(quoted.filter(([, command]) => command.startsWith('npm run mlops -- ')))(
    '%s: %s is understood',
    async (_, command) => {
      const words = [...command.slice('npm run mlops -- '.length).matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, long, short]) => long ?? short ?? '',
      );
      let said = '';
      // Nothing answers; so whatever the command does, it fails with 1. A line that it does not understand ends with 2.
      const code = await runCli(words, {
        makeContext: () => fakeContext({}),
        write: () => undefined,
        writeError: (line) => (said += line),
        output: () => ({ line: () => undefined, progress: () => undefined }),
      });
      expect(code === 2 ? said : '').toBe('');
    },
  );

  test.each(quoted.filter(([, command]) => !command.startsWith('npm run ')))(
    '%s: %s is a command that a fresh machine has',
    (_, command) => {
      expect(command).toMatch(
        /^(npm ci|npm test( -- (-u|--long|--help))?|npx jest (local-account\/)?test\/\S+( -u)?|npx cdk (bootstrap|synth --quiet|synth|diff|deploy --all|destroy --all)|curl -X POST \S+)$/,
      );
    },
  );

  test.each(pages)('%s names files that are there', (page) => {
    const files = [
      ...text(page).matchAll(
        /`((?:lib|pipelines|lambda|operator|rehearsal|local-account|blueprint|docs|bench|test|bin|data)\/[\w./-]+)`/g,
      ),
    ].map(([, file]) => file ?? '');
    for (const file of files) expect([file, existsSync(join(root, file))]).toEqual([file, true]);
  });
});
