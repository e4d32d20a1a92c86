import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';

import { approve } from '../../operator/commands/approve';
import { challenge } from '../../operator/commands/challenge';
import { type Comparison, compareShadow } from '../../operator/commands/compare-shadow';
import { invoke } from '../../operator/commands/invoke';
import { recreateEndpoint } from '../../operator/commands/recreate-endpoint';
import { rollback } from '../../operator/commands/rollback';
import { train } from '../../operator/commands/train';
import { CommandFailed } from '../../operator/errors';
import { executionArns } from '../../operator/executions';
import { csvLine, spread } from '../../operator/flights';
import { describePackage } from '../../operator/registry';
import { requestColumns } from '../../operator/request';
import { samplesOf } from '../../operator/samples';
import { costsOf } from '../../rehearsal/step-code';
import { type Checkpoint, expectSome, expect as must } from '../../rehearsal/story/checkpoint';
import { ending, story } from '../../rehearsal/story/checkpoints';
import { runCheckpoints } from '../fixtures/run-checkpoints';

const chapters = (...ids: string[]) => story.filter(({ id }) => ids.includes(id));
let comparison: Comparison | undefined;

const younger: Checkpoint = {
  id: 'second-version',
  sentence: 'A version with more training data is trained, approved and released, with its two containers.',
  topics: [],
  async run({ operator, output }) {
    const trained = await train(operator, { airports: ['JFK'], until: '2013-07' }, output);
    must(trained.version === 2, `the pipeline ${trained.status}: ${trained.failureReason ?? ''}`);
    const { InferenceSpecification } = await describePackage(operator, trained.modelPackageArn ?? '');
    const containers = (InferenceSpecification?.Containers ?? []).map(
      ({ ContainerHostname, Image = '' }) => `${ContainerHostname ?? ''} ${/sagemaker-[a-z-]+/.exec(Image)?.[0] ?? ''}`,
    );
    must(
      containers.join() === 'features sagemaker-scikit-learn,model sagemaker-xgboost',
      `the package has the containers ${containers.join()}`,
    );
    const { outcome } = await approve(operator, { version: 2, note: 'learned longer' }, output);
    must(outcome?.result === 'Released', `${outcome?.result ?? ''}: ${outcome?.detail ?? ''}`);
  },
};

const first: Checkpoint = {
  ...younger,
  id: 'first-version',
  async run({ operator, output }) {
    const trained = await train(operator, { airports: ['JFK'], until: '2013-04' }, output);
    must(trained.version === 1, `the pipeline ${trained.status}: ${trained.failureReason ?? ''}`);
    const { outcome } = await approve(operator, { version: 1, note: 'first' }, output);
    must(outcome?.result === 'Released', `${outcome?.result ?? ''}: ${outcome?.detail ?? ''}`);
  },
};

const shadowed: Checkpoint = {
  id: 'shadow',
  sentence:
    'The older version is a shadow of the newer one: callers get predictions of the newer only, and the command compares both on the same flights.',
  topics: ['DEPLOY-07'],
  async run({ operator, output, rehearsal }) {
    await challenge(operator, { version: 1 }, output);
    const EndpointName = await operator.output('Serving', 'EndpointName');
    const { ShadowProductionVariants, ProductionVariants } = await operator.clients.sagemaker.send(
      new DescribeEndpointCommand({ EndpointName }),
    );
    must(
      ShadowProductionVariants?.length === 1 && ProductionVariants?.[0]?.DeployedImages?.length === 2,
      'the endpoint has no shadow, or not two containers',
    );
    const columns = await requestColumns(operator);
    for (const flight of spread(await samplesOf(operator, 'JFK', '2013-07'), 60)) {
      const { Body } = await operator.clients.runtime.send(
        new InvokeEndpointCommand({
          EndpointName,
          Body: Buffer.from(`${csvLine(columns.map((name) => flight[name] ?? ''))}\n`),
          ContentType: 'text/csv',
          Accept: 'text/csv',
          InferenceId: flight.flight_id,
        }),
      );
      must(
        Buffer.from(Body ?? [])
          .toString()
          .trim()
          .endsWith(',2'),
        'the response is from the shadow',
      );
    }
    await rehearsal.platform.clock.advance(10 * 60_000);
    comparison = await compareShadow(
      operator,
      { hours: 2, labels: { airport: 'JFK', month: '2013-07' }, costs: costsOf(rehearsal.assembly) },
      output,
    );
  },
};

const releasedWithShadow: Checkpoint = {
  id: 'release-with-shadow',
  sentence: 'A release succeeds while a shadow variant exists, and the shadow can be removed.',
  topics: ['DEPLOY-06'],
  async run({ operator, output }) {
    const { outcome } = await rollback(operator, {}, output);
    must(outcome.result === 'Released', `${outcome.result}: ${outcome.detail}`);
    await challenge(operator, { version: 'none' }, output);
    const EndpointName = await operator.output('Serving', 'EndpointName');
    const endpoint = await operator.clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
    must(
      endpoint.EndpointStatus === 'InService' && endpoint.ShadowProductionVariants === undefined,
      'the shadow is still there',
    );
  },
};

const removedAndRecreated: Checkpoint = {
  id: 'idle-endpoint-removed',
  sentence:
    'After six hours without a request the endpoint is removed from its stack and stays so; the error of a request names `recreate-endpoint`, which serves the same version again.',
  topics: ['COST-02'],
  async run({ operator, output, rehearsal }) {
    const EndpointName = await operator.output('Serving', 'EndpointName');
    const release = await operator.output('Release', 'ReleaseStateMachineArn');
    const ask = async () =>
      (await invoke(operator, { sample: { airport: 'JFK', month: '2013-08', rows: 1 } }, output)).predictions[0]
        ?.modelVersion;
    const version = await ask();
    const isThere = () =>
      operator.clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName })).then(
        () => true,
        () => false,
      );
    let hours = 0;
    for (; (await isThere()) && hours < 12; hours += 1) await rehearsal.clock.advance(60 * 60_000);
    must(hours >= 6 && hours < 12, `the endpoint was ${hours < 12 ? 'gone' : 'still there'} after ${hours} hours`);
    const releases = await executionArns(operator, release);
    await rehearsal.clock.advance(60 * 60_000);
    must(
      !(await isThere()) && (await executionArns(operator, release)).size === releases.size,
      'the endpoint was recreated',
    );
    const refusal = await ask().catch((error: unknown) => error);
    must(
      refusal instanceof CommandFailed && (refusal.remedy ?? '').includes('npm run mlops -- recreate-endpoint'),
      `a request fails with ${String(refusal)}`,
    );
    const { outcome } = await recreateEndpoint(operator, {}, output);
    must(outcome.result === 'Released', `${outcome.result}: ${outcome.detail}`);
    const recreated = await ask();
    must(recreated === version, `version ${recreated ?? ''} serves; version ${version ?? ''} was removed`);
  },
};

describe('features and model in series, a version in the shadow', () => {
  runCheckpoints({
    app: 'variants-app.ts',
    checkpoints: [
      ...chapters('deploy', 'ingest'),
      first,
      younger,
      ...chapters('batch'),
      shadowed,
      releasedWithShadow,
      removedAndRecreated,
      ...ending,
    ],
  });

  it('compares both on the very same flights: decisions, scores, latency and cost', () => {
    const found = expectSome(comparison, 'the comparison');
    expect(found).toMatchObject({
      rows: 60,
      unmatched: 0,
      versions: { live: '2', challenger: '1' },
      cost: { rows: 60 },
    });
    expect(found.agreement).toBeGreaterThan(0.5);
    expect(found.agreement).toBeLessThanOrEqual(1);
    expect(found.meanScoreDifference).toBeGreaterThan(0);
    expect(found.latencyMilliseconds.live).toBeGreaterThan(0);
    expect(found.latencyMilliseconds.challenger).toBeGreaterThan(0);
  });
});
