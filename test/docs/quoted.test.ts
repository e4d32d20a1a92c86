import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import localAccount from '../../local-account/package.json';
import { runCli } from '../../operator/cli';
import { scripts } from '../../package.json';
import { fakeContext } from '../operator/fake-clients';

const root = resolve(__dirname, '..', '..');
const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((page) => page !== '' && existsSync(join(root, page)));

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
    const own = command.endsWith(' -w local-account') ? localAccount.scripts : scripts;
    expect(Object.keys(own)).toContain(command.split(' ')[2]);
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
        /^(npm ci|npm install --save-exact -D \S+|npm test( -- (-u|--long|--help))?|npm test -w local-account.*|npx tsx [\w/-]+\.ts|npx jest( (local-account\/)?test\/\S+)+( -u)?|npx cdk (bootstrap|synth --quiet|synth|diff|drift|deploy --all|destroy --all|destroy \S+-Features)|curl -X POST \S+|\. \.rehearsal\/accounts\/default\/env\.sh)$/,
      );
    },
  );

  test.each(pages)('%s names files that are there', (page) => {
    const files = [
      ...text(page).matchAll(
        /`((?:lib|pipelines|lambda|operator|rehearsal|local-account|blueprint|docs|bench|test|bin|data)\/[\w./-]+)`/g,
      ),
    ].map(([, file]) => file ?? '');
    // The page of a folder may name files from that folder.
    const there = (file: string) => existsSync(join(root, file)) || existsSync(join(root, dirname(page), file));
    for (const file of files) expect([file, there(file)]).toEqual([file, true]);
  });
});
