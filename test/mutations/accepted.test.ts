import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Accepted, accepted } from './accepted';
import { compare } from './compare';
import { scopes } from './scopes';
import { type Mutant, oneLine, read } from './stryker';

const root = join(__dirname, '../..');

describe('the accepted survivors of the mutation runs', () => {
  test('are about code that exists, and each has a reason', () => {
    for (const { file, line, code, reason } of accepted) {
      const source = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : `there is no ${file}`;
      expect(source.split('\n').map((one) => one.trim())).toContain(line);
      expect(oneLine(source)).toContain(code);
      expect(reason.length).toBeGreaterThan(20);
    }
  });

  test('are each listed once', () => {
    const keys = accepted.map(({ file, line, code, mutated }) => [file, line, code, mutated].join('\n'));
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('the comparison of survivors with the list', () => {
  const mutant: Mutant = {
    file: 'lambda/a.ts',
    at: 3,
    line: 'if (a > b) refuse();',
    code: 'a > b',
    mutated: 'a >= b',
    kind: 'EqualityOperator',
    killed: false,
  };
  const entry: Accepted = {
    file: mutant.file,
    line: mutant.line,
    code: mutant.code,
    mutated: mutant.mutated,
    reason: 'a and b are never equal, as each of them is read once',
  };

  test('names a survivor that is not listed, and no mutant that a test noticed', () => {
    expect(compare([mutant], [])).toEqual({ unlisted: [mutant], unused: [], acceptedCount: 0 });
    expect(compare([{ ...mutant, killed: true }], [])).toEqual({ unlisted: [], unused: [], acceptedCount: 0 });
  });

  test('accepts a listed survivor, wherever its line has moved to', () => {
    expect(compare([{ ...mutant, at: 99 }], [entry])).toEqual({ unlisted: [], unused: [], acceptedCount: 1 });
  });

  test('names an entry whose mutant is noticed, but none about code that was not mutated', () => {
    const noticed = { ...mutant, killed: true };
    expect(compare([noticed], [entry]).unused).toEqual([entry]);
    expect(compare([{ ...noticed, file: 'lambda/b.ts' }], [entry]).unused).toEqual([]);
  });
});

test("Stryker's report is read with the changed code on one line", () => {
  const location = { start: { line: 2, column: 10 }, end: { line: 3, column: 4 } };
  const change = { mutatorName: 'BlockStatement', replacement: '{}', location };
  const source = 'a\n  if (x) {\n  }\n';
  const statuses = ['Killed', 'Timeout', 'RuntimeError', 'Survived', 'NoCoverage', 'CompileError'];
  const mutants = statuses.map((status) => ({ ...change, status }));
  expect(read({ files: { 'lambda/a.ts': { source, mutants } } })).toEqual(
    statuses.map((_, at) => ({
      file: 'lambda/a.ts',
      at: 2,
      line: 'if (x) {',
      code: '{ }',
      mutated: '{}',
      kind: 'BlockStatement',
      killed: at < 3,
    })),
  );
});

test('every folder of lambda/ has tests that are run on its changes, and files that exist', () => {
  const all = scopes(root);
  expect(all.filter(({ guard }) => guard).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['verify-package', 'smoke-test', 'reconcile-release', 'release-states']),
  );
  for (const { tests } of all) for (const file of tests) expect(existsSync(join(root, file))).toBe(true);
  expect(all.filter(({ tests }) => tests.length === 0).map(({ name }) => name)).toEqual([]);
});
