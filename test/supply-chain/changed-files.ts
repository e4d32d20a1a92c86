import type { LockedPackage } from './lock';
import { type ProjectFiles, projectFiles } from './project-files';

/** The project as it is; read once. */
export const project = projectFiles();

type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** The project with one file replaced; the edit has to change something. */
export function withText(file: string, edit: (text: string) => string): ProjectFiles {
  const before = project[file] ?? '';
  const after = edit(before);
  if (after === before) throw new Error(`the change of ${file} changes nothing`);
  return { ...project, [file]: after };
}

export interface EditableManifest {
  [field: string]: unknown;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  overrides: Record<string, string>;
}

export interface EditableLock {
  lockfileVersion?: number;
  readonly packages: Record<string, Draft<LockedPackage>>;
}

/** The project with a change of package.json that npm has not seen. */
export function withManifest(edit: (manifest: EditableManifest) => void, file = 'package.json'): ProjectFiles {
  return withText(file, (text) => edited(text, edit));
}

/** The project with a change of the lock file alone. */
export function withLock(edit: (lock: EditableLock) => void): ProjectFiles {
  return withText('package-lock.json', (text) => edited(text, edit));
}

/** The project after `npm install`: both files have the change. */
export function installed(
  edit: (manifest: EditableManifest) => void,
  change: (lock: EditableLock) => void,
): ProjectFiles {
  const files = withManifest(edit);
  const manifest = JSON.parse(files['package.json']) as EditableManifest;
  const lock = withLock((locked) => {
    const own = locked.packages[''] as Record<string, unknown>;
    for (const field of ['dependencies', 'devDependencies']) own[field] = manifest[field];
    change(locked);
  });
  return { ...files, 'package-lock.json': lock['package-lock.json'] };
}

/** A well-formed hash, of nothing. */
export const someHash = `sha512-${'A'.repeat(86)}==`;

function edited<T>(text: string, edit: (value: T) => void): string {
  const value = JSON.parse(text) as T;
  edit(value);
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
