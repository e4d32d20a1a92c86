import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from 'local-account/python/environment';

/** A process. Its start tells it from a later process with the same id. */
export interface Owner {
  readonly pid: number;
  /** @default unknown, where the system has no /proc */
  readonly start?: string;
}

/**
 * Takes an account for this process and returns what gives it back. Returns the process that has it already, if that
 * process still runs; what a killed process left is taken over.
 */
export function takeLock(folder: string): (() => void) | Owner {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = lockFile(folder);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ pid: process.pid, start: startOf(process.pid) }), { mode: 0o600 });
  try {
    for (;;) {
      // A link is made at once with its content, and only where there is none.
      if (attempt(() => linkSync(draft, file), 'EEXIST')) return () => rmSync(file, { force: true });
      const owner = ownerOf(folder);
      if (owner !== undefined) return owner;
      // Two processes may both find that the owner is gone; only one of them renames its file.
      const aside = `${draft}.stale`;
      if (!attempt(() => renameSync(file, aside), 'ENOENT')) continue;
      const renamed = readOwner(aside);
      // The other one may have taken the account since.
      if (renamed !== undefined && isAlive(renamed)) attempt(() => linkSync(aside, file), 'EEXIST');
      rmSync(aside, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The running process that has the account. */
export function ownerOf(folder: string): Owner | undefined {
  const owner = readOwner(lockFile(folder));
  return owner !== undefined && isAlive(owner) ? owner : undefined;
}

function lockFile(folder: string): string {
  return join(folder, 'lock');
}

function readOwner(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, start }: Owner): boolean {
  return isRunning(pid) && (start === undefined || startOf(pid) === start);
}

/** Linux: the time of the process's start since the computer's, field 22 of its stat file (proc_pid_stat(5)). */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, which may contain spaces and parentheses.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Whether it worked; false for this error, which says that another process was first. */
function attempt(task: () => void, expected: string): boolean {
  try {
    task();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === expected) return false;
    throw error;
  }
}
