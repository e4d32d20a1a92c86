import { isDeepStrictEqual } from 'node:util';

import type { Finding } from '../gates/finding';
import { type Lock, type LockedPackage, lockFile, nameOf, parseLock } from './lock';
import { dependenciesOf } from './manifest-rules';
import { isExact, type Manifest, manifests, type ProjectFiles } from './project-files';
import { bundling, installScripts, licenses, testOnlyLicenses } from './reviewed';

/** The parts of a package.json that the lock file repeats. */
const repeated = ['name', 'version', 'license', 'workspaces', 'dependencies', 'devDependencies', 'engines'] as const;

/** What each locked package may be, and that the lock file belongs to the package.json files. */
export function lockFindings(files: ProjectFiles): Finding[] {
  const lock = parseLock(files[lockFile]);
  if (lock === undefined) return [{ place: lockFile, problem: 'is missing or is not a lock file of npm' }];
  const workspaces = manifests(files);
  const packages = Object.entries(lock.packages).filter(([path]) => path.includes('node_modules/'));
  return [
    ...(lock.lockfileVersion === 3 ? [] : [{ place: lockFile, problem: 'lockfileVersion is not 3' }]),
    ...Object.keys(lock)
      .filter((field) => !['name', 'version', 'lockfileVersion', 'requires', 'packages'].includes(field))
      .map((field) => ({ place: `${lockFile} ${field}`, problem: 'a field that npm 11 does not write' })),
    ...workspaces.flatMap(({ file, manifest }) => agreement(file, manifest, lock)),
    ...unknownFolders(workspaces, lock),
    ...packages.flatMap(([path, one]) => ofPackage(path, one, lock, workspaces)),
    ...unneeded(packages, lock),
    ...differing(packages),
  ];
}

/** npm ci refuses a lock file that does not belong to package.json; this says where, and needs no installation. */
function agreement(file: string, manifest: Manifest, lock: Lock): Finding[] {
  const folder = file === 'package.json' ? '' : file.replace('/package.json', '');
  const locked = lock.packages[folder] as Record<string, unknown> | undefined;
  if (locked === undefined) return [{ place: `${lockFile} ${folder}`, problem: 'is missing: run npm install' }];
  const differs = repeated.filter((part) => {
    const own = (manifest as Record<string, unknown>)[part];
    // npm leaves the name of a workspace out where it is the name of its folder.
    return !(part === 'name' && locked.name === undefined) && !isDeepStrictEqual(own, locked[part]);
  });
  const wrong = dependenciesOf(manifest).filter(([name, version]) => {
    const installed = [`${folder}/node_modules/${name}`, `node_modules/${name}`]
      .map((path) => lock.packages[path.replace(/^\//, '')])
      .find((one) => one !== undefined);
    return installed?.version !== version;
  });
  return [
    ...differs.map((part) => ({ place: `${file} ${part}`, problem: 'differs in package-lock.json: run npm install' })),
    ...wrong.map(([name, version]) => ({
      place: `${file} ${name}`,
      problem: `package-lock.json has another version than ${String(version)}: run npm install`,
    })),
  ];
}

function unknownFolders(workspaces: readonly { file: string }[], lock: Lock): Finding[] {
  const known = workspaces.map(({ file }) => file.replace(/\/?package\.json$/, ''));
  return Object.keys(lock.packages)
    .filter((path) => !/(^|\/)node_modules\//.test(path) && !known.includes(path))
    .map((path) => ({ place: `${lockFile} ${path}`, problem: 'is a folder, and no workspace' }));
}

function ofPackage(
  path: string,
  one: LockedPackage,
  lock: Lock,
  workspaces: readonly { file: string; manifest: Manifest }[],
): Finding[] {
  const place = `${lockFile} ${path}`;
  const name = nameOf(path);
  if (one.link === true) {
    const own = workspaces.some(
      ({ file }) => file === `${one.resolved}/package.json` && path === `node_modules/${name}`,
    );
    return own ? [] : [{ place, problem: `is a link to ${one.resolved}, which is no workspace` }];
  }
  return [
    ...(isExact(one.version) ? [] : [{ place, problem: `its version is ${one.version}` }]),
    ...ofOrigin(place, path, one, lock),
    ...(one.hasInstallScript === true && !(name in installScripts)
      ? [{ place, problem: 'runs a script at installation: see what it does, then list it in installScripts' }]
      : []),
    ...(one.bundleDependencies !== undefined && !(name in bundling)
      ? [{ place, problem: 'brings packages in its own archive: see which, then list it in bundling' }]
      : []),
    ...ofLicense(place, name, one),
  ];
}

/** From the registry that the machine uses, and known by its hash. */
function ofOrigin(place: string, path: string, one: LockedPackage, lock: Lock): Finding[] {
  const elsewhere =
    one.resolved === undefined
      ? []
      : [
          {
            place,
            problem: `comes from ${one.resolved}: only packages of the registry, whose address the lock file leaves out (.npmrc)`,
          },
        ];
  if (one.inBundle === true && one.integrity === undefined) {
    // Within the archive of the package above it, whose hash covers it.
    const above = path.split('/node_modules/').slice(0, -1).join('/node_modules/');
    const archive = Object.entries(lock.packages).find(
      ([outer, { bundleDependencies }]) =>
        bundleDependencies !== undefined && (above === outer || above.startsWith(`${outer}/`)),
    );
    return archive === undefined
      ? [...elsewhere, { place, problem: 'is in the archive of no package, and has no hash' }]
      : elsewhere;
  }
  return isHash(one.integrity) ? elsewhere : [...elsewhere, { place, problem: 'has no sha512 hash' }];
}

function isHash(integrity: unknown): boolean {
  const base64 = /^sha512-([A-Za-z0-9+/]{86}==)$/.exec(String(integrity))?.[1];
  return base64 !== undefined && Buffer.from(base64, 'base64').toString('base64') === base64;
}

function ofLicense(place: string, name: string, one: LockedPackage): Finding[] {
  if (typeof one.license === 'string' && isAllowed(one.license)) return [];
  const listed = testOnlyLicenses[name];
  if (listed === undefined || listed !== one.license)
    return [{ place, problem: `its license is ${one.license ?? 'not stated'}, which is not in licenses` }];
  return one.dev === true
    ? []
    : [{ place, problem: `${one.license} is accepted for tests only, and it is no longer one of them` }];
}

/** One of the alternatives of `(MIT OR GPL-3.0-or-later)`, each part of `MIT AND ISC`. */
function isAllowed(expression: string): boolean {
  const text = expression.replace(/^\((.*)\)$/, '$1');
  if (text.includes(' OR ')) return text.split(' OR ').some(isAllowed);
  return text.split(' AND ').every((one) => licenses.includes(one.trim()));
}

/** A package that no other one asks for was written into the lock file. */
function unneeded(packages: readonly [string, LockedPackage][], lock: Lock): Finding[] {
  const wanted = new Set(
    Object.values(lock.packages).flatMap((one) =>
      [one.dependencies, one.devDependencies, one.optionalDependencies, one.peerDependencies].flatMap((names) =>
        Object.keys(names ?? {}),
      ),
    ),
  );
  return packages
    .filter(([path, { link, inBundle }]) => link !== true && inBundle !== true && !wanted.has(nameOf(path)))
    .map(([path]) => ({ place: `${lockFile} ${path}`, problem: 'nothing depends on it' }));
}

/** One version of a package has one archive. */
function differing(packages: readonly [string, LockedPackage][]): Finding[] {
  const known = new Map<string, string>();
  return packages.flatMap(([path, one]) => {
    if (one.integrity === undefined) return [];
    const key = `${one.name ?? nameOf(path)}@${one.version}`;
    const first = known.get(key) ?? one.integrity;
    known.set(key, first);
    return first === one.integrity
      ? []
      : [{ place: `${lockFile} ${path}`, problem: `${key} has another hash elsewhere in the lock file` }];
  });
}
