import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cliCases } from '../../conformance/aws-cli';
import { clients, outcomeOf } from '../../conformance/case';
import { cases } from '../../conformance/cases';
import { javascript, pageFile, runCli } from '../../conformance/cli';
import { page, row, rows, summary } from '../../conformance/report';

const root = resolve(__dirname, '../..');
const one = cases[0];
if (one === undefined) throw new Error('there are no cases');

describe('the conformance suite', () => {
  it('has code for each case, and a case for each code', () => {
    const folder = join(root, 'conformance/python');
    const python = readdirSync(folder)
      .filter((file) => file.endsWith('_cases.py'))
      .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/^@case\("([^"]+)"\)/gm)])
      .map(([, id]) => id);
    const written = [...Object.keys(javascript), ...Object.keys(cliCases), ...python];
    expect(written.sort()).toEqual(cases.map(({ id }) => id).sort());
  });

  it('has a page with each case (npm run conformance -- --write renews it)', () => {
    expect(existsSync(pageFile)).toBe(true);
    const listed = [...readFileSync(pageFile, 'utf8').matchAll(/\| `([a-z0-9-]+)` \|$/gm)].map(([, id]) => id);
    expect(listed.sort()).toEqual(cases.map(({ id }) => id).sort());
  });

  it.each([
    [undefined, 'works'],
    ['UnsupportedOperation: sagemaker:Search is not supported by the local account', 'refused by name'],
    ['InternalFailure: API action X for service s3 not yet implemented or pro feature', 'refused by name'],
    ['AccessDenied: User is not authorized', 'differs'],
    ['Error: the job is Completed, though its role may not read its data', 'differs'],
  ])('calls %j: %s', (error, result) => {
    expect(outcomeOf(one, error).result).toBe(result);
  });

  it('prints a table of at most 80 columns', () => {
    const long = { ...one, what: 'x'.repeat(200) };
    const lines = [
      row('client', 'what', 'result'),
      ...cases.flatMap((each) => rows(outcomeOf(each, 'long words '.repeat(50)))),
      ...rows(outcomeOf(long, `${'y'.repeat(300)} is not supported by the local account`)),
    ];
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const labels = cases.flatMap(({ what, client }) => [what, clients[client]]);
    const whole = cases.flatMap((each) => rows(outcomeOf(each, undefined))).join('\n');
    expect(labels.filter((label) => !whole.includes(label))).toEqual([]);
  });

  it('counts and shows results on the page, without markup of the errors', () => {
    const outcomes = [outcomeOf(one, undefined), outcomeOf(one, 'Error: <b>|</b>')];
    expect(summary(outcomes)).toBe('2 cases: 1 work, 0 refused by name, 1 differ');
    expect(page(outcomes, {})).toContain('differs: Error: &lt;b>\\|&lt;/b>');
  });

  it('refuses a client or case that does not exist', async () => {
    await expect(runCli(['--client', 'java'])).rejects.toThrow('There is no java.');
    await expect(runCli(['--write', '--client', 'cli'])).rejects.toThrow('--write needs every client and case.');
  });
});
