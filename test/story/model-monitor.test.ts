import { resolve } from 'node:path';

import { run, type Run } from '../../rehearsal/run';
import { ending, story } from '../../rehearsal/story/checkpoints';

const root = resolve(__dirname, '..', '..');

/** From the data to the retraining that drift starts, and the end; releases and refusals are the whole story's matter. */
const chapters = ['deploy', 'ingest', 'train', 'release', 'healthy', 'late-labels', 'drift', 'cool-down'];

describe('the workflow with AWS\'s own monitor (modelMonitor: true)', () => {
  let finished: Run;

  beforeAll(async () => {
    finished = await run({
      root,
      app: 'tsx test/fixtures/model-monitor-app.ts',
      checkpoints: [...story.filter(({ id }) => chapters.includes(id)), ...ending],
      progress: () => undefined,
      output: { line: () => undefined, progress: () => undefined },
    });
    await finished.stop();
  }, 600_000);

  it.each([...chapters, ...ending.map(({ id }) => id)])('passes the checkpoint %s', (id) => {
    const result = finished.data.checkpoints.find((one) => one.id === id);
    expect({ status: result?.status, error: result?.error }).toEqual({ status: 'passed', error: undefined });
  });

  it('is judged by Model Monitor\'s schedule, which finds the drift and nothing before it', () => {
    expect(finished.data.story.analyses.map(({ result }) => [result.outcome.result, result.outcome.detail])).toEqual([
      ['NoDrift', 'Model Monitor\'s run ended as Completed'],
      ['Drift', expect.stringMatching(/^CompletedWithViolations/)],
    ]);
  });

  it('is refused nothing, and meets no defect of the rehearsal', () => {
    expect(finished.data.denials).toEqual([]);
    expect(finished.data.diary.filter((entry) => entry.kind === 'defect')).toEqual([]);
  });
});
