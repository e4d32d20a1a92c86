import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isSnapshot } from 'local-account/snapshot/folder';
import { CommandFailed } from '../operator/errors';
import { accountFolder, snapshotFolder, stateFolder } from './folder';
import { ownerOf } from './lock';
import { findRunning } from './running';
import { requireSnapshot, saveAccount } from './snapshots';

/** The state that an account has kept; undefined when it has none. */
export function keptState(root: string, name: string): string | undefined {
  const state = stateFolder(accountFolder(root, name));
  return isSnapshot(state) ? state : undefined;
}

/** Forgets an account that does not run, with its state. */
export function deleteAccount(root: string, name: string): void {
  const folder = accountFolder(root, name);
  const owner = ownerOf(folder);
  if (owner !== undefined)
    throw new CommandFailed(
      `The account "${name}" is running (process ${owner.pid}).`,
      `End it first: npm run account -- stop --name ${name}`,
    );
  if (keptState(root, name) === undefined) throw new CommandFailed(`There is no account "${name}".`);
  rmSync(folder, { recursive: true, force: true });
}

/** Makes an account that begins as another account is now, or as one was saved. */
export async function branchAccount(root: string, from: string, to: string): Promise<void> {
  const target = accountFolder(root, to);
  if (ownerOf(target) !== undefined || keptState(root, to) !== undefined)
    throw new CommandFailed(
      `There is already an account "${to}".`,
      `Name another, or delete it: npm run account -- delete --account ${to}`,
    );
  const draft = join(target, `.draft-${process.pid}-state`);
  try {
    const source = await sourceOf(root, from);
    mkdirSync(target, { recursive: true, mode: 0o700 });
    cpSync(source, draft, { recursive: true });
    renameSync(draft, stateFolder(target));
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(temporary(root), { recursive: true, force: true });
  }
}

async function sourceOf(root: string, from: string): Promise<string> {
  const running = findRunning(accountFolder(root, from));
  if (running === undefined) return keptState(root, from) ?? requireSnapshot(root, from);
  await saveAccount(running, root, branchName);
  return temporary(root);
}

const branchName = `branch-${process.pid}`;

function temporary(root: string): string {
  const folder = snapshotFolder(root, branchName);
  return existsSync(folder) ? folder : `${folder}-none`;
}
