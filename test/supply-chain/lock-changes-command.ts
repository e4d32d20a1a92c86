/**
 * `npm run lock-changes -- main`: which packages the lock files have that those of another commit have not. Exit code 1
 * when something needs a look.
 */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

import { Command } from 'commander';
import { lockFile } from './lock';
import { asText, lockChanges } from './lock-changes';
import { type ProjectFiles, projectFiles } from './project-files';
import { pythonLists } from './reviewed';

const lists = [lockFile, ...Object.keys(pythonLists).map((list) => `${list}.txt`)];

new Command('lock-changes')
  .description('Packages that were added, removed or changed in package-lock.json and the lists of Python packages.')
  .argument('[commit]', 'the commit to compare with', 'HEAD')
  .action((commit: string) => {
    const changes = lockChanges(filesOf(commit), projectFiles());
    console.log(`package-lock.json and the lists of Python packages, compared with ${commit}`);
    console.log(asText(changes));
    process.exitCode = changes.look.length === 0 ? 0 : 1;
  })
  .parse();

function filesOf(commit: string): ProjectFiles {
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: resolve(__dirname, '../..'),
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  try {
    const tree = git('ls-tree', '--name-only', '-r', '--end-of-options', commit, '--', ...lists).split('\n');
    return Object.fromEntries(
      lists.filter((file) => tree.includes(file)).map((file) => [file, git('show', `${commit}:${file}`)]),
    );
  } catch (error) {
    console.error(`git has no ${commit}: ${(error as { stderr?: string }).stderr?.trim() ?? String(error)}`);
    process.exit(2);
  }
}
