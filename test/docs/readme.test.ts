import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ending, story } from '../../rehearsal/story/checkpoints';
import { chapters } from '../../rehearsal/story/selection';
import { blocksOf } from '../fixtures/readme';

const text = readFileSync(join(resolve(__dirname, '..', '..'), 'README.md'), 'utf8');
const checkpoints = [...story, ...ending];
const console = /```text\n([\s\S]*?)```/.exec(text)?.[1] ?? '';

/** The excerpt's checkpoints: number and sentence. The sentence goes on in indented lines until `passed`. */
const shown = [...console.matchAll(/^ ?(\d+)\/(\d+) {2}([\s\S]*?)\n {7}passed/gm)].map(([, number, of, sentence]) => ({
  number: Number(number),
  of: Number(of),
  sentence: (sentence ?? '').replace(/\s+/g, ' '),
}));

describe('README.md', () => {
  test('says in its first lines whom it is for', () => {
    expect(text.split('\n').slice(0, 5).join(' ')).toMatch(/MLA-C01.*ML engineers/);
  });

  test('has commands for the rehearsal and for AWS', () => {
    const kinds = blocksOf('README.md').map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['plain', 'rehearsal', 'aws']));
  });

  test('shows the console as a rehearsal prints it', () => {
    expect(shown.length).toBeGreaterThanOrEqual(3);
    for (const { number, of, sentence } of shown)
      expect({ number, of, sentence }).toEqual({
        number,
        of: checkpoints.length,
        sentence: checkpoints[number - 1]?.sentence,
      });
  });

  test('names checkpoints and chapters that exist', () => {
    const domains = [...text.matchAll(/^\| \d: .*\| (.*) \|$/gm)].flatMap(([, cell]) => [
      ...(cell ?? '').matchAll(/`([\w-]+)`/g),
    ]);
    const named = [...domains, ...text.matchAll(/--from ([\w-]+)`/g)].map(([, id]) => id);
    expect(named.length).toBeGreaterThan(10);
    expect(checkpoints.map(({ id }) => id)).toEqual(expect.arrayContaining(named));
    for (const [, chapter] of text.matchAll(/--only ([\w-]+)/g)) expect(Object.keys(chapters)).toContain(chapter);
  });
});
