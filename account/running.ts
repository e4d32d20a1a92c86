import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailed } from '../operator/errors';
import { accountFolder, defaultName } from './folder';
import { ownerOf } from './lock';

/** How the other commands reach an account that is up. */
export interface RunningAccount {
  readonly name: string;
  /** Folder of this account. */
  readonly folder: string;
  readonly pid: number;
  readonly endpoint: string;
  /** URL of the clock. */
  readonly clock: string;
  /** Address of the console, with its key. */
  readonly console: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

function fileIn(folder: string): string {
  return join(folder, 'running.json');
}

/** Written when the account is up: nobody reads half a file. */
export function writeRunning(account: RunningAccount): void {
  const draft = join(account.folder, `running.json.${account.pid}`);
  writeFileSync(draft, `${JSON.stringify(account, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, fileIn(account.folder));
}

export function removeRunning(folder: string): void {
  rmSync(fileIn(folder), { force: true });
}

/** The account, if it is up. */
export function findRunning(folder: string): RunningAccount | undefined {
  const owner = ownerOf(folder);
  try {
    const account = JSON.parse(readFileSync(fileIn(folder), 'utf8')) as RunningAccount;
    // A killed process leaves its file.
    return account.pid === owner?.pid ? account : undefined;
  } catch {
    return undefined;
  }
}

/** The account. Throws when it is not up. */
export function requireRunning(root: string, name: string): RunningAccount {
  const folder = accountFolder(root, name);
  const account = findRunning(folder);
  if (account !== undefined) return account;
  if (ownerOf(folder) !== undefined)
    throw new CommandFailed(`The account "${name}" is still starting.`, 'Wait until it prints its address.');
  const start = `npm run account${name === defaultName ? '' : ` -- --name ${name}`}`;
  throw new CommandFailed(`The account "${name}" is not running.`, `Start it in another terminal: ${start}`);
}
