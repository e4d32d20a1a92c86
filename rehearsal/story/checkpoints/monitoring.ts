import { ListPipelineExecutionsCommand, type PipelineExecutionSummary } from '@aws-sdk/client-sagemaker';
import { alarmState, type DriftResult, drift } from '../../../operator/commands/drift';
import { invoke } from '../../../operator/commands/invoke';
import { modelQualityAlarmState } from '../../../operator/commands/quality';
import { retrain } from '../../../operator/commands/retrain';
import { followPipeline } from '../../../operator/commands/train';
import { type OperatorContext, waitFor } from '../../../operator/context';
import { listUnder, readJson } from '../../../operator/storage';
import { type Checkpoint, type CheckpointContext, expect, expectSome } from '../checkpoint';
import { capturesArrive, currentHour, nextHour, untilAlarm } from '../time';
import { checkTraining } from './training';

/**
 * Flights of an hour. Some come in requests of one flight, whose outcomes can be matched later: enough that chance does not
 * look like a worse model. The others come in requests of many, which are faster.
 */
const requests = 900;
const singleRequests = 600;

/**
 * Measured: October's flights from LaGuardia are 0.32 to 0.36 from Kennedy's first half year in these features, twice
 * as far as any of Kennedy's own months. Written down here, not read from the problem's limit: a raised limit
 * must fail the checkpoint.
 */
const mustDrift = ['distance', 'seats'];

/** As the retraining function records it. */
interface DecisionRecord {
  readonly trigger: { readonly kind: string; readonly at: string };
  readonly decision: { readonly start: boolean; readonly reason: string };
}

export const healthy: Checkpoint = {
  id: 'healthy',
  sentence: "An hour of Kennedy's August traffic violates no constraint of the baseline, and the drift alarm stays OK.",
  topics: ['FLOW-10', 'READY-10', 'MON-04', 'MON-05', 'SVC-09', 'ART-09', 'STAGE-08', 'TRAP-07'],
  async run(stage) {
    const result = await trafficHour(stage, ['JFK'], '2013-08', 'JFK August, version 1', singleRequests);
    expect(result.violations.length === 0, describe(result));
    expect(result.alarm.state !== 'ALARM', `the alarm is ${result.alarm.state}: ${result.alarm.reason}`);
    stage.note('violations', 0);
    stage.note('alarm', result.alarm.state);
  },
};

export const drifted: Checkpoint = {
  id: 'drift',
  sentence:
    "An hour of LaGuardia's traffic violates constraints, the drift alarm goes to ALARM, and a retraining starts without a person.",
  topics: [
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
    const result = await trafficHour(stage, ['LGA'], '2013-10', 'LGA October, version 1', singleRequests);
    expect(result.violations.length > 0, 'no constraint was violated by traffic of another airport');
    const violated = new Set(result.violations.map((one) => one.feature_name));
    const unnoticed = mustDrift.filter((name) => !violated.has(name));
    expect(
      unnoticed.length === 0,
      `the drift of ${unnoticed.join(' and ')} broke no constraint: is the limit too high?`,
    );
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
    'During the cool-down no drift alarm, quality alarm or scheduled check starts a second retraining; each decision is recorded with its reason.',
  topics: ['BALANCE-07', 'CHOICE-04', 'STAGE-09'],
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
    // EventBridge may deliver an event twice, and an alarm may clear and go off again within the hour.
    platform.emit(event(platform.clock.now()));
    platform.emit(event(platform.clock.now() + 60_000));
    await rehearsal.settled();
    await qualityBreaks(stage);
    const onDemand = await retrain(operator, {}, output);
    expect(!onDemand.started, `the check on demand has started ${onDemand.started ? onDemand.executionArn : ''}`);
    note('the scheduled check', await scheduledCheck(stage, onDemand.record));
    const executions = await driftExecutions(operator);
    expect(executions.length === 1, `drift has started ${executions.length} retrainings`);
    const bucket = await operator.output('DataLake', 'ArtifactsBucketName');
    const decisions: { kind: string; start: boolean }[] = [];
    for (const { key } of await listUnder(operator, bucket, 'retraining/decisions/')) {
      const { trigger, decision } = expectSome(await readJson<DecisionRecord>(operator, bucket, key), key);
      expect(decision.reason !== '', `${key} gives no reason`);
      decisions.push({ kind: trigger.kind, start: decision.start });
      note(`${trigger.kind}: ${decision.start ? 'started' : 'not started'}`, decision.reason);
    }
    const count = (kind: string, start: boolean) =>
      decisions.filter((one) => one.kind === kind && one.start === start).length;
    expect(
      count('drift', true) === 1 &&
        count('drift', false) === 2 &&
        count('quality', false) === 1 &&
        count('check', false) === 2 &&
        decisions.length === 6,
      `unexpected decisions are recorded: ${JSON.stringify(decisions)}`,
    );
    note('events delivered', 2);
    note('retrainings', executions.length);
    note('event log entries during the cool-down', rehearsal.host.eventLog.length - since);
  },
};

export const retrained: Checkpoint = {
  id: 'retrain',
  sentence:
    'The retraining learns from both airports and registers version 2, which costs less on the same rows than the live model and than no model.',
  topics: ['STAGE-09', 'EVAL-04', 'FLOW-07', 'MLOPS-04', 'CUE-05', 'TUNETRAP-04', 'TRAIN-04', 'SELF-10', 'ART-07'],
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
  sentence:
    "An hour of traffic from both airports violates no constraint of the new model's baseline, and the drift alarm returns to OK.",
  topics: ['FLOWCHK-05', 'MON-04', 'ART-09', 'FLOW-10'],
  async run(stage) {
    const result = await trafficHour(stage, ['JFK', 'LGA'], '2013-11', 'both airports November, version 2', 0);
    expect(result.violations.length === 0, describe(result));
    stage.note('violations', 0);
    stage.note('virtual minutes until the alarm clears', await untilAlarm(stage, 'OK', 180));
  },
};

/**
 * Publishes the metric of a model quality run with a violation, and then of one without. The alarm goes off, and its
 * rule invokes the retraining function.
 */
async function qualityBreaks({ operator, rehearsal }: CheckpointContext): Promise<void> {
  const { platform } = rehearsal;
  const { clock } = platform;
  const endpoint = await operator.output('Serving', 'EndpointName');
  const qualityRun = async (violations: number, expected: string): Promise<void> => {
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
  await qualityRun(1, 'ALARM');
  await rehearsal.settled();
  // The alarm's period is an hour: the next run must publish in another hour.
  await clock.advance(60 * 60_000);
  await qualityRun(0, 'OK');
}

/** Waits a day, in which the scheduled check runs once. Returns the virtual time of its decision. */
async function scheduledCheck({ operator, rehearsal }: CheckpointContext, onDemandRecord: string): Promise<string> {
  const bucket = await operator.output('DataLake', 'ArtifactsBucketName');
  await rehearsal.platform.clock.advance(24 * 60 * 60_000);
  await rehearsal.settled();
  for (const { key } of await listUnder(operator, bucket, 'retraining/decisions/')) {
    if (key === onDemandRecord) continue;
    const { trigger } = expectSome(await readJson<DecisionRecord>(operator, bucket, key), key);
    if (trigger.kind === 'check') return trigger.at;
  }
  throw new Error('a day has passed, and the scheduled check has decided nothing');
}

/** Sends flights of a month within one new hour and analyzes that hour. */
async function trafficHour(
  stage: CheckpointContext,
  airports: readonly string[],
  month: string,
  what: string,
  single: number,
): Promise<DriftResult> {
  const { operator, output, state } = stage;
  await nextHour(stage);
  const hour = currentHour(stage);
  // These requests take real time: the virtual clock must not jump into another hour meanwhile.
  await stage.rehearsal.clock.working(
    (async () => {
      for (const airport of airports) {
        for (const [flights, rowsPerRequest] of [
          [single, 1],
          [requests - single, 300],
        ] as const) {
          if (flights === 0) continue;
          const rows = flights / airports.length;
          const { predictions } = await invoke(
            operator,
            { sample: { airport, month, rows, rowsPerRequest } },
            { ...output, line: () => undefined },
          );
          expect(predictions.length === rows, `${predictions.length} of ${rows} flights got a prediction`);
        }
      }
    })(),
  );
  await capturesArrive(stage);
  // Model Monitor runs on its schedule only: the run for an hour starts up to 20 minutes after that hour.
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
