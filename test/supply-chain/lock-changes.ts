import { type LockedPackage, lockFile, nameOf, parseLock } from './lock';
import type { ProjectFiles } from './project-files';
import { pinsWithHashes } from './python-rules';

export interface LockChanges {
  /** `name 1.0.0 -> 1.1.0`, sorted. */
  readonly changed: readonly string[];
  /** `name 1.0.0 (MIT)`. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** What a library update does not do by itself: somebody has to look. */
  readonly look: readonly string[];
}

/** What a reviewer wants to know of a changed lock file, which itself is thousands of lines. */
export function lockChanges(before: ProjectFiles, after: ProjectFiles): LockChanges {
  const lists = Object.keys({ ...before, ...after }).filter((file) => /(^|\/)requirements[^/]*\.txt$/.test(file));
  const parts = [
    ofPackages(before[lockFile], after[lockFile]),
    ...lists.sort().map((file) => ofPython(file, before[file], after[file])),
  ];
  return {
    changed: parts.flatMap(({ changed }) => changed),
    added: parts.flatMap(({ added }) => added),
    removed: parts.flatMap(({ removed }) => removed),
    look: parts.flatMap(({ look }) => look),
  };
}

function ofPackages(before: string | undefined, after: string | undefined): LockChanges {
  const [old, now] = [byName(before), byName(after)];
  const look: string[] = [];
  for (const [name, packages] of now) {
    const earlier = old.get(name) ?? [];
    for (const one of packages) {
      // What is in the archive of another package has no hash of its own.
      const same = earlier.filter(
        ({ version, inBundle = false }) => version === one.version && inBundle === (one.inBundle ?? false),
      );
      const known = (test: (earlier: LockedPackage) => boolean) => earlier.some(test);
      const text = `${name} ${one.version}`;
      if (same.length > 0 && !same.some(({ integrity }) => integrity === one.integrity))
        look.push(`${text}: another archive under the same version`);
      if (one.resolved !== undefined && !known(({ resolved }) => resolved === one.resolved))
        look.push(`${text}: comes from ${one.resolved}`);
      if (one.hasInstallScript === true && !known(({ hasInstallScript }) => hasInstallScript === true))
        look.push(`${text}: has an install script`);
      if (earlier.length > 0 && !known(({ license }) => license === one.license))
        look.push(`${text}: its license was ${earlier[0].license ?? 'not stated'}, now ${one.license ?? 'not stated'}`);
      if (earlier.length > 0 && earlier.every(({ version }) => isOlder(one.version, version)))
        look.push(`${text}: older than before (${earlier.map(({ version }) => version).join(', ')})`);
    }
  }
  return {
    ...versions(
      mapped(old, (one) => String(one.version)),
      mapped(now, (one) => String(one.version)),
      (name, version) => ` (${now.get(name)?.find((one) => one.version === version)?.license ?? 'no license'})`,
    ),
    look,
  };
}

function byName(text: string | undefined): Map<string, LockedPackage[]> {
  const packages = new Map<string, LockedPackage[]>();
  for (const [path, one] of Object.entries(parseLock(text)?.packages ?? {})) {
    if (!path.includes('node_modules/') || one.link === true) continue;
    const name = nameOf(path);
    packages.set(name, [...(packages.get(name) ?? []), one]);
  }
  return packages;
}

function ofPython(file: string, before: string | undefined, after: string | undefined): LockChanges {
  const grouped = (text: string | undefined) => {
    const pins = new Map<string, { version: string; hashes: readonly string[] }[]>();
    for (const pin of pinsWithHashes(text))
      pins.set(`${file} ${pin.name}`, [...(pins.get(`${file} ${pin.name}`) ?? []), pin]);
    return pins;
  };
  const [old, now] = [grouped(before), grouped(after)];
  const look = [...now].flatMap(([name, pins]) =>
    pins.flatMap(({ version, hashes }) => {
      const same = (old.get(name) ?? []).find((one) => one.version === version);
      return same === undefined || hashes.some((hash) => same.hashes.includes(hash))
        ? []
        : [`${name} ${version}: other archives under the same version`];
    }),
  );
  const version = (one: { version: string }) => one.version;
  return { ...versions(mapped(old, version), mapped(now, version), () => ''), look };
}

function mapped<T>(from: ReadonlyMap<string, readonly T[]>, text: (one: T) => string): Map<string, string[]> {
  return new Map([...from].map(([name, list]) => [name, [...new Set(list.map(text))].sort()]));
}

function versions(
  old: ReadonlyMap<string, readonly string[]>,
  now: ReadonlyMap<string, readonly string[]>,
  note: (name: string, version: string) => string,
): Omit<LockChanges, 'look'> {
  const both = [...now.keys()].filter((name) => old.has(name)).sort();
  return {
    changed: both
      .filter((name) => String(old.get(name)) !== String(now.get(name)))
      .map((name) => `${name} ${old.get(name)?.join(', ')} -> ${now.get(name)?.join(', ')}`),
    added: [...now]
      .filter(([name]) => !old.has(name))
      .map(([name, all]) => `${name} ${all.map((version) => version + note(name, version)).join(', ')}`)
      .sort(),
    removed: [...old]
      .filter(([name]) => !now.has(name))
      .map(([name, all]) => `${name} ${all.join(', ')}`)
      .sort(),
  };
}

/** By the numbers before a suffix. */
function isOlder(version = '', than = ''): boolean {
  const [a, b] = [version, than].map((text) => text.split(/[.-]/).slice(0, 3).map(Number));
  const place = a.findIndex((number, index) => number !== b[index]);
  return place !== -1 && a[place] < b[place];
}

/** For a terminal or the text of a pull request. */
export function asText({ changed, added, removed, look }: LockChanges): string {
  const part = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`${title} (${lines.length})`, ...lines.map((line) => `  ${line}`), ''];
  const text = [
    ...part('Changed', changed),
    ...part('Added', added),
    ...part('Removed', removed),
    ...part('Look at these', look),
  ];
  return text.length === 0 ? 'No package changed.' : text.join('\n').trimEnd();
}
