import { existsSync, rmSync } from 'node:fs';
import { readManifest } from 'local-account/snapshot/folder';
import { CommandFailed } from '../operator/errors';
import { snapshotFolder, snapshotNames } from './folder';
import type { RunningAccount } from './running';

/** Asks a running account to save itself. */
export async function saveAccount(account: RunningAccount, root: string, name: string): Promise<void> {
  // Checks the name before anything is asked.
  snapshotFolder(root, name);
  const url = new URL('/snapshot', account.clock);
  url.searchParams.set('save', name);
  const response = await fetch(url, { method: 'POST' }).catch((error: unknown) => {
    throw new CommandFailed(`The account "${account.name}" cannot be reached: ${String(error)}`);
  });
  const { error } = (await response.json()) as { readonly error?: string };
  if (!response.ok) throw new CommandFailed(`The account was not saved. ${error ?? response.status}`);
}

/** The folder of a saved account. Throws when there is none of that name. */
export function requireSnapshot(root: string, name: string): string {
  const folder = snapshotFolder(root, name);
  if (existsSync(folder)) return folder;
  const others = snapshotNames(root);
  throw new CommandFailed(
    `There is no saved account "${name}".`,
    others.length === 0 ? 'Save one: npm run account -- save NAME' : `There is ${others.join(', ')}.`,
  );
}

export function deleteSnapshot(root: string, name: string): void {
  rmSync(requireSnapshot(root, name), { recursive: true });
}

/** A line for each saved account. */
export function snapshotRows(root: string): string[][] {
  return snapshotNames(root).map((name) => rowOf(name, 'saved', snapshotFolder(root, name)));
}

/** A line for a snapshot, with the time that it had. */
export function rowOf(name: string, status: string, folder: string): string[] {
  try {
    const { region, now } = readManifest(folder);
    return [name, status, `at ${new Date(now).toISOString()}`, region];
  } catch {
    return [name, 'damaged'];
  }
}
