import { join, resolve } from 'node:path';

import { ListEndpointsCommand } from '@aws-sdk/client-sagemaker';
import { readAssembly } from 'local-account/assembly/cloud-assembly';
import { deploy } from 'local-account/cloudformation/deploy';
import { approve } from '../../operator/commands/approve';
import { batch } from '../../operator/commands/batch';
import { invoke } from '../../operator/commands/invoke';
import { rollback } from '../../operator/commands/rollback';
import { train } from '../../operator/commands/train';
import { makeContext } from '../../operator/context';
import { executionArns } from '../../operator/executions';
import { type ServingPattern, servingPattern } from '../../operator/serving';
import { type Checkpoint, type CheckpointContext, expect as must } from '../../rehearsal/story/checkpoint';
import { ending, storyOf } from '../../rehearsal/story/checkpoints';
import { synthesize } from '../../rehearsal/synth';
import { runCheckpoints } from '../fixtures/run-checkpoints';

const root = resolve(__dirname, '..', '..');

/** A stage whose operator has not read the stacks' outputs yet, as each command is one of its own. */
function afresh(stage: CheckpointContext): CheckpointContext {
  const { clients, dataFolder } = stage.operator;
  return { ...stage, operator: makeContext({ clients, dataFolder, pollMilliseconds: 100 }) };
}

/** `cdk deploy --all` of another configuration onto the stacks that stand. */
async function redeploy({ rehearsal }: CheckpointContext, app: string, id: string): Promise<void> {
  const output = join(rehearsal.folder, `cdk.out-${id}`);
  await synthesize({ root, output, app: `tsx ${app}` });
  await deploy(readAssembly(output), rehearsal.platform);
  await rehearsal.settled();
}

async function servingVersions(stage: CheckpointContext): Promise<string> {
  const { predictions } = await invoke(
    stage.operator,
    { sample: { airport: 'JFK', month: '2013-04', rows: 3 } },
    stage.output,
  );
  return predictions.map(({ modelVersion }) => modelVersion).join();
}

async function endpoints({ operator }: CheckpointContext): Promise<string> {
  const { Endpoints = [] } = await operator.clients.sagemaker.send(new ListEndpointsCommand({}));
  return Endpoints.map(({ EndpointName, EndpointStatus }) => `${EndpointName ?? ''} ${EndpointStatus ?? ''}`).join();
}

async function releases({ operator }: CheckpointContext): Promise<number> {
  return (await executionArns(operator, await operator.output('Release', 'ReleaseStateMachineArn'))).size;
}

interface Change {
  readonly app: string;
  readonly pattern?: ServingPattern;
  /** @default none */
  readonly endpoint?: string;
}

function become(what: string, { app, pattern = 'real-time', endpoint }: Change): Checkpoint {
  const id = what.replaceAll(' ', '-');
  return {
    id,
    sentence: `The deployed stacks are updated to ${what}; version 1 stays live.`,
    topics: [],
    async run(standing) {
      await redeploy(standing, `test/fixtures/${app}-app.ts`, id);
      const stage = afresh(standing);
      must(
        (await servingPattern(stage.operator)) === pattern,
        `the stacks serve ${await servingPattern(stage.operator)}`,
      );
      const found = await endpoints(stage);
      must(found === (endpoint === undefined ? '' : `${endpoint} InService`), `endpoints: ${found || 'none'}`);
      if (endpoint !== undefined)
        must((await servingVersions(stage)) === '1,1,1', `versions ${await servingVersions(stage)} serve`);
      const before = await releases(stage);
      await stage.rehearsal.clock.advance(60 * 60_000);
      must((await releases(stage)) === before, 'the reconciler found something to put right');
    },
  };
}

const trainSecond: Checkpoint = {
  id: 'second-version',
  sentence:
    'The updated stacks release like newly deployed ones: a second version goes live, and a rollback brings the first back.',
  topics: [],
  async run(before) {
    const stage = afresh(before);
    const { operator, output } = stage;
    const trained = await train(operator, { airports: ['JFK'], until: '2013-05' }, output);
    must(trained.version === 2, `the pipeline ${trained.status}: ${trained.failureReason ?? ''}`);
    const { outcome } = await approve(operator, { version: 2, note: 'learned longer' }, output);
    must(outcome?.result === 'Released', `${outcome?.result ?? ''}: ${outcome?.detail ?? ''}`);
    must((await servingVersions(stage)) === '2,2,2', `versions ${await servingVersions(stage)} serve`);
    const back = await rollback(operator, { to: 1 }, output);
    must(back.outcome.result === 'Released', `${back.outcome.result}: ${back.outcome.detail}`);
    must((await servingVersions(stage)) === '1,1,1', `versions ${await servingVersions(stage)} serve`);
  },
};

const scored: Checkpoint = {
  id: 'scored',
  sentence: 'Without an endpoint, batch scores with the model that was live.',
  topics: [],
  async run(before) {
    const { operator, output } = afresh(before);
    const { outcome, report } = await batch(operator, { sample: { airport: 'JFK', month: '2013-04' } }, output);
    must(outcome.result === 'Complete', `${outcome.result}: ${outcome.detail}`);
    must(
      Object.keys(report?.byModelVersion ?? {}).join() === '1',
      `versions ${Object.keys(report?.byModelVersion ?? {}).join()} serve`,
    );
  },
};

const name = 'mla-blueprint-flight-disruption';
const changes = [
  become('stacks with another tag', { app: 'other-tags', endpoint: name }),
  become('those with a shadow, two containers and an endpoint that may sleep', { app: 'variants', endpoint: name }),
  become('those of Model Monitor', { app: 'model-monitor', endpoint: name }),
  become('serverless', { app: 'serverless', pattern: 'serverless', endpoint: `${name}-serverless` }),
  trainSecond,
  become('asynchronous', { app: 'asynchronous', pattern: 'asynchronous', endpoint: `${name}-asynchronous` }),
  become('batch alone', { app: 'batch', pattern: 'batch' }),
  scored,
  become('what they were', { app: 'tiny-training', endpoint: name }),
];
const begin = storyOf('batch').slice(0, 4);

describe('stacks that stand, with a live model, deployed in another configuration', () => {
  runCheckpoints({
    app: 'tiny-training-app.ts',
    checkpoints: [...begin, ...changes, ...ending],
    // Its last captures: the role loses what only capturing needs before the old endpoint is cleaned up
    // (docs/learn/serving.md).
    denied: new RegExp(`^s3:PutObject \\S+/capture/${name}/live/`),
  });
});
