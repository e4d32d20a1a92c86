import { installed, project, someHash, withLock, withText } from './changed-files';
import { asText, lockChanges } from './lock-changes';

const tar = 'node_modules/tar';
const requirements = 'local-account/python/requirements.txt';

test('the same lock files have no changes', () => {
  expect(asText(lockChanges(project, project))).toBe('No package changed.');
});

test('an update shows each package with both versions, and what is new and gone', () => {
  const update = installed(
    ({ devDependencies }) => void (devDependencies.tar = '8.0.0'),
    ({ packages }) => {
      packages[tar] = { ...packages[tar], version: '8.0.0', integrity: someHash };
      packages['node_modules/left-pad'] = { version: '1.3.0', integrity: someHash, license: 'MIT' };
      delete packages['node_modules/uplot'];
    },
  );
  const before = (JSON.parse(project['package-lock.json']) as { packages: Record<string, { version: string }> })
    .packages;
  expect(asText(lockChanges(project, update))).toBe(
    [
      'Changed (1)',
      `  tar ${before[tar].version} -> 8.0.0`,
      '',
      'Added (1)',
      '  left-pad 1.3.0 (MIT)',
      '',
      'Removed (1)',
      `  uplot ${before['node_modules/uplot'].version}`,
    ].join('\n'),
  );
});

test.each<[string, Parameters<typeof withLock>[0], RegExp]>([
  [
    'another archive',
    ({ packages }) => void (packages[tar].integrity = someHash),
    /tar .*: another archive under the same/,
  ],
  ['no hash any more', ({ packages }) => void delete packages[tar].integrity, /tar .*: another archive under the same/],
  ['another origin', ({ packages }) => void (packages[tar].resolved = 'https://example.com/x'), /comes from https:/],
  [
    'an install script',
    ({ packages }) => void (packages[tar].hasInstallScript = true),
    /tar .*: has an install script/,
  ],
  ['another license', ({ packages }) => void (packages[tar].license = 'BUSL-1.1'), /its license was .*, now BUSL-1.1/],
  ['an older version', ({ packages }) => void (packages[tar].version = '6.0.0'), /tar 6.0.0: older than before/],
])('somebody has to look at %s', (_, edit, line) => {
  expect(lockChanges(project, withLock(edit)).look).toEqual([expect.stringMatching(line)]);
});

test('a list of Python packages shows its versions, and other archives under the same version', () => {
  const update = withText(requirements, (text) => text.replace(/^waitress==3.0.2/m, 'waitress==3.1.0'));
  expect(lockChanges(project, update).changed).toEqual([`${requirements} waitress 3.0.2 -> 3.1.0`]);
  const swapped = withText(requirements, (text) =>
    text.replace(/^(waitress==3.0.2 \\\n)(?: {4}--hash=\S+(?: \\)?\n)+/m, `$1    --hash=sha256:${'0'.repeat(64)}\n`),
  );
  expect(lockChanges(project, swapped).look).toEqual([
    `${requirements} waitress 3.0.2: other archives under the same version`,
  ]);
});
