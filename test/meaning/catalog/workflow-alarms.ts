import { type AlarmEntry, day, everywhere, hour, ownAnalysis, realTime, silence, type World } from '../alarm-entry';
import { environmentOf, executions, functionMetric, gauge, onSchedule, queueDepth, resource } from '../publishers';
import type { Metric, Phase } from '../timeline';

/** A counter of failures, published only when something fails: one is enough, and it is over soon after. */
const failure = (
  alarm: string,
  where: AlarmEntry['in'],
  about: string,
  metric: (world: World) => Metric,
): AlarmEntry => ({
  alarm,
  in: where,
  statistic: 'Sum',
  counts: true,
  causes: (world) => ({ [about]: [silence(10), gauge(metric(world), 1, 1), silence(2)] }),
  repair: () => [silence(15)],
  normal: (world) => ({
    'nothing fails, so nothing is published': [silence(60)],
    'or zeros are published': [gauge(metric(world), 60, 0)],
  }),
});

const stateMachines: readonly (readonly [string, string, AlarmEntry['in']])[] = [
  ['TrainingSet', 'DataLake/TrainingSetStateMachine', everywhere],
  ['Release', 'Release/ApprovalReleaseStateMachine', everywhere],
  ['Batch', 'Serving/BatchScoringStateMachine', everywhere],
  ['ModelQualityRun', 'Monitoring/ModelQualityStateMachine', realTime],
  ['Analysis', 'Monitoring/DriftAnalysisStateMachine', ownAnalysis],
];

/** The dead-letter queues, and the alarm that says that something arrived there. */
export const queues: readonly (readonly [string, string, AlarmEntry['in']])[] = [
  ['Monitoring/AlarmsIngestDeadLetters', 'DataLake/BatchIngestDeadLettersQueue', everywhere],
  ['Monitoring/AlarmsBatchDeadLetters', 'Serving/BatchScoringDeadLettersQueue', everywhere],
  ['Monitoring/AlarmsReleaseDeadLetters', 'Release/DeadLettersQueue', everywhere],
  ['Monitoring/AlarmsMonitoringDeadLetters', 'Monitoring/DeadLettersQueue', everywhere],
  ['Monitoring/AlarmsExperimentsDeadLetters', 'Monitoring/ExperimentTrackingDeadLettersQueue', ['variants']],
  ['Monitoring/StreamAlarmsRefusedEvents', 'Features/TrackingRefusedQueue', ['streaming']],
  ['Monitoring/StreamAlarmsMissedMoments', 'Features/StateWriterMissedQueue', ['streaming']],
];

/** The ingest counts for each delivery: also zero. */
const delivery = (world: World, name: string, value: number): Phase => {
  const metric = {
    namespace: String(environmentOf(world, 'DataLake/BatchIngestCurateFunction').METRIC_NAMESPACE),
    name,
    dimensions: { Problem: world.problem.name },
  };
  return gauge(metric, 1, value);
};

const quarantined = (name: string, about: string): AlarmEntry => ({
  alarm: `Monitoring/Alarms${name}`,
  in: everywhere,
  statistic: 'Sum',
  counts: true,
  before: (world) => [delivery(world, name, 0), silence(10)],
  causes: (world) => ({ [about]: [delivery(world, name, 1), silence(2)] }),
  repair: () => [silence(15)],
  normal: (world) => ({
    'files are accepted, with no delivery in between': [
      delivery(world, name, 0),
      silence(20),
      delivery(world, name, 0),
    ],
  }),
});

/** The reconciler publishes at each run: 1 when a person is needed, and 0. */
const reconciled = (world: World, minutes: number, needed: (run: number) => boolean): Phase => {
  const environment = environmentOf(world, 'Release/ReconcilerReconcileFunction');
  const metric = {
    namespace: String(environment.METRIC_NAMESPACE),
    name: 'NeedsPerson',
    dimensions: { ModelPackageGroup: String(environment.MODEL_PACKAGE_GROUP) },
  };
  return onSchedule(world, 'Release/ReconcilerScheduleRule', {
    minutes,
    emit: (run) => [{ metric, value: needed(run) ? 1 : 0 }],
  });
};

/** What does not go as usual: the number of a run that fails, or is hours late; how many runs succeed each time. */
interface Unusual {
  readonly fails?: number;
  readonly late?: number;
  readonly times?: number;
}

/** A run that takes ten minutes succeeds after each tick of its schedule. */
const succeeded =
  (stateMachine: string, rule: string) =>
  (world: World, minutes: number, unusual: Unusual = {}): Phase =>
    onSchedule(world, rule, {
      minutes,
      delay: (run) => (run === unusual.late ? 3 * hour : 10),
      emit: (run) =>
        run === unusual.fails
          ? []
          : [{ metric: executions(world, stateMachine, 'ExecutionsSucceeded'), value: 1, count: unusual.times ?? 1 }],
    });

const analyzed = succeeded('Monitoring/DriftAnalysisStateMachine', 'Monitoring/DriftAnalysisHourlyRule');
const evaluated = succeeded('Monitoring/ModelQualityStateMachine', 'Monitoring/ModelQualityDailyRule');

export const workflowAlarms: readonly AlarmEntry[] = [
  ...stateMachines.flatMap(([name, stateMachine, where]) =>
    (['Failed', 'TimedOut', 'Aborted'] as const).map((end) =>
      failure(`Monitoring/Alarms${name}${end}`, where, `one execution ends as ${end}`, (world) =>
        executions(world, stateMachine, `Executions${end}`),
      ),
    ),
  ),
  failure('Monitoring/AlarmsPipelineFailed', everywhere, 'a training pipeline fails', (world) => ({
    namespace: 'AWS/Sagemaker/ModelBuildingPipeline',
    name: 'ExecutionFailed',
    dimensions: { PipelineName: world.stacks.physicalName(resource(world, 'Training/Pipeline')) },
  })),
  ...queues.map(
    ([alarm, queue, where]): AlarmEntry => ({
      alarm,
      in: where,
      statistic: 'Maximum',
      counts: true,
      before: (world) => [gauge(queueDepth(world, queue), 10, 0)],
      causes: (world) => ({ 'one message arrives and stays': [gauge(queueDepth(world, queue), 10, 1)] }),
      lasts: (world) => [gauge(queueDepth(world, queue), 30, 1)],
      repair: (world) => [gauge(queueDepth(world, queue), 10, 0)],
      normal: (world) => ({
        'the queue is empty, and after six hours SQS reports nothing': [
          gauge(queueDepth(world, queue), 20, 0),
          silence(60),
        ],
      }),
    }),
  ),
  quarantined('ObjectsQuarantined', 'one file is refused'),
  quarantined('RowsQuarantined', 'one row is refused'),
  {
    alarm: 'Monitoring/AlarmsReleaseNeedsPerson',
    in: everywhere,
    statistic: 'Maximum',
    counts: true,
    causes: (world) => ({ 'two checks in a row need a person': [reconciled(world, 46, () => true)] }),
    repair: (world) => [reconciled(world, 60, () => false)],
    normal: (world) => ({
      'what serves is the newest approved version': [reconciled(world, 3 * hour, () => false)],
      'one check needs a person, and the next does not': [reconciled(world, 3 * hour, (run) => run === 4)],
      'the reconciler stops, which is another alarm': [reconciled(world, hour, () => false), silence(2 * hour)],
    }),
  },
  {
    alarm: 'Monitoring/AlarmsReconcilerSilent',
    in: everywhere,
    statistic: 'SampleCount',
    counts: true,
    silence: 'reports',
    before: (world) => [reconciled(world, 3 * hour, () => false)],
    causes: () => ({ 'the reconciler does not run': [silence(90)] }),
    repair: (world) => [reconciled(world, hour, () => false)],
    normal: (world) => ({
      'it runs on its schedule': [reconciled(world, day / 2, () => false)],
      'it runs and needs a person': [reconciled(world, 3 * hour, () => true)],
    }),
  },
  {
    alarm: 'Monitoring/AlarmsMonitorSilent',
    in: ownAnalysis,
    statistic: 'Sum',
    counts: true,
    silence: 'reports',
    before: (world) => [analyzed(world, 5 * hour)],
    causes: () => ({ 'no analysis succeeds for four hours': [silence(4 * hour)] }),
    repair: (world) => [analyzed(world, 2 * hour)],
    normal: (world) => ({
      'each analysis succeeds': [analyzed(world, day / 2)],
      'one fails': [analyzed(world, day / 2, { fails: 5 })],
      'a person analyzes each hour twice more': [analyzed(world, day / 2, { times: 3 })],
    }),
  },
  {
    alarm: 'Monitoring/ModelQualityAlarmsModelQualitySilent',
    in: realTime,
    statistic: 'Sum',
    counts: true,
    silence: 'reports',
    before: (world) => [evaluated(world, 4 * day)],
    causes: () => ({ 'no model quality run succeeds for two days': [silence(2 * day)] }),
    repair: (world) => [evaluated(world, day)],
    normal: (world) => ({
      'a run succeeds each night': [evaluated(world, 6 * day)],
      'a run is three hours late': [evaluated(world, 6 * day, { late: 3 })],
      'a person repeats each run twice': [evaluated(world, 6 * day, { times: 3 })],
    }),
  },
  {
    alarm: 'Monitoring/StreamAlarmsConsumerBehind',
    in: ['streaming'],
    statistic: 'Maximum',
    before: (world) => [gauge(iteratorAge(world), 10, 500)],
    causes: (world) => ({ 'the consumer is a quarter of an hour behind': [gauge(iteratorAge(world), 15, 900_000)] }),
    repair: (world) => [gauge(iteratorAge(world), 15, 500)],
    normal: (world) => ({
      'records wait for a minute': [gauge(iteratorAge(world), hour, 60_000)],
      'a batch is retried for a minute': [
        gauge(iteratorAge(world), 10, 500),
        gauge(iteratorAge(world), 1, 600_000),
        gauge(iteratorAge(world), 20, 500),
      ],
      'no event comes at night': [gauge(iteratorAge(world), 10, 500), silence(hour)],
    }),
  },
  {
    alarm: 'Monitoring/StreamAlarmsPutsThrottled',
    in: ['streaming'],
    statistic: 'Sum',
    counts: true,
    before: (world) => [gauge(throttled(world), 20, 0)],
    causes: (world) => ({ 'a few records are refused each minute, for 20 minutes': [gauge(throttled(world), 20, 2)] }),
    repair: (world) => [gauge(throttled(world), 20, 0)],
    normal: (world) => ({
      'nothing is refused': [gauge(throttled(world), hour, 0)],
      'a burst is refused for five minutes': [
        gauge(throttled(world), 20, 0),
        gauge(throttled(world), 5, 50),
        gauge(throttled(world), 20, 0),
      ],
      'no event comes at night': [gauge(throttled(world), 10, 0), silence(hour)],
    }),
  },
  {
    alarm: 'Monitoring/StreamAlarmsStateNotWritten',
    in: ['streaming'],
    statistic: 'Sum',
    counts: true,
    before: (world) => [written(world, 30, 0)],
    causes: (world) => ({ 'one run of the writer fails': [written(world, 3, 1)] }),
    repair: (world) => [written(world, 15, 0)],
    normal: (world) => ({ 'each run succeeds': [written(world, 2 * hour, 0)] }),
  },
];

const iteratorAge = (world: World) => functionMetric(world, 'IteratorAge', 'Features/TrackingTrackFunction');
const throttled = (world: World): Metric => ({
  namespace: 'AWS/Kinesis',
  name: 'WriteProvisionedThroughputExceeded',
  dimensions: { StreamName: world.stacks.physicalName(resource(world, 'Features/DeparturesStream')) },
});
/** Lambda reports 0 for a run without an error. */
const written = (world: World, minutes: number, errors: number): Phase =>
  gauge(functionMetric(world, 'Errors', 'Features/StateWriterWriteFunction'), minutes, errors, 15);
