import { stripVTControlCharacters } from 'node:util';
import type { Checkpoint, CheckpointResult } from '../../../rehearsal/story/checkpoint';
import { closing, Progress, shorten, wrap } from '../../../rehearsal/story/progress';

const sentence =
  'Spoiled files are refused whole, spoiled rows one by one, each with its reason; the good rows are kept.';
const checkpoint: Checkpoint = { id: 'quarantine', sentence, topics: ['X'], run: () => Promise.resolve() };
const result = (more: Partial<CheckpointResult>): CheckpointResult => ({
  id: 'quarantine',
  sentence,
  topics: ['X'],
  status: 'passed',
  evidence: [{ label: 'rows curated', value: 'one two three four five six seven eight nine ten eleven twelve' }],
  milliseconds: 1000,
  ...more,
});

function screen(columns: number) {
  const lines: string[] = [];
  let at = 0;
  const progress = new Progress({
    write: (line) => lines.push(stripVTControlCharacters(line)),
    columns,
    now: () => at,
  });
  return { lines, progress, wait: (milliseconds: number) => void (at += milliseconds) };
}

describe('the lines of a rehearsal', () => {
  it.each([60, 80, 120])('fit a terminal of %s columns, and no word is cut', (columns) => {
    const { lines, progress } = screen(columns);
    progress.started(checkpoint, 4, 40);
    progress.ended(result({}));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
    const text = lines.join(' ').replace(/\s+/g, ' ');
    expect(text).toContain(sentence);
    const shown = /rows curated (.*?)…?$/.exec(text)?.[1] ?? '';
    expect('one two three four five six seven eight nine ten eleven twelve '.startsWith(`${shown} `)).toBe(true);
  });

  it('end with an ellipsis where something is left out', () => {
    expect(shorten('one two three', 8)).toBe('one two…');
    expect(shorten('one two', 7)).toBe('one two');
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  });

  it('give a sign of life in a long silence, and only then', () => {
    const { lines, progress, wait } = screen(80);
    progress.started(checkpoint, 1, 1);
    const said = lines.length;
    wait(10_000);
    progress.beat();
    expect(lines).toHaveLength(said);
    wait(10_000);
    progress.beat();
    progress.beat();
    expect(lines.slice(said)).toEqual(['       quarantine is still running (20 s)']);
    progress.ended(result({}));
    wait(60_000);
    progress.beat();
    expect(lines.at(-1)).toContain('passed');
  });

  it('say the cause of a failure and what was denied', () => {
    const { lines, progress } = screen(100);
    const denials = [{ principal: 'role/curation', action: 's3:PutObject', resource: 'curated/x' }];
    progress.ended(
      result({ status: 'failed', error: 'raw/a.csv was refused: WRONG_HEADER (1), such as: missing carrier', denials }),
    );
    const text = lines.join('\n');
    expect(text).toContain('WRONG_HEADER (1), such as: missing carrier');
    expect(text).toContain('s3:PutObject on curated/x, called by role/curation');
  });
});

describe('the closing summary', () => {
  it('names no checkpoint that passed', () => {
    const lines = closing([result({ id: 'a' }), result({ id: 'b' })], 171_000, 'report.html');
    expect(lines).toEqual(['2 of 2 checkpoints passed in 2 min 51 s. Report: report.html']);
  });

  it('names the failed one, its cause and how to run it again', () => {
    const lines = closing(
      [
        result({ id: 'a' }),
        result({ id: 'b', status: 'failed', error: 'It broke.' }),
        result({ status: 'not reached' }),
      ],
      1000,
      'report.html',
    );
    expect(lines).toEqual([
      '1 of 3 checkpoints passed in 1 s. Report: report.html',
      'Failed: b. It broke.',
      'Try again from there: npm run rehearse -- --from b',
      'Not reached: 1',
    ]);
  });
});
