import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(__dirname, '..', '..');
const page = readFileSync(resolve(root, 'docs/reference/bad-input.md'), 'utf8');

/** [what comes in, what happens, the tests] of each row of each table. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| what comes in |'))
  .map((line) =>
    line
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.trim()),
  );

/** Does the file have a test, or a case of one, that is called so? In Python a test's name has no blanks. */
function holds(file: string, sentence: string): boolean {
  const code = readFileSync(resolve(root, file), 'utf8').replaceAll("\\'", "'");
  return [`'${sentence}'`, `"${sentence}"`, `def test_${sentence.replaceAll(' ', '_')}(`].some((name) =>
    code.includes(name),
  );
}

describe('the page of bad input', () => {
  test('has its four tables', () => {
    expect(page.match(/^\| what comes in \| what happens \| the test \|$/gm)).toHaveLength(4);
    expect(rows.length).toBeGreaterThan(70);
  });

  test.each(rows.map((cells) => [cells[0] ?? '', cells] as const))(
    '%s: says what happens, and which test shows it',
    (_, cells) => {
      expect(cells).toEqual([expect.stringMatching(/./), expect.stringMatching(/./), expect.stringMatching(/./)]);
      for (const quoted of (cells[2] ?? '').split('<br>')) {
        const [, file = '', sentence = ''] = /^`([^`]+)`: (.+)$/.exec(quoted) ?? [];
        expect([quoted, file !== '' && holds(file, sentence)]).toEqual([quoted, true]);
      }
    },
  );
});
