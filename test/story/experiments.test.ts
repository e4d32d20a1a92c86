import { ListTagsCommand } from '@aws-sdk/client-sagemaker';
import { ensurePython, mlflowRequirements } from 'local-account/python/environment';
import { testEnvironments } from 'local-account/test/fixtures/test-platform';
import { callMlflow } from 'local-account/test/sagemaker/sign-request';

import { sandbox } from '../../lib/config';
import { waitFor } from '../../operator/context';
import { packageOf } from '../../operator/registry';
import { type Checkpoint, expect as must } from '../../rehearsal/story/checkpoint';
import { ending } from '../../rehearsal/story/checkpoints';
import { experiments } from '../../rehearsal/story/checkpoints/experiments';
import { runCheckpoints } from '../fixtures/run-checkpoints';

interface TrackedRun {
  readonly info: { readonly run_id: string; readonly run_name: string; readonly status: string };
  readonly data: {
    readonly tags: readonly { readonly key: string; readonly value: string }[];
    readonly metrics: readonly { readonly key: string; readonly value: number }[];
  };
}

/** Trials of the tuning job, the tuning job, the one whose capacity was taken away, and the two jobs of fit-curves. */
const expected = sandbox.tuning.maxJobs + 4;

let runs: readonly TrackedRun[] = [];
let versionTags: Readonly<Record<string, string>> = {};

const tracked: Checkpoint = {
  id: 'tracked',
  sentence: 'Every training and the tuning job are runs in MLflow, and the registered version names its run.',
  topics: ['STAGE-04', 'TRAINCHK-05'],
  async run({ operator, rehearsal }) {
    const arn = await operator.output('Monitoring', 'MlflowAppArn');
    const call = async (path: string, body: object) =>
      (await callMlflow({ ...rehearsal.client, arn }, 'POST', `/api/2.0/mlflow/${path}`, body)).body;
    const { experiments: found } = await call('experiments/search', { max_results: 10 });
    const id = (found as { name: string; experiment_id: string }[]).find(({ name }) => name !== 'Default');
    must(id !== undefined, 'there is no experiment');
    const version = await packageOf(operator, 'latest');
    runs = await waitFor(operator, 'the runs in MLflow', 2, async () => {
      const { runs: all = [] } = await call('runs/search', { experiment_ids: [id?.experiment_id], max_results: 100 });
      const list = all as TrackedRun[];
      const { Tags = [] } = await operator.clients.sagemaker.send(new ListTagsCommand({ ResourceArn: version.arn }));
      versionTags = Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
      // The function writes a run first, and says at the end that it is whole.
      const whole = list.length >= expected && list.every(({ info }) => info.status !== 'RUNNING');
      return whole && 'mlflow-run-id' in versionTags ? list : undefined;
    });
  },
};

describe('the workflow with MLflow (experiments.mlflow: true)', () => {
  beforeAll(async () => {
    await ensurePython({ environments: testEnvironments, requirements: mlflowRequirements, progress: () => undefined });
  }, 300_000);

  const finished = runCheckpoints({ app: 'mlflow-app.ts', checkpoints: [...experiments, tracked, ...ending] });
  const tag = (run: TrackedRun | undefined, key: string) => run?.data.tags.find((one) => one.key === key)?.value;

  it('has one run for each job, with parameters, data, code and metrics', () => {
    expect(finished().data.checkpoints.every(({ status }) => status === 'passed')).toBe(true);
    expect(runs).toHaveLength(expected);
    const trainings = runs.filter((run) => tag(run, 'training_job') !== undefined);
    expect(trainings).toHaveLength(expected - 1);
    for (const run of trainings) {
      // A trial that early stopping ended was stopped.
      expect(['FINISHED', 'KILLED']).toContain(run.info.status);
      expect(tag(run, 'data_version')).toMatch(/^[0-9a-f]{64}$/);
      expect(tag(run, 'code_version')).toMatch(/^[0-9a-f]{64}$/);
      expect(run.data.metrics.map(({ key }) => key)).toEqual(
        expect.arrayContaining(['train:aucpr', 'validation:aucpr', 'training_seconds']),
      );
    }
  });

  it('puts the trials below their tuning job', () => {
    const parent = runs.find((run) => tag(run, 'tuning_run') !== undefined);
    const children = runs.filter((run) => tag(run, 'mlflow.parentRunId') === parent?.info.run_id);
    expect(children).toHaveLength(sandbox.tuning.maxJobs);
    expect(parent?.info.status).toBe('FINISHED');
  });

  it('links the version with the run of its training', () => {
    const run = runs.find(({ info }) => info.run_id === versionTags['mlflow-run-id']);
    expect(tag(run, 'model_version')).toBe('1');
  });
});
