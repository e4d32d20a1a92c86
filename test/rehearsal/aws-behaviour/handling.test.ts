import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { behaviours, ledgers } from 'local-account/aws-behaviour';
import { citedIn } from 'local-account/aws-behaviour/citations';
import { handlings } from '../../../rehearsal/aws-behaviour';
import { files } from '../../../rehearsal/aws-behaviour/files';

const root = resolve(__dirname, '..', '..', '..');
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

function sourcesBelow(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && /\.(ts|py|cjs)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  );
}

/** Does the file have a test of this title? In Python the function's name is the title. */
function holds(file: string, title: string): boolean {
  if (!existsSync(join(root, file))) return false;
  const code = textOf(file).replaceAll("\\'", "'");
  return [`'${title}'`, `"${title}"`, `\`${title}\``, `def ${title}(`].some((text) => code.includes(text));
}

const citations = sourcesBelow('bin', 'lib', 'lambda', 'operator', 'pipelines', 'rehearsal', 'test/gates')
  .filter((file) => !file.startsWith('rehearsal/aws-behaviour/'))
  .flatMap((file) => citedIn(textOf(file)).map((id) => ({ id, file })));

describe("how this project handles AWS's behavior", () => {
  test('is stated once for an entry, and for entries that exist', () => {
    const ids = handlings.map(({ id }) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    expect(ids.filter((id) => !behaviours.some((one) => one.id === id))).toEqual([]);
  });

  test('leaves no entry without a place and a test, unless only an account can tell', () => {
    const open = behaviours.filter(({ id, enforcedBy, tests }) => {
      const handling = handlings.find((one) => one.id === id);
      if (handling?.unsettled !== undefined) return false;
      const places = [...enforcedBy, ...(handling?.enforcedBy ?? [])];
      return places.length === 0 || [...tests, ...(handling?.tests ?? [])].length === 0;
    });
    expect(open.map(({ id }) => id)).toEqual([]);
  });

  test.each(handlings.map((handling) => [handling.id, handling] as const))(
    '%s names files and tests that exist',
    (id, { enforcedBy, tests, unsettled }) => {
      for (const file of enforcedBy)
        expect([file, existsSync(join(root, file)) && citedIn(textOf(file)).includes(id)]).toEqual([file, true]);
      for (const { file, title } of tests) expect([file, title, holds(file, title)]).toEqual([file, title, true]);
      for (const text of Object.values(unsettled ?? {})) expect(text.length).toBeGreaterThan(10);
    },
  );

  test('knows every entry that code cites, and the place', () => {
    const unlisted = citations.filter(
      ({ id, file }) => !handlings.find((one) => one.id === id)?.enforcedBy.includes(file),
    );
    expect(unlisted).toEqual([]);
  });

  test.each(Object.entries(files(ledgers, handlings)))(
    '%s is generated from it (npm run aws-behaviour)',
    (file, text) => {
      expect(textOf(file)).toBe(text);
    },
  );
});
