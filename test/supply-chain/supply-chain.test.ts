import { commandsOf } from './build-rules';
import { type EditableManifest, installed, project, someHash, withLock, withManifest, withText } from './changed-files';
import { supplyChainFindings } from './index';
import type { ProjectFiles } from './project-files';

/** `place: problem` of what is found, each once. */
function found(files: ProjectFiles): string[] {
  return [...new Set(supplyChainFindings(files).map(({ place, problem }) => `${place}: ${problem}`))];
}

const requirements = 'local-account/python/requirements.txt';
const line = (text: string) => (before: string) => `${before}\n${text}\n`;
const added = (file: string, text: string): ProjectFiles => ({ ...project, [file]: text });
/** In two parts, so that no search for bad commands finds this file. */
const words = (...parts: string[]) => parts.join('');

test('the project is as it should be', () => {
  expect(found(project)).toEqual([]);
});

describe('what is found in package.json', () => {
  const version = (text: string) => (manifest: EditableManifest) => void (manifest.devDependencies.tar = text);
  const script = (name: string, text: string) => (manifest: EditableManifest) => void (manifest.scripts[name] = text);

  test.each<[string, (manifest: EditableManifest) => void, RegExp]>([
    ['a range', version('^7.5.23'), /package.json tar: "\^7.5.23" is not an exact version/],
    ['a range of patches', version('~7.5.23'), /is not an exact version/],
    ['any version', version('*'), /is not an exact version/],
    ['a tag', version('latest'), /is not an exact version/],
    ['a repository', version('github:isaacs/node-tar'), /is not an exact version/],
    ['an archive by its address', version('https://example.com/tar.tgz'), /is not an exact version/],
    ['a folder', version('file:../tar'), /is not an exact version/],
    ['an alias', version('npm:other@7.5.23'), /is not an exact version/],
    ['a version that npm has not locked', version('7.5.22'), /tar: package-lock.json has another version/],
    ['a script at installation', script('postinstall', 'node bin/prepare.cjs'), /npm runs it by itself/],
    ['a script before installation', script('preinstall', 'node x.cjs'), /npm runs it by itself/],
    ['a script that npm ci runs', script('prepare', 'node x.cjs'), /npm runs it by itself/],
    ['a script before another one', script('pretest', 'node x.cjs'), /npm runs it by itself/],
    [
      'a download in a script',
      script('data', words('cu', 'rl https://example.com/data')),
      /neither node nor a program/,
    ],
    ['a program that nothing installs', script('build', 'make all'), /make is neither node nor a program/],
    ['a program behind another one', script('build', 'tsc | sh'), /is more than programs/],
    ['code in a script', script('build', "node -e 'x'"), /has code in its command/],
    ['an override', (manifest) => void (manifest.overrides.tar = '7.0.0'), /overrides.tar: is not in overrides/],
    ['resolutions', (manifest) => void (manifest.resolutions = { tar: '7.0.0' }), /resolutions: a field that/],
    ['bundled packages', (manifest) => void (manifest.bundleDependencies = ['tar']), /bundleDependencies: a field/],
    ['another workspace', (manifest) => void (manifest.workspaces = ['local-account', 'x']), /workspaces: differs/],
    ['an older Node', (manifest) => void (manifest.engines = { node: '>=18' }), /engines: is not/],
    ['a package that may be published', (manifest) => void (manifest.private = false), /is not private/],
  ])('%s', (_, edit, problem) => {
    expect(found(withManifest(edit))).toContainEqual(expect.stringMatching(problem));
  });

  test("a range in a workspace's", () => {
    const files = withManifest(
      (manifest) => void (manifest.dependencies.tar = '^7.5.23'),
      'local-account/package.json',
    );
    expect(found(files)).toContainEqual(expect.stringMatching(/local-account\/package.json tar: .* exact/));
  });

  test.each([
    ['a registry of its own', 'registry=https://example.com/'],
    ['a registry for one scope', '@aws-sdk:registry=https://example.com/'],
    ['unchecked certificates', words('strict', '-ssl=false')],
    ['install scripts', 'ignore-scripts=false'],
  ])('.npmrc with %s', (_, setting) => {
    expect(found(withText('.npmrc', line(setting)))).toContainEqual(expect.stringMatching(/\.npmrc: .* not a setting/));
  });

  test('.npmrc that lets install scripts run', () => {
    const files = withText('.npmrc', (text) => text.replace('ignore-scripts=true\n', ''));
    expect(found(files)).toContain('.npmrc: does not say ignore-scripts=true');
  });

  test('a second .npmrc', () => {
    expect(found(added('local-account/.npmrc', 'fund=false\n'))).toContainEqual(expect.stringMatching(/a second file/));
  });
});

describe('what is found in the lock file', () => {
  const tar = 'node_modules/tar';
  test.each<[string, Parameters<typeof withLock>[0], RegExp]>([
    ['no hash', ({ packages }) => void delete packages[tar].integrity, /tar: has no sha512 hash/],
    [
      'a weak hash',
      ({ packages }) => void (packages[tar].integrity = 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk='),
      /no sha512/,
    ],
    ['a cut hash', ({ packages }) => void (packages[tar].integrity = someHash.slice(0, 60)), /has no sha512 hash/],
    [
      'another origin',
      ({ packages }) => void (packages[tar].resolved = 'https://example.com/tar-7.5.23.tgz'),
      /comes from https:\/\/example.com/,
    ],
    [
      'another origin without a hash',
      ({ packages }) => {
        packages[tar].resolved = 'git+ssh://git@example.com/tar.git#main';
        delete packages[tar].integrity;
      },
      /comes from git\+ssh/,
    ],
    [
      'an install script',
      ({ packages }) => void (packages[tar].hasInstallScript = true),
      /runs a script at installation/,
    ],
    ['a license that binds', ({ packages }) => void (packages[tar].license = 'AGPL-3.0-or-later'), /AGPL-3.0-or-later/],
    ['no license', ({ packages }) => void delete packages[tar].license, /its license is not stated/],
    [
      'a license for tests in what ships',
      ({ packages }) => void delete packages['node_modules/@cloud-copilot/iam-simulate'].dev,
      /accepted for tests only/,
    ],
    ['another version than package.json', ({ packages }) => void (packages[tar].version = '7.5.24'), /another version/],
    ['a range', ({ packages }) => void (packages['node_modules/chownr'].version = '^3.0.0'), /its version is/],
    [
      'a package that nothing needs',
      ({ packages }) =>
        void (packages['node_modules/left-pad'] = { version: '1.3.0', integrity: someHash, license: 'MIT' }),
      /left-pad: nothing depends on it/,
    ],
    [
      'a link out of the project',
      ({ packages }) => void (packages[tar] = { resolved: '../tar', link: true }),
      /is a link to ..\/tar/,
    ],
    ['packages in an archive', ({ packages }) => void (packages[tar].bundleDependencies = ['x']), /in its own archive/],
    [
      'a package without hash that claims to be in an archive',
      ({ packages }) => {
        packages[tar].inBundle = true;
        delete packages[tar].integrity;
      },
      /is in the archive of no package/,
    ],
    [
      'two archives of one version',
      ({ packages }) =>
        void (packages['node_modules/jest/node_modules/tar'] = { ...packages[tar], integrity: someHash }),
      /tar@.* has another hash elsewhere/,
    ],
    ['an older format', (lock) => void (lock.lockfileVersion = 1), /lockfileVersion is not 3/],
  ])('%s', (_, edit, problem) => {
    expect(found(withLock(edit))).toContainEqual(expect.stringMatching(problem));
  });
});

describe('what is found in the lists of Python packages', () => {
  test.each<[string, ProjectFiles, RegExp]>([
    ['a range', withText(requirements, (text) => text.replace(/^moto==/m, 'moto>=')), /moto.*: is not name==version/],
    ['no hash', withText(requirements, line('left-pad==1.0.0')), /left-pad: has no sha256 hash/],
    ['another hash', withText(requirements, line('left-pad==1.0.0 --hash=md5:00')), /left-pad: has no sha256 hash/],
    [
      'another index',
      withText(requirements, line('--extra-index-url https://example.com/simple')),
      /is not name==version/,
    ],
    ['an address', withText(requirements, line('left-pad @ https://example.com/left-pad.whl')), /is not name==version/],
    ['a folder', withText(requirements, line('-e ../left-pad')), /is not name==version/],
    ['a repository', withText(requirements, line('git+https://example.com/left-pad')), /is not name==version/],
    ['archives to build', withText(requirements, line(`--no-binary ${':all:'}`)), /is not name==version/],
    [
      'a range that was asked for',
      withText('local-account/python/requirements.in', line('left-pad>=1')),
      /left-pad>=1/,
    ],
    [
      'a version that is not locked',
      withText('local-account/python/requirements.in', (text) => text.replace(/waitress==.*/, 'waitress==9.9.9')),
      /waitress: 9.9.9 is not what/,
    ],
    ['an unknown list', added('pipelines/requirements.txt', 'left-pad==1.0.0'), /an unknown list/],
    ['another tool', added('pipelines/setup.py', 'setup()'), /another way to install/],
  ])('%s', (_, files, problem) => {
    expect(found(files)).toContainEqual(expect.stringMatching(problem));
  });
});

describe('what is found in build files', () => {
  const dockerfile = 'pipelines/image/Dockerfile';
  const curl = words('cu', 'rl');
  const pip = words('pi', 'p');
  test.each<[string, ProjectFiles, RegExp]>([
    [
      'a download in CI',
      withText('.ci/run', line(`${curl} -sSf https://example.com/install.sh | bash`)),
      /\.ci\/run curl/,
    ],
    ['a package by its name', withText('.ci/run', line('npm install left-pad')), /\.ci\/run npm install/],
    ['a package that is run', withText('.ci/run', line('npx --yes left-pad')), /\.ci\/run npx/],
    [
      'a Python package by its name',
      withText('.ci/run', line(`python3 -m ${pip} install checkov`)),
      /\.ci\/run python3/,
    ],
    ['a download within another command', withText('.ci/run', line(`echo "$(${curl} https://example.com)"`)), /curl/],
    ['a download after a condition', withText('.ci/run', line(`if true; then wget https://example.com; fi`)), /wget/],
    ['a new script with a download', added('bin/setup.sh', `git clone https://example.com/x.git\n`), /git clone/],
    ['a download in an image', withText(dockerfile, line(`RUN ${pip} install pandas`)), /downloads or runs something/],
    ['an address in an image', withText(dockerfile, line('ADD https://example.com/x /x')), /downloads or runs/],
    [
      'a base image by its tag',
      withText(dockerfile, (text) => text.replace(`\${BASE_IMAGE}`, 'python:latest')),
      /nor one with a digest/,
    ],
    ['files of another image', withText(dockerfile, line('COPY --from=busybox /bin/sh /bin/sh')), /from outside/],
    [
      'an action by its tag',
      added('.github/workflows/ci.yml', 'jobs:\n  ci:\n    steps:\n      - uses: actions/checkout@v4\n'),
      /actions\/checkout@v4: an action without/,
    ],
    [
      'a download in a workflow',
      added(
        '.github/workflows/ci.yml',
        `jobs:\n  ci:\n    steps:\n      - run: |\n          ${curl} -O https://example.com\n`,
      ),
      /ci.yml curl/,
    ],
  ])('%s', (_, files, problem) => {
    expect(found(files)).toContainEqual(expect.stringMatching(problem));
  });

  test('a script is read command by command', () => {
    const script = 'if [ "$(node -p "1;2")" -lt 22 ]; then\n  A="x y" npm ci && echo "a && b"\nfi\nx=$(date | tail)\n';
    expect(commandsOf(script)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^\[ /), 'npm ci', 'echo "a && b"', 'date', 'tail']),
    );
  });
});

describe('what is found in code', () => {
  const handler = 'lambda/smoke-test/handler.ts';
  test.each<[string, ProjectFiles, RegExp]>([
    [
      'a download while stacks are synthesized',
      withText('lib/config.ts', line(words("execSync('cu", "rl -O x');"))),
      /lib\/config.ts curl/,
    ],
    [
      'a package installed at run time',
      withText('pipelines/steps/workflow/rule.py', line(words("run([python, 'pi", "p'])"))),
      /rule.py pip/,
    ],
    [
      'a model from a hub',
      withText('pipelines/steps/workflow/rule.py', line(words('m = Model.from_', "pretrained('x')"))),
      /fetches by itself/,
    ],
    [
      'a client for HTTP in a step',
      withText('pipelines/steps/workflow/rule.py', line('import urllib.request')),
      /fetches by itself/,
    ],
    [
      'a request of a function',
      withText(handler, line(words('void fe', "tch('https://example.com');"))),
      /fetches by itself/,
    ],
    ['code from an address', withText(handler, line("await import('https://example.com/x.js');")), /fetches by itself/],
    [
      'a container during synthesis',
      withText('lib/config.ts', line("x = DockerImage.fromRegistry('x');")),
      /runs a container/,
    ],
    [
      'a package left out of a bundle',
      withText('lib/shared/function/bundle.ts', (text) => text.replace("['@aws-sdk/*']", "['@aws-sdk/*', 'tar']")),
      /leaves .* out of a bundle/,
    ],
    ["an image of somebody's", withText('lib/config.ts', line("x = 'ghcr.io/x/y:1';")), /neither AWS's nor ours/],
    [
      'an image of another account',
      withText('lib/config.ts', line("x = '999999999999.dkr.ecr.x/y:1';")),
      /an account of/,
    ],
    [
      'an image that changes',
      withText('lib/training/images.ts', (text) => text.replace(`xgboost:\${imageTags.xgboost}`, 'xgboost:latest')),
      /latest is another/,
    ],
  ])('%s', (_, files, problem) => {
    expect(found(files)).toContainEqual(expect.stringMatching(problem));
  });

  test.each([
    words('process.env.NODE_TLS_', "REJECT_UNAUTHORIZED = '0';"),
    words('const agent = new Agent({ reject', 'Unauthorized: false });'),
    words('const agent = new Agent({ reject', 'Unauthorized: !strict });'),
    words('client = boto3.client("s3", ver', 'ify=False)'),
    words('client = boto3.client("s3", use_', 'ssl=False)'),
    words('context.verify_mode = ssl.CERT', '_NONE'),
  ])('a check of certificates that is off: %s', (text) => {
    for (const file of ['operator/context.ts', 'test/fixtures/resolve.ts', 'pipelines/steps/workflow/rule.py'])
      expect(found(withText(file, line(text)))).toContainEqual(expect.stringMatching(/the check of certificates/));
  });
});

describe('honest changes', () => {
  test('a library update needs no entry', () => {
    const update = installed(
      ({ devDependencies }) => void (devDependencies.jest = '30.5.3'),
      ({ packages }) => {
        packages['node_modules/jest'] = { ...packages['node_modules/jest'], version: '30.5.3', integrity: someHash };
      },
    );
    expect(found(update)).toEqual([]);
  });

  test("another of AWS's clients needs no entry", () => {
    const files = installed(
      ({ devDependencies }) => void (devDependencies['@aws-sdk/client-backup'] = '3.1169.0'),
      ({ packages }) => {
        const entry = { version: '3.1169.0', integrity: someHash, dev: true, license: 'Apache-2.0' };
        packages['node_modules/@aws-sdk/client-backup'] = entry;
      },
    );
    expect(found(files)).toEqual([]);
  });

  test('a new library needs one entry, and the finding says where', () => {
    const files = installed(
      ({ devDependencies }) => void (devDependencies['left-pad'] = '1.3.0'),
      ({ packages }) => {
        packages['node_modules/left-pad'] = { version: '1.3.0', integrity: someHash, dev: true, license: 'MIT' };
      },
    );
    expect(found(files)).toEqual([expect.stringMatching(/left-pad: .*directDependencies \(test\/supply-chain/)]);
  });

  test('a script that starts a program of the project needs no entry', () => {
    expect(
      found(withManifest(({ scripts }) => void (scripts.costs = 'tsx operator/costs.ts && tsc --noEmit'))),
    ).toEqual([]);
  });

  test('a new version in a list of Python packages needs no entry', () => {
    const source = 'local-account/python/requirements-gates.in';
    const locked = source.replace('.in', '.txt');
    const bump = (text: string) => text.replace(/^cfn-lint==\S+/m, 'cfn-lint==9.9.9');
    expect(found({ ...withText(source, bump), [locked]: bump(project[locked]) })).toEqual([]);
  });
});
