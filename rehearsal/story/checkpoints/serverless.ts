import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker';

import { approve } from '../../../operator/commands/approve';
import { batch } from '../../../operator/commands/batch';
import { drift } from '../../../operator/commands/drift';
import { invoke } from '../../../operator/commands/invoke';
import { status } from '../../../operator/commands/status';
import { CommandFailed } from '../../../operator/errors';
import { livePackageArn, versionOf } from '../../../operator/registry';
import { registerBrokenModel } from '../broken-model';
import { type Checkpoint, type CheckpointContext, expect, expectSome } from '../checkpoint';

const minute = 60_000;
const three = { sample: { airport: 'JFK', month: '2013-07', rows: 3 } } as const;

/** Cold starts so far: SageMaker writes this metric only for requests that waited for a container. */
async function coldStarts({
  operator,
  rehearsal,
}: CheckpointContext): Promise<{ count: number; longestMilliseconds: number }> {
  const now = rehearsal.clock.now();
  const { Datapoints = [] } = await operator.clients.cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/SageMaker',
      MetricName: 'ModelSetupTime',
      Dimensions: [
        { Name: 'EndpointName', Value: await operator.output('Serving', 'EndpointName') },
        { Name: 'VariantName', Value: 'live' },
      ],
      // One call returns at most 1,440 data points.
      StartTime: new Date(now - 23 * 60 * minute),
      EndTime: new Date(now + minute),
      Period: 60,
      Statistics: ['SampleCount', 'Maximum'],
    }),
  );
  return {
    count: Datapoints.reduce((sum, { SampleCount = 0 }) => sum + SampleCount, 0),
    longestMilliseconds: Math.max(0, ...Datapoints.map(({ Maximum = 0 }) => Maximum / 1_000)),
  };
}

const coldStart: Checkpoint = {
  id: 'cold-start',
  sentence: 'After a pause only the first request waits for a container, as the metric of cold starts shows.',
  topics: ['DEPLOY-03', 'CUE-02', 'COST-04'],
  async run(stage) {
    const { operator, output, rehearsal, note } = stage;
    await invoke(operator, three, output);
    await rehearsal.clock.advance(60 * minute);
    const before = await coldStarts(stage);
    const { predictions } = await invoke(operator, { sample: { ...three.sample, rows: 1 } }, output);
    expect(predictions[0]?.modelVersion === '1', `version ${predictions[0]?.modelVersion ?? 'none'} serves`);
    await rehearsal.clock.advance(minute);
    const after = await coldStarts(stage);
    expect(after.count === before.count + 1, `${after.count - before.count} cold starts instead of one`);
    expect(after.longestMilliseconds > 0, 'the cold start took no time');
    await invoke(operator, three, output);
    await rehearsal.clock.advance(minute);
    expect((await coldStarts(stage)).count === after.count, 'a warm container was started again');
    note('cold starts', after.count);
    const { endpoint } = await status(operator, {}, output);
    expect(endpoint === 'InService, serverless, at most 5 at once', `status says ${endpoint}`);
  },
};

const isolatedBatch: Checkpoint = {
  id: 'isolated-batch',
  sentence: 'A batch transform runs the same model package with network isolation, and scores each row.',
  topics: ['DEPLOY-02'],
  async run({ operator, output }) {
    const { outcome } = await batch(operator, { sample: { airport: 'JFK', month: '2013-07' } }, output);
    expect(outcome.result === 'Complete', `${outcome.result}: ${outcome.detail}`);
  },
};

const nothingCaptured: Checkpoint = {
  id: 'nothing-captured',
  sentence: 'The endpoint captures no requests, and the commands that read captures say so.',
  topics: [],
  async run({ operator, output }) {
    const EndpointName = await operator.output('Serving', 'EndpointName');
    const { DataCaptureConfig } = await operator.clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
    expect(DataCaptureConfig === undefined, 'the endpoint captures');
    const refusal = await drift(operator, {}, output).catch((error: unknown) => error);
    expect(
      refusal instanceof CommandFailed && /serverless, which captures no requests/.test(refusal.message),
      `drift says ${String(refusal)}`,
    );
  },
};

const rolledBack: Checkpoint = {
  id: 'rolled-back',
  sentence:
    'There is no canary: a broken model gets all requests until the smoke test rolls it back, and it loses its approval.',
  topics: ['DEPLOYCHK-06', 'COST-05'],
  async run(stage) {
    const { operator, output } = stage;
    const version = await registerBrokenModel(stage);
    const { outcome } = await approve(operator, { version, note: 'a mistake, on purpose' }, output);
    expect(
      outcome?.result === 'RolledBack' && /smoke test/.test(outcome.detail),
      `${outcome?.result ?? ''}: ${outcome?.detail ?? ''}`,
    );
    expect(
      versionOf(expectSome(await livePackageArn(operator), 'a live model')) === 1,
      'the broken version is still live',
    );
    const { predictions } = await invoke(operator, three, output);
    expect(
      predictions.length === 3 && predictions.every(({ modelVersion }) => modelVersion === '1'),
      'version 1 does not serve',
    );
  },
};

/** What a serverless endpoint does differently. */
export const serverless: readonly Checkpoint[] = [coldStart, isolatedBatch, nothingCaptured, rolledBack];
