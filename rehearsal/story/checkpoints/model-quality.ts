import { modelQualityAlarmState, type QualityResult, quality } from '../../../operator/commands/quality';
import { followExecution, startExecution } from '../../../operator/executions';
import { type Checkpoint, type CheckpointContext, expect, expectSome } from '../checkpoint';

const alarms = ['ModelQuality', 'DecisionCost', 'BiasDrift', 'AttributionDrift'];

export const modelQuality: Checkpoint = {
  id: 'model-quality',
  sentence:
    "The outcomes of Kennedy's August flights arrive after their predictions; the model quality run joins them by inference id and finds the model as good as on its test month.",
  topics: ['MON-05', 'MON-06', 'SYMPTOM-03', 'CUE-01', 'SVC-09', 'TRAP-01'],
  async run(stage) {
    // The last week, as on the schedule.
    const result = await quality(stage.operator, {}, stage.output);
    await check(stage, result);
    expect(result.violations.length === 0, result.violations.map((one) => one.description).join('; '));
    // A mistyped window: the job refuses it, and people are notified that the run failed.
    const stateMachine = await stage.operator.output('Monitoring', 'ModelQualityStateMachineArn');
    const backwards = await startExecution(stage.operator, stateMachine, {
      start: '2013-09-03T15:00:00Z',
      end: '2013-09-03T14:00:00Z',
    });
    const run = await followExecution(stage.operator, backwards, 10, stage.output);
    expect(
      run.error === 'ModelQualityRunFailed' && run.states.includes('Notify'),
      `a window that ends before it starts ended ${run.status} by way of ${run.states.join(', ')}`,
    );
    stage.note('a window that ends before it starts', run.error);
  },
};

export const modelQualityDrift: Checkpoint = {
  id: 'model-quality-drift',
  sentence:
    "LaGuardia's requests drifted; the outcomes of these flights show whether the predictions are worse, and what they cost.",
  topics: ['MON-05', 'MON-06', 'SYMPTOM-03', 'SELF-06'],
  async run(stage) {
    const hour = expectSome(stage.state.analyses.at(-1), 'the analysis of the drifted hour').result.hour;
    const start = `${hour}:00:00Z`;
    const end = new Date(Date.parse(start) + 3_600_000).toISOString();
    await check(stage, await quality(stage.operator, { window: { start, end } }, stage.output));
  },
};

async function check(stage: CheckpointContext, result: QualityResult): Promise<void> {
  const { metrics } = result;
  expect(result.succeeded, `the model quality run failed: ${result.outcome.detail}`);
  const merge = expectSome(result.merge, 'what came of the merge');
  // The predictions of requests with one flight, each under its own id.
  expect((merge.matched ?? 0) >= 300, `only ${merge.matched} of ${merge.predictions} predictions have an outcome`);
  for (const name of ['auc', 'CostPer1000', 'bias_metric_RD', 'AttributionNdcg'])
    expect(name in metrics, `the model quality run published no ${name}`);
  expect((metrics.auc ?? 0) > 0.5, `an area under the ROC curve of ${metrics.auc} is no better than chance`);
  stage.note('predictions with an outcome', merge.matched ?? 0);
  stage.note('flights of requests that cannot be matched', merge.several_rows ?? 0);
  stage.note('area under the ROC curve', round(metrics.auc));
  stage.note(
    'USD per 1000 flights: model, never flagging, always flagging',
    ['CostPer1000', 'CostOfNeverFlaggingPer1000', 'CostOfAlwaysFlaggingPer1000']
      .map((name) => (metrics[name] ?? 0).toFixed(0))
      .join(', '),
  );
  stage.note('regional carriers: recall difference', round(metrics.bias_metric_RD));
  stage.note('nDCG of the attributions', round(metrics.AttributionNdcg));
  await stage.rehearsal.platform.clock.advance(2 * 60_000);
  for (const name of alarms) {
    const state = await modelQualityAlarmState(stage.operator, name);
    const broken =
      { ModelQuality: 'Quality', DecisionCost: 'Cost', BiasDrift: 'Bias', AttributionDrift: 'Attribution' }[name] ?? '';
    const expected = (metrics[`${broken}Violations`] ?? 0) > 0 ? 'ALARM' : 'OK';
    expect(
      state === expected,
      `the alarm ${name} is ${state}, the model quality run found ${metrics[`${broken}Violations`]} violations`,
    );
    stage.note(`alarm ${name}`, state);
  }
}

function round(value: number | undefined): string {
  return (value ?? Number.NaN).toFixed(3);
}
