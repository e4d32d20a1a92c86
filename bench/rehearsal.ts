import { join, resolve } from 'node:path';
import { scriptedModels } from 'local-account/images/serve-python';
import { containerRequirements, ensurePython } from 'local-account/python/environment';
import { run } from '../rehearsal/run';
import type { Checkpoint } from '../rehearsal/story/checkpoint';
import { ending, story } from '../rehearsal/story/checkpoints';
import { requestsOfMeasurement, timeBare, timeEndpoint } from './invocation';
import { line } from './print-line';
import { seconds } from './process-seconds';
import { benchCheckpoint, counting, dataRead, type StoryWork, trials } from './story-work';

const root = resolve(__dirname, '..');

let invocation: { endpoint: number; bare: number } | undefined;

/** Measured within the story, right after the first release. */
function measuredInvocations(): Checkpoint {
  return benchCheckpoint('bench-invocations', async ({ rehearsal, note }) => {
    invocation = {
      endpoint: await timeEndpoint(rehearsal),
      bare: timeBare(rehearsal, rehearsal.platform.containerPython),
    };
    note('milliseconds', invocation.endpoint.toFixed(2));
  });
}

/** The whole story, in relation to its machine-learning work as one Python process. */
export async function measureRehearsal(): Promise<void> {
  const python = await ensurePython({ environments: join(root, '.rehearsal'), progress: (line) => console.log(line) });
  const containerPython = await ensurePython({
    environments: join(root, '.rehearsal'),
    requirements: containerRequirements,
    progress: (line) => console.log(line),
  });
  const work: StoryWork = { requests: 0, trials: [], windows: [], curated: {} };
  const release = story.findIndex(({ id }) => id === 'release') + 1;
  const checkpoints = [
    counting(work),
    ...story.slice(0, release),
    measuredInvocations(),
    ...story.slice(release),
    trials(work),
    dataRead(work),
    ...ending,
  ];
  const { data, stop } = await run({
    root,
    python,
    checkpoints,
    progress: () => undefined,
    output: { line: () => undefined, progress: () => undefined },
  });
  await stop();
  const failed = data.checkpoints.filter(({ status }) => status !== 'passed');
  if (failed.length > 0)
    throw new Error(
      `the story did not pass: ${failed.map(({ id, error }) => `${id}: ${error ?? 'not reached'}`).join('; ')}`,
    );
  const measuring = data.checkpoints
    .filter(({ id }) => id.startsWith('bench-'))
    .reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const rehearsed = (data.milliseconds - measuring) / 1000;
  // What was timed here is no part of the story.
  const requests = work.requests - (invocation === undefined ? 0 : requestsOfMeasurement);
  const options = Object.entries({ ...work, requests }).flatMap(([name, value]) => [
    `--${name}`,
    JSON.stringify(value),
  ]);
  // The evaluation asks the model's code with the image's own libraries.
  const bare = seconds(containerPython, ['bench/bare_workflow.py', ...options], {
    PYTHONPATH: [join(root, 'local-account/images/xgboost/python'), scriptedModels].join(':'),
  }).seconds;
  line(
    'rehearsal / its ML work as bare Python',
    (rehearsed / bare).toFixed(2),
    `${rehearsed.toFixed(0)} s / ${bare.toFixed(0)} s, ${work.trials.length} trials, ${requests} requests`,
  );
  if (invocation) {
    line(
      'one invocation / bare parse and predict',
      (invocation.endpoint / invocation.bare).toFixed(2),
      `${invocation.endpoint.toFixed(2)} ms / ${invocation.bare.toFixed(2)} ms`,
    );
  }
}
