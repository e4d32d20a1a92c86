import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type CompareFeaturesResult, compareFeatures } from '../../operator/commands/compare-features';
import { ingest } from '../../operator/commands/ingest';
import { type Output, silent } from '../../operator/output';
import { run } from '../../rehearsal/run';
import type { Checkpoint } from '../../rehearsal/story/checkpoint';
import { story } from '../../rehearsal/story/checkpoints';

const root = resolve(__dirname, '..', '..');

describe('decisions about the features, compared in a job of the deployed account', () => {
  const lines: string[] = [];
  const progress: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'compare-'));
  const page = join(folder, 'features.md');
  let result: CompareFeaturesResult | undefined;
  let refusal: unknown;

  const comparing: Checkpoint = {
    id: 'compare-features',
    sentence: 'One job trains a model for each decision, with the rights of the processing role and no more.',
    topics: [],
    async run({ operator }) {
      await ingest(operator, { airport: 'JFK', from: '2013-01', until: '2013-04' }, silent);
      const output: Output = { line: (line = '') => lines.push(line), progress: (line) => progress.push(line) };
      const window = { airports: ['JFK'], from: '2013-01', until: '2013-04', rounds: 8, draws: 20 };
      result = await compareFeatures(operator, { ...window, validate: '2013-02', page }, output);
      // No month is left to test on: the command line refuses that, the step too.
      refusal = await compareFeatures(operator, { ...window, validate: '2013-03' }, silent).catch(
        (error: unknown) => error,
      );
    },
  };

  beforeAll(async () => {
    const { data, stop } = await run({
      root,
      app: 'tsx test/fixtures/tiny-training-app.ts',
      checkpoints: [...story.filter(({ id }) => id === 'deploy'), comparing],
      progress: () => undefined,
      output: silent,
    });
    await stop();
    expect(data.checkpoints.map(({ id, status, error }) => ({ id, status, error }))).toEqual(
      ['deploy', 'compare-features'].map((id) => ({ id, status: 'passed', error: undefined })),
    );
    // The job's role did all it needed; what it was denied would be here.
    expect(data.denials.filter(({ principal }) => principal?.includes('Processing'))).toEqual([]);
  }, 600_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('compares every decision with the way of the pipeline', () => {
    const { choices, months } = result?.comparison ?? { choices: [], months: undefined };
    expect(months).toEqual({ train: ['2013-01'], validation: ['2013-02'], test: ['2013-03'] });
    expect([...new Set(choices.map(({ decision }) => decision))]).toEqual([
      'reference',
      'missing values',
      'outliers',
      'rare categories',
      'encoding',
      'flight number',
      'class weights',
      'scaling',
      'calibration',
      'selection',
      'state',
    ]);
  });

  it('prints one table that fits a terminal of 80 columns', () => {
    expect(lines.at(-1)).toBe(`Every number: ${page}`);
    expect(lines.slice(0, -1).filter((line) => line.length > 80)).toEqual([]);
    expect(lines).toContainEqual(expect.stringMatching(/^as the pipeline prepares +\.\d{3} +\.\d{3} +\d\d,\d{3}$/));
    expect(lines).toContainEqual(expect.stringMatching(/^! target, leaky +\.\d{3} +\.\d{3} .* \(.*\.\..*\)$/));
    expect(progress).toContainEqual(expect.stringMatching(/encoding: one-hot: auc 0\.\d+/));
  });

  it('writes a page with every number', () => {
    const text = readFileSync(page, 'utf8');
    expect(text).toContain('## Reliability');
    expect(text).toMatch(/\| carrier \| \d+\.\d % \|/);
  });

  it('says why the job failed', () => {
    expect(String(refusal)).toMatch(/ended as Failed: .*no curated rows of JFK to test on/s);
  });
});
