import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isRunning } from '../python/environment';
import type { Snapshot } from './snapshot';

/** Raise it when the state of any part changes its form. */
const format = 3;

/** What a snapshot says of itself. */
export interface Manifest {
  readonly format: number;
  /** Versions of what wrote the store's state, which another version may not read. */
  readonly versions: Readonly<Record<string, string>>;
  readonly region: string;
  /** Virtual time, in milliseconds. */
  readonly now: number;
  readonly paused: boolean;
  /** SHA-256 by the name of the part. */
  readonly parts: Readonly<Record<string, string>>;
}

/**
 * Writes the state of all parts into a folder. It appears whole: a full disk, or the end of the process, leaves what
 * was there before.
 */
export async function writeSnapshot(
  folder: string,
  parts: readonly Snapshot[],
  about: Omit<Manifest, 'format' | 'parts'>,
): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  tidy(dirname(folder));
  const draft = mkdtempSync(join(dirname(folder), `.draft-${process.pid}-${basename(folder)}-`));
  try {
    // All begin at once: together they are the state of one moment.
    const saved = await Promise.allSettled(parts.map(async (part) => part.save(join(draft, part.name))));
    const failed = saved.find((one): one is PromiseRejectedResult => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const sums: Record<string, string> = {};
    for (const { name } of parts) sums[name] = await sumOf(join(draft, name));
    const manifest: Manifest = { format, ...about, parts: sums };
    writeFileSync(join(draft, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    const before = beside(folder);
    if (existsSync(folder)) renameSync(folder, before);
    renameSync(draft, folder);
    rmSync(before, { recursive: true, force: true });
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

/** Reads what a snapshot says of itself. Throws when it is no whole snapshot that this version can read. */
export async function checkSnapshot(folder: string, versions: Manifest['versions']): Promise<Manifest> {
  const manifest = readManifest(folder);
  if (manifest.format !== format)
    throw new Error(`The snapshot has format ${manifest.format}; this version reads format ${format}.`);
  for (const [name, version] of Object.entries(versions))
    if (manifest.versions[name] !== version)
      throw new Error(
        `The snapshot was written with ${name} ${manifest.versions[name] ?? '(none)'}; here is ${version}.`,
      );
  for (const [name, sum] of Object.entries(manifest.parts)) {
    const found = await sumOf(join(folder, name)).catch(() => undefined);
    if (found !== sum)
      throw new Error(`The snapshot is damaged: ${name} ${found === undefined ? 'is missing' : 'was changed'}.`);
  }
  return manifest;
}

/** Whether there is one, whole or not. */
export function isSnapshot(folder: string): boolean {
  tidy(dirname(folder));
  return existsSync(folder);
}

export function readManifest(folder: string): Manifest {
  tidy(dirname(folder));
  try {
    return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  } catch {
    throw new Error(`The snapshot is damaged: ${join(folder, 'manifest.json')} cannot be read.`);
  }
}

/** Every part takes its state back. */
export async function restoreSnapshot(folder: string, parts: readonly Snapshot[], manifest: Manifest): Promise<void> {
  const known = new Set(parts.map(({ name }) => name));
  const unknown = Object.keys(manifest.parts).filter((name) => !known.has(name));
  const missing = [...known].filter((name) => manifest.parts[name] === undefined);
  if (unknown.length + missing.length > 0)
    throw new Error(`The snapshot has other parts than this version: ${[...unknown, ...missing].join(', ')}.`);
  for (const part of parts) await part.restore(join(folder, part.name));
}

/** Where a snapshot is for the moment in which another one takes its place. */
function beside(folder: string): string {
  return join(dirname(folder), `.before-${process.pid}-${basename(folder)}`);
}

/** Of processes that were killed while they wrote: drafts go, and a snapshot that was to be replaced is back. */
export function tidy(parent: string): void {
  for (const name of existsSync(parent) ? readdirSync(parent) : []) {
    const [, kind, owner, snapshot = ''] = /^\.(draft|before)-(\d+)-(.*)$/.exec(name) ?? [];
    if (kind === undefined || isRunning(Number(owner))) continue;
    const [left, folder] = [join(parent, name), join(parent, snapshot)];
    if (kind === 'before' && !existsSync(folder)) renameSync(left, folder);
    else rmSync(left, { recursive: true, force: true });
  }
}

async function sumOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
