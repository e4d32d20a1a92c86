import { buildTrainingSet } from '../../operator/commands/build-training-set';
import { type Checkpoint, expect as expected } from '../../rehearsal/story/checkpoint';
import { ingestMonths } from '../../rehearsal/story/checkpoints/data';
import { deploy } from '../../rehearsal/story/checkpoints/deployment';
import { runCheckpoints } from '../fixtures/run-checkpoints';

const month = { airports: ['LGA'], from: '2013-02', until: '2013-03' } as const;

const ingested: Checkpoint = {
  id: 'ingest',
  sentence: 'One month arrives.',
  topics: [],
  run: async (stage) => void (await ingestMonths(stage, 'LGA', month.from, month.until)),
};

const built: Checkpoint = {
  id: 'build',
  sentence:
    'The deployed job builds the training set on Spark, with the permissions of the stacks, and its rules hold.',
  topics: [],
  async run({ operator, output }) {
    const { run, outcome } = await buildTrainingSet(operator, month, output);
    expected(outcome.result === 'Complete', `${outcome.result}: ${outcome.detail}`);
    expected(run.states[0] === 'BuildTrainingSet', run.states.join());
  },
};

/** The whole of it is a story of its own: `npm run rehearse -- --story transformation`. */
describe('a small training set', () => {
  runCheckpoints({ app: 'tiny-training-app.ts', checkpoints: [deploy, ingested, built] });
});
