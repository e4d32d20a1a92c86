import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Text by path, relative to the project's root, with `/`. */
export type ProjectFiles = Readonly<Record<string, string>>;

export interface Manifest {
  readonly name?: string;
  readonly private?: unknown;
  readonly workspaces?: readonly string[];
  readonly engines?: unknown;
  readonly scripts?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, unknown>>;
  readonly devDependencies?: Readonly<Record<string, unknown>>;
  readonly overrides?: Readonly<Record<string, unknown>>;
}

const root = resolve(__dirname, '../..');

/** Made by the project's commands, or not the project's. */
const ignored = ['node_modules', '.git', '.rehearsal', '.build', 'cdk.out', 'coverage', '__pycache__'];

/** Files whose text is no code. */
const data = /\.(gz|png|zip|parquet|snap|tsbuildinfo)$/;

/** The text of every file that a checkout has. */
export function projectFiles(): ProjectFiles {
  const files: Record<string, string> = {};
  const read = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (ignored.includes(entry.name) || /^\.\w+_cache$|\.egg-info$/.test(entry.name)) continue;
      if (entry.isDirectory()) read(path);
      else if (!data.test(entry.name) && statSync(join(root, path)).isFile())
        files[path] = readFileSync(join(root, path), 'utf8');
    }
  };
  read('');
  return files;
}

/** The value of a JSON file; undefined when it is not there or is no JSON. */
export function parseJson<T>(files: ProjectFiles, file: string): T | undefined {
  try {
    return JSON.parse(files[file] ?? '') as T;
  } catch {
    return undefined;
  }
}

/** The root's package.json and each workspace's. Every other one would be a package that nobody installs. */
export function manifests(files: ProjectFiles): { readonly file: string; readonly manifest: Manifest }[] {
  const workspaces = parseJson<Manifest>(files, 'package.json')?.workspaces ?? [];
  return ['package.json', ...workspaces.map((folder) => `${folder}/package.json`)].flatMap((file) => {
    const manifest = parseJson<Manifest>(files, file);
    return manifest === undefined ? [] : [{ file, manifest }];
  });
}

/** 1.2.3 or 1.2.3-alpha.0: no range, tag, alias, address, file or repository. */
export function isExact(version: unknown): boolean {
  return typeof version === 'string' && /^\d+\.\d+\.\d+(-[0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?$/.test(version);
}

/** What is read of each file, remembered: a test of a change asks again for the two thousand that did not change. */
export function ofEachFile<T>(read: (file: string, text: string) => readonly T[]): (files: ProjectFiles) => T[] {
  const known = new Map<string, { readonly text: string; readonly result: readonly T[] }>();
  return (files) =>
    Object.entries(files).flatMap(([file, text]) => {
      const before = known.get(file);
      if (before?.text === text) return before.result;
      const result = read(file, text);
      known.set(file, { text, result });
      return result;
    });
}
