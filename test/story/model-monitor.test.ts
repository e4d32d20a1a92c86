import { DescribeAlarmsCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeModelCommand,
  ListMonitoringExecutionsCommand,
  type MonitoringExecutionSummary,
} from '@aws-sdk/client-sagemaker';

import { waitFor } from '../../operator/context';
import { readJson } from '../../operator/storage';
import { type Checkpoint, expect as must } from '../../rehearsal/story/checkpoint';
import { ending, story } from '../../rehearsal/story/checkpoints';
import { runCheckpoints } from '../fixtures/run-checkpoints';

/**
 * From the data to the retraining that drift starts, and the end; releases and refusals are the whole story's matter.
 */
const chapters = ['deploy', 'ingest', 'train', 'release', 'healthy', 'late-labels', 'drift', 'cool-down'];

let explained: MonitoringExecutionSummary | undefined;

const outcomesMonitored: Checkpoint = {
  id: 'outcomes-monitored',
  sentence:
    "At night AWS's own monitors merge captures with the outcomes that have arrived, and compare quality and bias with the live version's baseline.",
  topics: ['SVC-09', 'MON-05'],
  async run({ operator, rehearsal, note }) {
    const endpoint = await operator.output('Serving', 'EndpointName');
    const bucket = await operator.output('DataLake', 'ArtifactsBucketName');
    const config = await readJson<{ readonly predictor: { readonly model_name: string } }>(
      operator,
      bucket,
      'baselines/live/explainability/analysis_config.json',
    );
    const { ModelName } = await operator.clients.sagemaker.send(
      new DescribeModelCommand({ ModelName: config?.predictor.model_name }),
    );
    must(ModelName !== undefined, 'the configuration of the explainability monitor names no model');
    for (const [kind, namespace, metric] of [
      ['quality', 'model-metrics', 'auc'],
      ['bias', 'bias-metrics', 'bias_metric_RD'],
    ] as const) {
      const MonitoringScheduleName = `${endpoint}-model-${kind}-monitor`;
      const ended = async () => {
        const { MonitoringExecutionSummaries = [] } = await operator.clients.sagemaker.send(
          new ListMonitoringExecutionsCommand({ MonitoringScheduleName, SortOrder: 'Descending' }),
        );
        return MonitoringExecutionSummaries.find(
          ({ MonitoringExecutionStatus }) => !/Pending|InProgress/.test(MonitoringExecutionStatus ?? ''),
        );
      };
      for (let hours = 0; hours < 25 && (await ended()) === undefined; hours += 1)
        await rehearsal.clock.advance(60 * 60_000);
      const run = await waitFor(operator, `${MonitoringScheduleName} to run`, 5, ended);
      must(
        /^Completed/.test(run.MonitoringExecutionStatus ?? ''),
        `${MonitoringScheduleName}: ${run.MonitoringExecutionStatus ?? ''}: ${run.FailureReason ?? ''}`,
      );
      note(kind, run.FailureReason ?? run.MonitoringExecutionStatus ?? '');
      const { Metrics = [] } = await operator.clients.cloudwatch.send(
        new ListMetricsCommand({ Namespace: `aws/sagemaker/Endpoints/${namespace}`, MetricName: metric }),
      );
      must(
        Metrics.some(({ Dimensions = [] }) => Dimensions.some(({ Value }) => Value === MonitoringScheduleName)),
        `${MonitoringScheduleName} published no ${metric}`,
      );
      // Its violations are counted by an event: the alarm has a result, and no missing data.
      const alarm = kind === 'quality' ? 'MonitoredQuality' : 'MonitoredBias';
      await rehearsal.clock.advance(5 * 60_000);
      const { MetricAlarms = [] } = await operator.clients.cloudwatch.send(
        new DescribeAlarmsCommand({ AlarmNamePrefix: 'MlaBlueprint-Monitoring' }),
      );
      const state = MetricAlarms.find(({ AlarmName }) => AlarmName?.includes(alarm))?.StateValue;
      const expected = run.MonitoringExecutionStatus === 'CompletedWithViolations' ? 'ALARM' : 'OK';
      must(
        state === expected,
        `${alarm} is ${state ?? 'not there'}, and the run ended as ${run.MonitoringExecutionStatus ?? ''}`,
      );
    }
    const { MonitoringExecutionSummaries } = await operator.clients.sagemaker.send(
      new ListMonitoringExecutionsCommand({ MonitoringScheduleName: `${endpoint}-explainability-monitor` }),
    );
    explained = MonitoringExecutionSummaries?.[0];
  },
};

describe("the workflow with AWS's own monitor (modelMonitor: true)", () => {
  const finished = runCheckpoints({
    app: 'model-monitor-app.ts',
    checkpoints: [
      ...story
        .filter(({ id }) => chapters.includes(id))
        .flatMap((one) => (one.id === 'late-labels' ? [one, outcomesMonitored] : [one])),
      ...ending,
    ],
  });

  it("is evaluated by Model Monitor's schedule, which finds the drift and nothing before it", () => {
    expect(finished().data.story.analyses.map(({ result }) => [result.outcome.result, result.outcome.detail])).toEqual([
      ['NoDrift', "Model Monitor's run ended as Completed"],
      ['Drift', expect.stringMatching(/^CompletedWithViolations/)],
    ]);
  });

  it('starts its runs 20 minutes after their time, when the captures of the hours before have arrived', () => {
    const { CreationTime, ScheduledTime } = explained ?? {};
    expect(ScheduledTime?.toISOString()).toMatch(/:00:00\.000Z$/);
    expect(((CreationTime?.getTime() ?? 0) - (ScheduledTime?.getTime() ?? 0)) / 60_000).toBeGreaterThanOrEqual(20);
  });

  it('says of the monitor that has no stand-in that it did not run', () => {
    expect(explained).toMatchObject({
      MonitoringExecutionStatus: 'Failed',
      FailureReason: expect.stringMatching(/^NotSupported/) as string,
    });
  });
});
