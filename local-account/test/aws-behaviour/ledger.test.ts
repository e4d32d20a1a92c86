import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { behaviours, readings } from '../../aws-behaviour';
import { citedIn, rulesIn } from '../../aws-behaviour/citations';

const root = resolve(__dirname, '..', '..', '..');
const ids = new Set(behaviours.map(({ id }) => id));

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

const citations = sourcesBelow('local-account')
  .filter((file) => !/^local-account\/(aws-behaviour|test)\//.test(file))
  .flatMap((file) => citedIn(textOf(file)).map((id) => ({ id, file })));

describe("the ledger of AWS's behavior", () => {
  test('names each entry once, and for good', () => {
    const all = behaviours.map(({ id }) => id);
    expect(all.filter((id, at) => all.indexOf(id) !== at)).toEqual([]);
    expect(all.filter((id) => !/^[a-z0-9-]+\/[a-z0-9-]+$/.test(id))).toEqual([]);
  });

  test.each(behaviours.map((behaviour) => [behaviour.id, behaviour] as const))(
    '%s has a source, and names files and tests that exist',
    (id, behaviour) => {
      const { subjects, does, sources, enforcedBy, tests } = behaviour;
      expect(subjects.length).toBeGreaterThan(0);
      for (const subject of subjects)
        expect(subject).toMatch(
          /^(AWS::[A-Za-z0-9]+::[A-Za-z0-9]+|Custom::[A-Za-z0-9]+|[a-z0-9-]+:[A-Za-z0-9*]+|[a-z][A-Za-z0-9 .:-]*)$/,
        );
      expect(does.length).toBeGreaterThan(20);
      expect(sources.length).toBeGreaterThan(0);
      for (const source of sources) {
        if ('page' in source)
          expect([source.page, source.url]).toEqual([
            expect.stringMatching(/\w{3}/),
            expect.stringMatching(/^https:\/\/[\w.-]+\/\S+$/),
          ]);
        else
          expect([source.repository, source.at]).toEqual([
            expect.stringMatching(/^[\w.-]+(\/[\w.-]+)?$/),
            expect.stringMatching(/\w{2}/),
          ]);
      }
      for (const file of enforcedBy)
        expect([file, existsSync(join(root, file)) && citedIn(textOf(file)).includes(id)]).toEqual([file, true]);
      for (const { file, title } of tests) expect([file, title, holds(file, title)]).toEqual([file, title, true]);
    },
  );

  test('knows every entry that code cites, and the place', () => {
    const unknown = citations.filter(({ id }) => !ids.has(id));
    expect(unknown).toEqual([]);
    const unlisted = citations.filter(
      ({ id, file }) => !behaviours.find((one) => one.id === id)?.enforcedBy.includes(file),
    );
    expect(unlisted).toEqual([]);
  });

  test('sees a rule that cites nothing', () => {
    const code =
      "function f() {\n  throw new AwsError('ValidationException', 'No.');\n}\n// AWS: s3/x\nfunction g() {\n  throw new AwsError('ValidationException', 'No.');\n}\n";
    expect(rulesIn('x.ts', code).map(({ line, cites }) => [line, cites])).toEqual([
      [2, []],
      [6, ['s3/x']],
    ]);
  });

  test('finds in its readings only what it lists', () => {
    const missing = readings.flatMap(({ found }) =>
      found === 'nothing beyond the model' ? [] : found.filter((id) => !ids.has(id)),
    );
    expect(missing).toEqual([]);
    for (const { subjects, pages } of readings)
      expect([subjects, subjects.length > 0 && pages.length > 0]).toEqual([subjects, true]);
  });
});
