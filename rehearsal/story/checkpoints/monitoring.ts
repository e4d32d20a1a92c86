import { ListPipelineExecutionsCommand, type PipelineExecutionSummary } from '@aws-sdk/client-sagemaker';
import { alarmState, type DriftResult, drift } from '../../../operator/commands/drift';
import { invoke } from '../../../operator/commands/invoke';
import { modelQualityAlarmState } from '../../../operator/commands/quality';
import { retrain } from '../../../operator/commands/retrain';
import { followPipeline } from '../../../operator/commands/train';
import { type OperatorContext, waitFor } from '../../../operator/context';
import { listUnder, readJson } from '../../../operator/storage';
import { type Checkpoint, expect, expectSome, type Stage } from '../checkpoint';
import { capturesArrive, currentHour, nextHour, untilAlarm } from '../time';
import { checkTraining } from './training';

/**
 * Flights of an hour. A desk asks about them one by one, which takes its time; a planner sends many at once, and no
 * outcome can be matched with those.
 */
const requests = 600;
const fromTheDesk = 300;

/** As the retraining function writes it down. */
interface DecisionRecord {
  readonly trigger: { readonly kind: string; readonly at: string };
  readonly decision: { readonly start: boolean; readonly reason: string };
}

export const healthy: Checkpoint = {
  id: 'healthy',
  sentence:
    "An hour of Kennedy's August traffic breaks no constraint of the baseline, and the drift alarm stays quiet.",
  rows: ['FLOW-10', 'READY-10', 'MON-04', 'MON-05', 'SVC-09', 'ART-09', 'STAGE-08', 'TRAP-07'],
  async run(stage) {
    const result = await trafficHour(stage, ['JFK'], '2013-08', 'JFK August, version 1', fromTheDesk);
    expect(result.violations.length === 0, describe(result));
    expect(result.alarm.state !== 'ALARM', `the alarm is ${result.alarm.state}: ${result.alarm.reason}`);
    stage.note('violations', 0);
    stage.note('alarm', result.alarm.state);
  },
};

export const drifted: Checkpoint = {
  id: 'drift',
  sentence:
    "An hour of LaGuardia's traffic breaks constraints, the drift alarm goes off, and a retraining starts by itself.",
  rows: [
    'FLOW-11',
    'FEAT-06',
    'SYMPTOM-07',
    'CUE-03',
    'FLOWCHK-04',
    'MLOPS-07',
    'CHOICE-04',
    'SVC-14',
    'SVC-19',
    'STAGE-08',
    'SELF-06',
    'DATADEC-05',
  ],
  async run(stage) {
    const { operator, note, state } = stage;
    const before = await driftExecutions(operator);
    expect(
      before.length === 0,
      `drift has started a retraining already: ${before[0]?.PipelineExecutionDisplayName ?? ''}`,
    );
    const result = await trafficHour(stage, ['LGA'], '2013-10', 'LGA October, version 1', fromTheDesk);
    expect(result.violations.length > 0, 'no constraint was violated by traffic of another airport');
    note('violations', result.violations.length);
    note('features', [...new Set(result.violations.map((one) => one.feature_name))].join(', '));
    note('virtual minutes until the alarm', await untilAlarm(stage, 'ALARM', 180));
    const [started] = await waitFor(operator, 'the retraining to start', 3, async () => {
      const found = await driftExecutions(operator);
      return found.length > 0 ? found : undefined;
    });
    state.retrainingArn = expectSome(started?.PipelineExecutionArn, 'the execution that drift started');
    note('retraining', started?.PipelineExecutionDisplayName ?? '');
  },
};

export const coolDown: Checkpoint = {
  id: 'cool-down',
  sentence:
    'Within the cool-down neither the same alarm delivered again nor a new one, neither the quality alarm nor the regular look starts a second retraining; each answer is written down with its reason.',
  rows: ['BALANCE-07', 'CHOICE-04', 'STAGE-09'],
  async run(stage) {
    const { operator, output, rehearsal, note } = stage;
    const { name } = await alarmState(operator);
    const { platform } = rehearsal;
    const alarmArn = `arn:${platform.partition}:cloudwatch:${platform.region}:${platform.accountId}:alarm:${name}`;
    const event = (at: number) => ({
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      resources: [alarmArn],
      detail: {
        alarmName: name,
        state: { value: 'ALARM', reason: 'delivered again', timestamp: new Date(at).toISOString() },
        previousState: { value: 'OK' },
      },
    });
    const since = rehearsal.host.eventLog.length;
    // EventBridge delivers at least once; and an alarm may clear and rise again within the hour.
    platform.emit(event(platform.clock.now()));
    platform.emit(event(platform.clock.now() + 60_000));
    await rehearsal.settled();
    await qualityBreaks(stage);
    const looked = await retrain(operator, {}, output);
    expect(!looked.started, `a person's look has started ${looked.started ? looked.executionArn : ''}`);
    note('the regular look by itself', await regularLook(stage, looked.record));
    const executions = await driftExecutions(operator);
    expect(executions.length === 1, `drift has started ${executions.length} retrainings`);
    const bucket = await operator.output('DataLake', 'ArtifactsBucketName');
    const answers: { kind: string; start: boolean }[] = [];
    for (const { key } of await listUnder(operator, bucket, 'retraining/decisions/')) {
      const { trigger, decision } = expectSome(await readJson<DecisionRecord>(operator, bucket, key), key);
      expect(decision.reason !== '', `${key} gives no reason`);
      answers.push({ kind: trigger.kind, start: decision.start });
      note(`asked by ${trigger.kind}: ${decision.start ? 'yes' : 'no'}`, decision.reason);
    }
    const count = (kind: string, start: boolean) =>
      answers.filter((one) => one.kind === kind && one.start === start).length;
    expect(
      count('drift', true) === 1 &&
        count('drift', false) === 2 &&
        count('quality', false) === 1 &&
        count('check', false) === 2 &&
        answers.length === 6,
      `other decisions are written down than were asked for: ${JSON.stringify(answers)}`,
    );
    note('events delivered', 2);
    note('retrainings', executions.length);
    note('diary entries meanwhile', rehearsal.host.eventLog.length - since);
  },
};

export const retrained: Checkpoint = {
  id: 'retrain',
  sentence:
    'The retraining learns both airports, costs less than the live model and than doing without one on the same rows, and registers version 2.',
  rows: ['STAGE-09', 'EVAL-04', 'FLOW-07', 'MLOPS-04', 'CUE-05', 'TUNETRAP-04', 'TRAIN-04', 'SELF-10', 'ART-07'],
  async run(stage) {
    const arn = expectSome(stage.state.retrainingArn, 'the retraining');
    const result = await followPipeline(stage.operator, arn, 30, stage.output);
    stage.state.trainings.push({ what: 'both airports, started by drift', result });
    await checkTraining(stage, result, 2);
    const { business, gate } = expectSome(result.evaluation, 'the evaluation');
    const { expected_cost_per_1000: cost, live_cost_per_1000: live = Number.NaN } = business;
    expect(cost < live, `the candidate costs ${cost} per 1000, the live model ${live}`);
    expect(gate.cost_ratio < 1, `the candidate costs ${gate.cost_ratio} times what ${gate.alternative} costs`);
  },
};

export const healthyAgain: Checkpoint = {
  id: 'healthy-again',
  sentence: "An hour of both airports' traffic is the norm of the new model: no violation, and the alarm clears.",
  rows: ['FLOWCHK-05', 'MON-04', 'ART-09', 'FLOW-10'],
  async run(stage) {
    const result = await trafficHour(stage, ['JFK', 'LGA'], '2013-11', 'both airports November, version 2', 0);
    expect(result.violations.length === 0, describe(result));
    stage.note('violations', 0);
    stage.note('virtual minutes until the alarm clears', await untilAlarm(stage, 'OK', 180));
  },
};

/**
 * The count of a model quality run that found the model worse, and then of one that did not: the alarm itself goes off, and its
 * rule asks.
 */
async function qualityBreaks({ operator, rehearsal }: Stage): Promise<void> {
  const { platform } = rehearsal;
  const { clock } = platform;
  const endpoint = await operator.output('Serving', 'EndpointName');
  const judged = async (violations: number, expected: string): Promise<void> => {
    const dimensions = { Endpoint: endpoint, MonitoringSchedule: `${endpoint}-model-quality` };
    platform.putMetric({
      namespace: 'MlaBlueprint/Monitoring',
      name: 'QualityViolations',
      dimensions,
      value: violations,
      at: clock.now(),
    });
    await clock.advance(2 * 60_000);
    const state = await modelQualityAlarmState(operator, 'ModelQuality');
    expect(
      state === expected,
      `the alarm ModelQuality is ${state} after a model quality run with ${violations} violations`,
    );
  };
  await judged(1, 'ALARM');
  await rehearsal.settled();
  // Statistics are hourly: the next model quality run's count is one of another hour.
  await clock.advance(60 * 60_000);
  await judged(0, 'OK');
}

/** The schedule asks by itself once a day: in the day to come. Answers the virtual time of its decision. */
async function regularLook({ operator, rehearsal }: Stage, personal: string): Promise<string> {
  const bucket = await operator.output('DataLake', 'ArtifactsBucketName');
  await rehearsal.platform.clock.advance(24 * 60 * 60_000);
  await rehearsal.settled();
  for (const { key } of await listUnder(operator, bucket, 'retraining/decisions/')) {
    if (key === personal) continue;
    const { trigger } = expectSome(await readJson<DecisionRecord>(operator, bucket, key), key);
    if (trigger.kind === 'check') return trigger.at;
  }
  throw new Error('a day has passed, and the regular look has decided nothing');
}

/** Sends flights of a month within one fresh hour and has that hour analyzed. */
async function trafficHour(
  stage: Stage,
  airports: readonly string[],
  month: string,
  what: string,
  desk: number,
): Promise<DriftResult> {
  const { operator, output, state } = stage;
  await nextHour(stage);
  const hour = currentHour(stage);
  // Real work: the clock must not jump into another hour meanwhile.
  await stage.rehearsal.clock.working(
    (async () => {
      for (const airport of airports) {
        for (const [flights, rowsPerRequest] of [
          [desk, 1],
          [requests - desk, 300],
        ] as const) {
          if (flights === 0) continue;
          const rows = flights / airports.length;
          const { predictions } = await invoke(
            operator,
            { sample: { airport, month, rows, rowsPerRequest } },
            { ...output, line: () => undefined },
          );
          expect(predictions.length === rows, `${predictions.length} of ${rows} flights were answered`);
        }
      }
    })(),
  );
  await capturesArrive(stage);
  // Model Monitor takes no orders: its run of an hour starts up to 20 minutes after that hour has ended.
  if ((await operator.optionalOutput('Monitoring', 'MonitoringScheduleName')) !== undefined) {
    await nextHour(stage);
    await stage.rehearsal.clock.advance(20 * 60_000);
  }
  const result = await drift(operator, { hour }, output);
  state.analyses.push({ what, result });
  expect(
    result.outcome.result === 'Drift' || result.outcome.result === 'NoDrift',
    `the analysis ended with ${result.outcome.result}: ${result.outcome.detail}`,
  );
  stage.note('flights sent', requests);
  stage.note('features measured', Object.keys(result.metrics).length);
  return result;
}

/** Newest first. */
async function driftExecutions(operator: OperatorContext): Promise<PipelineExecutionSummary[]> {
  const { PipelineExecutionSummaries } = await operator.clients.sagemaker.send(
    new ListPipelineExecutionsCommand({
      PipelineName: await operator.output('Training', 'PipelineName'),
      MaxResults: 100,
    }),
  );
  return (PipelineExecutionSummaries ?? []).filter((one) => one.PipelineExecutionDisplayName?.startsWith('drift-'));
}

function describe(result: DriftResult): string {
  return `${result.violations.length} violations: ${result.violations.map((one) => `${one.feature_name} (${one.description})`).join('; ')}`;
}
