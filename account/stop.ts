import { CommandFailed } from '../operator/errors';
import { say } from '../rehearsal/command-line';
import { accountFolder } from './folder';
import { ownerOf } from './lock';

/** The longest that an account takes to end, in milliseconds. */
const patience = 25_000;

/** Asks the account to end, and returns when it has. */
export async function stopAccount(root: string, name: string): Promise<void> {
  const folder = accountFolder(root, name);
  const owner = ownerOf(folder);
  if (owner === undefined) throw new CommandFailed(`The account "${name}" is not running.`);
  process.kill(owner.pid, 'SIGTERM');
  const end = Date.now() + patience;
  while (ownerOf(folder) !== undefined) {
    if (Date.now() > end)
      throw new CommandFailed(
        `The account "${name}" (process ${owner.pid}) has not ended within ${patience / 1000} seconds.`,
        `Wait, or end it with kill -9 ${owner.pid}; its other processes then end by themselves.`,
      );
    await new Promise((done) => setTimeout(done, 100));
  }
  say(`The account "${name}" has ended.`);
}
