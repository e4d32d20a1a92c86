import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { WrongUsage } from '../operator/errors';

export const defaultName = 'default';

/** The folder that holds everything of all accounts of this project. */
export function accountsFolder(root: string): string {
  return join(root, '.rehearsal', 'accounts');
}

/** The folder of one account. Throws when the name cannot be a folder's. */
export function accountFolder(root: string, name: string): string {
  return join(accountsFolder(root), checked(name, 'an account'));
}

/** Where an account keeps its state, below its folder: a snapshot like a saved one. */
export function stateFolder(folder: string): string {
  return join(folder, 'state');
}

/** The folder of one saved account. */
export function snapshotFolder(root: string, name: string): string {
  return join(snapshotsFolder(root), checked(name, 'a snapshot'));
}

/** Names of all accounts that have a folder. */
export function accountNames(root: string): string[] {
  return names(accountsFolder(root));
}

/** Names of all saved accounts. */
export function snapshotNames(root: string): string[] {
  return names(snapshotsFolder(root));
}

function snapshotsFolder(root: string): string {
  return join(root, '.rehearsal', 'snapshots');
}

/** Those of drafts begin with a dot. */
function names(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => !name.startsWith('.'))
        .sort()
    : [];
}

function checked(name: string, what: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(name))
    throw new WrongUsage(
      `"${name}" cannot be the name of ${what}.`,
      'A name has up to 40 small letters, digits and hyphens, and begins with a letter or a digit.',
    );
  return name;
}
