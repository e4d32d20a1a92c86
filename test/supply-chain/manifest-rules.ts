import type { Finding } from '../gates/finding';
import { isExact, type Manifest, manifests, type ProjectFiles, parseJson } from './project-files';
import { directDependencies, npmSettings, overrides } from './reviewed';

/** Fields that a package.json of this project may have. Others change what npm installs or runs. */
const fields = [
  'name',
  'version',
  'private',
  'description',
  'license',
  'workspaces',
  'engines',
  'scripts',
  'dependencies',
  'devDependencies',
  'overrides',
];

/** Scripts that npm runs by itself, at installation or around its own commands. */
const lifecycle = [
  'install',
  'uninstall',
  'prepare',
  'prepublish',
  'prepublishOnly',
  'prepack',
  'postpack',
  'dependencies',
];

export function dependenciesOf(manifest: Manifest): [name: string, version: unknown][] {
  return [...Object.entries(manifest.dependencies ?? {}), ...Object.entries(manifest.devDependencies ?? {})];
}

/** Exact versions, reviewed dependencies, no script that npm runs by itself. */
export function manifestFindings(files: ProjectFiles): Finding[] {
  const all = manifests(files);
  const root = all.find(({ file }) => file === 'package.json');
  if (root === undefined) return [{ place: 'package.json', problem: 'is missing or is not JSON' }];
  return [
    ...all.flatMap(({ file, manifest }) => [...ofFields(file, manifest), ...ofScripts(file, manifest, files)]),
    ...all.flatMap(({ file, manifest }) => ofVersions(file, manifest)),
    ...unlisted(all.flatMap(({ manifest }) => dependenciesOf(manifest).map(([name]) => name))),
    ...ofOverrides(root.manifest),
    ...ofEngines(all, files),
    ...ofSettings(files),
  ];
}

function ofFields(file: string, manifest: Manifest): Finding[] {
  return [
    ...Object.keys(manifest)
      .filter((field) => !fields.includes(field))
      .map((field) => ({ place: `${file} ${field}`, problem: 'a field that this project does not use' })),
    ...(manifest.private === true ? [] : [{ place: file, problem: 'is not private: npm publish would publish it' }]),
    ...(file === 'package.json' || manifest.overrides === undefined
      ? []
      : [{ place: `${file} overrides`, problem: 'npm reads overrides in the root only' }]),
  ];
}

function ofVersions(file: string, manifest: Manifest): Finding[] {
  return dependenciesOf(manifest)
    .filter(([, version]) => !isExact(version))
    .map(([name, version]) => ({
      place: `${file} ${name}`,
      problem: `${JSON.stringify(version)} is not an exact version of the registry`,
    }));
}

function isListed(name: string): boolean {
  return name in directDependencies || `${name.split('/')[0]}/*` in directDependencies;
}

function unlisted(names: readonly string[]): Finding[] {
  const scope = (entry: string) => entry.replace(/\*$/, '');
  const used = (entry: string) =>
    names.some((name) => (entry.endsWith('/*') ? name.startsWith(scope(entry)) : name === entry));
  return [
    ...[...new Set(names)]
      .filter((name) => !isListed(name))
      .map((name) => ({
        place: `package.json ${name}`,
        problem: 'a new dependency: say what it is for in directDependencies (test/supply-chain/reviewed.ts)',
      })),
    ...Object.keys(directDependencies)
      .filter((entry) => !used(entry))
      .map((entry) => ({ place: `test/supply-chain/reviewed.ts ${entry}`, problem: 'is no dependency: remove it' })),
  ];
}

/** Each script starts programs that are installed; none is one that npm starts by itself. */
function ofScripts(file: string, { scripts = {} }: Manifest, files: ProjectFiles): Finding[] {
  const programs = ['node', ...programsOfDependencies(files)];
  return Object.entries(scripts).flatMap(([name, command]) => {
    const place = `${file} scripts.${name}`;
    const around = /^(?:pre|post)(.+)$/.exec(name)?.[1];
    const byItself =
      lifecycle.includes(name) || (around !== undefined && (around in scripts || lifecycle.includes(around)));
    const unknown = String(command)
      .split('&&')
      .map((part) => part.trim().split(/\s+/)[0] ?? '')
      .filter((program) => !programs.includes(program));
    return [
      ...(byItself ? [{ place, problem: 'npm runs it by itself, also at installation' }] : []),
      ...unknown.map((program) => ({ place, problem: `${program} is neither node nor a program of a dependency` })),
      ...(/[;|`$<>]|(^|[^&])&([^&]|$)/.test(String(command))
        ? [{ place, problem: 'is more than programs and their arguments: write a file for it' }]
        : []),
      ...(/\b(node|tsx)\b.*\s(-e|-p|-pe|--eval|--print)\b|\s--(import|require)[ =](data|https?):/.test(String(command))
        ? [{ place, problem: 'has code in its command: write a file for it' }]
        : []),
    ];
  });
}

function programsOfDependencies(files: ProjectFiles): string[] {
  const lock = parseJson<{ packages?: Record<string, { bin?: Record<string, string> }> }>(files, 'package-lock.json');
  return manifests(files)
    .flatMap(({ manifest }) => dependenciesOf(manifest))
    .flatMap(([name]) => Object.keys(lock?.packages?.[`node_modules/${name}`]?.bin ?? {}));
}

function ofOverrides({ overrides: mine = {} }: Manifest): Finding[] {
  return [
    ...Object.entries(mine).flatMap(([name, version]) => {
      const place = `package.json overrides.${name}`;
      return [
        ...(name in overrides ? [] : [{ place, problem: 'is not in overrides of test/supply-chain/reviewed.ts' }]),
        ...(isExact(version) ? [] : [{ place, problem: `${JSON.stringify(version)} is not an exact version` }]),
      ];
    }),
    ...Object.keys(overrides)
      .filter((name) => !(name in mine))
      .map((name) => ({ place: `test/supply-chain/reviewed.ts ${name}`, problem: 'is not overridden: remove it' })),
  ];
}

/** The oldest Node that is promised is the one that the commands and CI ask for. */
function ofEngines(all: readonly { file: string; manifest: Manifest }[], files: ProjectFiles): Finding[] {
  const oldest = /^const oldest = (\d+);$/m.exec(files['bin/node-version.cjs'] ?? '')?.[1];
  const inCi = /process\.versions\.node.* -lt (\d+) /.exec(files['.ci/run'] ?? '')?.[1];
  const developers = Number((files['.nvmrc'] ?? '').trim());
  return [
    ...all
      .filter(({ manifest }) => JSON.stringify(manifest.engines) !== JSON.stringify({ node: `>=${oldest}` }))
      .map(({ file }) => ({
        place: `${file} engines`,
        problem: `is not {"node": ">=${oldest}"}, as bin/node-version.cjs`,
      })),
    ...(inCi === oldest
      ? []
      : [{ place: '.ci/run', problem: `accepts Node ${inCi}, and the commands need ${oldest}` }]),
    ...(developers >= Number(oldest) ? [] : [{ place: '.nvmrc', problem: `is not ${oldest} or a later version` }]),
  ];
}

/** npm reads an .npmrc in each folder that it is started in, so there is one. */
function ofSettings(files: ProjectFiles): Finding[] {
  const others = Object.keys(files).filter((file) =>
    /(^|\/)(\.npmrc|\.yarnrc(\.yml)?|\.pnpmrc|pip\.conf|uv\.toml|\.pypirc)$/.test(file),
  );
  const lines = (files['.npmrc'] ?? '').split('\n').filter((line) => line.trim() !== '' && !/^\s*[#;]/.test(line));
  const wanted = Object.entries(npmSettings).map(([name, value]) => `${name}=${value}`);
  return [
    ...others
      .filter((file) => file !== '.npmrc')
      .map((file) => ({ place: file, problem: 'a second file of settings for a package manager' })),
    ...lines
      .filter((line) => !wanted.includes(line.trim()))
      .map((line) => ({ place: '.npmrc', problem: `${line.split('=')[0]} is not a setting of this project` })),
    ...wanted
      .filter((setting) => !lines.some((line) => line.trim() === setting))
      .map((setting) => ({ place: '.npmrc', problem: `does not say ${setting}` })),
  ];
}
