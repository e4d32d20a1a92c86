import type { Finding } from '../gates/finding';
import type { ProjectFiles } from './project-files';
import { pythonLists } from './reviewed';

/** Names as PyPI compares them. */
const normalized = (name: string) => name.toLowerCase().replace(/[-_.]+/g, '-');

/** `name[extra]==1.2.3`, without a marker. */
const pin = /^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[A-Za-z0-9,._-]+\])?==([0-9][A-Za-z0-9.+!-]*)$/;

/** Environment markers, such as `python_full_version < '3.11'`. */
const marker = /^[A-Za-z0-9_ .*'"()<>=!,-]+$/;

/** Each list of Python packages is known, exact, and locked by hashes. */
export function pythonFindings(files: ProjectFiles): Finding[] {
  const present = Object.keys(files).filter((file) => /(^|\/)(requirements|constraints)[^/]*\.(txt|in)$/.test(file));
  const known = Object.keys(pythonLists).flatMap((list) => [`${list}.in`, `${list}.txt`]);
  const others = Object.keys(files).filter((file) =>
    /(^|\/)(Pipfile(\.lock)?|poetry\.lock|uv\.lock|setup\.py|setup\.cfg|environment\.ya?ml|conda\.ya?ml)$/.test(file),
  );
  return [
    ...present
      .filter((file) => !known.includes(file))
      .map((place) => ({ place, problem: 'an unknown list: add it to pythonLists (test/supply-chain/reviewed.ts)' })),
    ...known.filter((file) => !(file in files)).map((place) => ({ place, problem: 'is missing' })),
    ...others.map((place) => ({ place, problem: 'another way to install Python packages; the lists have hashes' })),
    ...Object.keys(pythonLists).flatMap((list) => [
      ...ofSource(`${list}.in`, files),
      ...ofLocked(`${list}.txt`, files),
      ...agreement(list, files),
    ]),
  ];
}

/** What was asked for: exact versions, and other lists of the same folder. */
function ofSource(file: string, files: ProjectFiles): Finding[] {
  return logicalLines(files[file])
    .filter((line) => !pin.test(line.replace(/\s*;.*$/, '')) && includedBy(file, line, files) === undefined)
    .map((line) => ({ place: file, problem: `"${line}" is not name==version` }));
}

function includedBy(file: string, line: string, files: ProjectFiles): string | undefined {
  const name = /^-[rc] ([\w.-]+\.in)$/.exec(line)?.[1];
  const included = name === undefined ? undefined : file.replace(/[^/]+$/, name);
  return included !== undefined && included in files ? included : undefined;
}

/** What is installed: an exact version with its hashes in each entry, and no option at all. */
function ofLocked(file: string, files: ProjectFiles): Finding[] {
  return logicalLines(files[file]).flatMap((line) => {
    const [requirement, ...hashes] = line.split(/\s+--hash=/);
    const [pinned, condition] = requirement.split(/\s*;\s*/);
    const place = `${file} ${pinned.split('==')[0].slice(0, 80)}`;
    if (!pin.test(pinned) || !(condition === undefined || marker.test(condition)))
      return [{ place, problem: 'is not name==version with hashes: no option, address, path or range' }];
    return hashes.length > 0 && hashes.every((hash) => /^sha256:[0-9a-f]{64}$/.test(hash))
      ? []
      : [{ place, problem: 'has no sha256 hash, or another one' }];
  });
}

/** Each version that was asked for is the one that is locked. */
function agreement(list: string, files: ProjectFiles): Finding[] {
  const sources = pythonLists[list].sources;
  const locked = [`${list}.txt`, ...(sources === undefined ? [] : [`${sources}.txt`])]
    .flatMap((file) => pinsOf(file, files))
    .map(([name, version]) => `${name}==${version}`);
  return pinsOf(`${list}.in`, files)
    .filter(([name, version]) => !locked.includes(`${name}==${version}`))
    .map(([name, version]) => ({
      place: `${list}.in ${name}`,
      problem: `${version} is not what ${list}.txt has: make it anew with the command in its first line`,
    }));
}

function pinsOf(file: string, files: ProjectFiles): [name: string, version: string][] {
  return logicalLines(files[file]).flatMap((line) => {
    const included = includedBy(file, line, files);
    if (included !== undefined) return line.startsWith('-r') ? pinsOf(included, files) : [];
    const [, name, version] = pin.exec(line.split(/\s*;|\s+--hash/)[0]) ?? [];
    return name === undefined ? [] : [[normalized(name), version]];
  });
}

/** The entries of a locked list. */
export function pinsWithHashes(
  text: string | undefined,
): { readonly name: string; readonly version: string; readonly hashes: readonly string[] }[] {
  return logicalLines(text).flatMap((line) => {
    const [requirement, ...hashes] = line.split(/\s+--hash=/);
    const [, name, version] = pin.exec(requirement.split(/\s*;/)[0]) ?? [];
    return name === undefined ? [] : [{ name: normalized(name), version, hashes }];
  });
}

/** Lines without comments, continued ones joined. */
function logicalLines(text = ''): string[] {
  return text
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}
