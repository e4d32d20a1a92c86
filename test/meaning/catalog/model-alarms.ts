import { type AlarmEntry, day, hour, realTime, silence, type World } from '../alarm-entry';
import { monitorMetric } from '../publishers';
import type { Phase } from '../timeline';

const publisherOf = ({ configuration }: World) =>
  configuration === 'modelMonitor'
    ? 'Monitoring/ModelMonitorPublisherFunction'
    : 'Monitoring/DriftAnalysisPublisherFunction';

/**
 * The analysis of each hour publishes half an hour after the hour's end, with the end as timestamp, and zero when
 * nothing is violated. An operator may analyze an hour again.
 */
const hours =
  (name: string) =>
  (world: World, count: number, violations: number): Phase => ({
    minutes: count * hour,
    every: hour,
    emit: () =>
      [0, 1].map((again) => ({
        metric: monitorMetric(world, publisherOf(world), name),
        value: again === 0 ? violations : 0,
        age: 30,
      })),
  });

const ofAnHour = (alarm: string, metric: string, about: string): AlarmEntry => {
  const analyzed = hours(metric);
  return {
    alarm: `Monitoring/Alarms${alarm}`,
    in: realTime,
    statistic: 'Maximum',
    counts: true,
    before: (world) => [analyzed(world, 3, 0)],
    causes: (world) => ({ [about]: [analyzed(world, 2, 1)] }),
    // One alarm, not one for each run.
    lasts: (world) => [analyzed(world, 4, 1)],
    repair: (world) => [analyzed(world, 4, 0)],
    normal: (world) => ({
      'no constraint is violated': [analyzed(world, 12, 0)],
      'there is no traffic at night': [analyzed(world, 3, 0), silence(8 * hour)],
    }),
  };
};

/** A run once a day: its result holds until the next. */
const ofADay = (
  alarm: string,
  where: AlarmEntry['in'],
  about: string,
  publish: (world: World, violations: number) => Phase,
): AlarmEntry => ({
  alarm: `Monitoring/${alarm}`,
  in: where,
  statistic: 'Maximum',
  counts: true,
  before: (world) => [publish(world, 0), silence(4 * hour)],
  causes: (world) => ({ [about]: [publish(world, 1), silence(hour)] }),
  silence: 'keeps',
  repair: (world) => [publish(world, 0), silence(hour)],
  normal: (world) => ({
    'no constraint is violated': [publish(world, 0), silence(5 * hour), publish(world, 0), silence(5 * hour)],
  }),
});

const once = (world: World, name: string, value: number): Phase => ({
  minutes: 10,
  every: 10,
  emit: () => [{ metric: monitorMetric(world, 'Monitoring/ModelQualityPublisherFunction', name), value }],
});

const ofModelQuality = (alarm: string, kind: string, about: string) =>
  ofADay(`ModelQualityAlarms${alarm}`, realTime, about, (world, violations) =>
    once(world, `${kind}Violations`, violations),
  );

const ofModelMonitor = (alarm: string, monitor: string, about: string) =>
  ofADay(`OutcomeMonitorAlarms${alarm}`, ['modelMonitor'], about, (world, violations) => {
    // SageMaker's name of the schedule, which lambda/publish-drift-metrics reads from the finished job.
    const [schedule] = world.stacks
      .of('AWS::SageMaker::MonitoringSchedule')
      .filter(({ id }) => id.startsWith(monitor))
      .map(({ properties }) => String(properties.MonitoringScheduleName));
    const metric = monitorMetric(world, publisherOf(world), 'ConstraintViolations', schedule ?? 'none');
    return { minutes: 10, every: 10, emit: () => [{ metric, value: violations }] };
  });

/** One number a night. */
const labeled = (world: World, nights: readonly number[]): Phase => ({
  minutes: nights.length * day,
  every: day,
  emit: (night) => [
    {
      metric: monitorMetric(world, 'Monitoring/ModelQualityPublisherFunction', 'PredictionsLabeled'),
      value: nights[night] ?? 0,
    },
  ],
});

export const modelAlarms: readonly AlarmEntry[] = [
  ofAnHour('Drift', 'ConstraintViolations', "requests violate one constraint of the model's baseline"),
  ofAnHour('OutputShift', 'OutputViolations', 'predictions violate one constraint of the baseline'),
  ofModelQuality('ModelQuality', 'Quality', 'the model ranks worse than the constraint allows'),
  ofModelQuality('DecisionCost', 'Cost', 'its decisions cost more than the constraint allows'),
  ofModelQuality('BiasDrift', 'Bias', 'the predictions for a group differ more than the constraint allows'),
  ofModelQuality('AttributionDrift', 'Attribution', 'it relies on other features than the constraint allows'),
  ofModelMonitor('MonitoredQuality', 'LiveModelQualitySchedule', 'Model Monitor finds a violation of quality'),
  ofModelMonitor('MonitoredBias', 'LiveModelBiasSchedule', 'Clarify finds a violation of bias'),
  ofModelMonitor(
    'MonitoredAttribution',
    'LiveModelExplainabilitySchedule',
    'Clarify finds a violation of attributions',
  ),
  {
    alarm: 'Monitoring/ModelQualityAlarmsLabelsMissing',
    in: realTime,
    clearsWithin: 4 * day,
    statistic: 'Maximum',
    counts: true,
    before: (world) => [labeled(world, [250, 250])],
    causes: (world) => ({ 'no outcome arrives for four days': [labeled(world, [0, 0, 0, 0])] }),
    repair: (world) => [labeled(world, [250])],
    normal: (world) => ({
      'outcomes arrive each day': [labeled(world, [250, 80, 250, 10])],
      'few outcomes arrive': [labeled(world, [3, 3, 3, 3])],
      'a weekend without outcomes': [labeled(world, [250, 0, 0, 250])],
      'no request is captured': [labeled(world, [250]), silence(3 * day)],
    }),
  },
];
