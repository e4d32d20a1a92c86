import { rmSync } from 'node:fs';
import { type ConfigurationName, configurations, type Synthesis, synthesize } from '../gates/synthesis';
import { type Located, type Properties, properties, resourcesOf, type Templates } from '../gates/template';
import { findingsOfMeaning } from './meaning';

const syntheses = new Map<ConfigurationName, Synthesis>();
const templatesOf = (name: ConfigurationName): Templates => {
  const known = syntheses.get(name) ?? synthesize(name);
  syntheses.set(name, known);
  return known.templates;
};

afterAll(() => {
  for (const { folder } of syntheses.values()) rmSync(folder, { recursive: true, force: true });
});

/** What is found after a change of one resource of the default configuration, or another. */
function found(
  type: string,
  idPrefix: string,
  change: (one: Properties, templates: Templates, located: Located) => void,
  configuration: ConfigurationName = 'default',
): string[] {
  const templates = structuredClone(templatesOf(configuration));
  const [resource] = resourcesOf(templates, type).filter(({ id }) => id.startsWith(idPrefix));
  if (resource === undefined) throw new Error(`no ${type} ${idPrefix}`);
  change(resource.properties, templates, resource);
  return findingsOfMeaning(configuration, templates).map(({ place, problem }) => `${place}: ${problem}`);
}

const alarm = 'AWS::CloudWatch::Alarm';
const filter = 'AWS::Logs::MetricFilter';
const rule = 'AWS::Events::Rule';

describe('what is deployed means something', () => {
  it.each(configurations)('each alarm, filter, rule, schedule and limit of %s does its work', (name) => {
    expect(findingsOfMeaning(name, templatesOf(name))).toEqual([]);
  });

  it.each<[string, string, string, (one: Properties) => unknown, RegExp]>([
    [
      'tolerates nine failing requests of ten',
      alarm,
      'RollbackAlarmsServerErrors',
      (one) => (one.Threshold = 0.9),
      /does not go off when one request in ten fails/,
    ],
    [
      'fires at one failure of two thousand',
      alarm,
      'RollbackAlarmsServerErrors',
      (one) => (one.Threshold = 0.000_5),
      /goes off although this is normal/,
    ],
    [
      'fires when requests succeed',
      alarm,
      'RollbackAlarmsServerErrors',
      (one) => (one.ComparisonOperator = 'LessThanThreshold'),
      /is on before this/,
    ],
    [
      'adds shares up',
      alarm,
      'RollbackAlarmsServerErrors',
      (one) => (one.Statistic = 'Sum'),
      /only Average means something/,
    ],
    [
      'looks at one minute',
      alarm,
      'RollbackAlarmsServerErrors',
      (one) => Object.assign(one, { EvaluationPeriods: 1, DatapointsToAlarm: 1 }),
      /a worker crashes/,
    ],
    ['looks at an hour', alarm, 'RollbackAlarmsServerErrors', (one) => (one.Period = 3_600), /does not go off/],
    [
      'takes a night without requests for a failure',
      alarm,
      'RollbackAlarmsServerErrors',
      (one) => (one.TreatMissingData = 'breaching'),
      /no request comes at night/,
    ],
    [
      'watches another namespace',
      alarm,
      'RollbackAlarmsLatency',
      (one) => (one.Namespace = 'AWS/Sagemaker'),
      /does not go off/,
    ],
    [
      'counts in milliseconds what is in microseconds',
      alarm,
      'RollbackAlarmsLatency',
      (one) => (one.Threshold = 200),
      /goes off although this is normal|is on before/,
    ],
    [
      'watches another state machine',
      alarm,
      'AlarmsReleaseFailed',
      (one) => (one.Dimensions = [{ Name: 'StateMachineArn', Value: 'another' }]),
      /does not go off/,
    ],
    [
      'takes silence for health',
      alarm,
      'AlarmsMonitorSilent',
      (one) => (one.TreatMissingData = 'notBreaching'),
      /does not go off/,
    ],
    [
      'counts every line',
      filter,
      'SecurityAlarmsDeniedCalls',
      (one) => (one.FilterPattern = ''),
      /goes off although this is normal/,
    ],
    [
      'matches another word',
      filter,
      'SecurityAlarmsKeyDisabled',
      (one) => (one.FilterPattern = String(one.FilterPattern).replace('DisableKey', 'DisabledKey')),
      /does not go off when a key is disabled/,
    ],
    [
      'counts into another metric',
      filter,
      'BatchIngestCurateErrors',
      (one) =>
        (one.MetricTransformations = [
          { MetricNamespace: 'MlaBlueprint/Logs', MetricName: 'Errors', MetricValue: '1' },
        ]),
      /BatchIngestCurateFunction logs an error/,
    ],
    [
      'releases what was rejected',
      rule,
      'ApprovalReleaseApproved',
      (one) => delete properties(properties(one.EventPattern).detail).ModelApprovalStatus,
      /matches what it is not for.*Rejected/,
    ],
    [
      'retrains when an alarm clears',
      rule,
      'AutomaticRetrainingDriftRaised',
      (one) => delete properties(one.EventPattern).detail,
      /matches what it is not for.*"OK"/,
    ],
    [
      'analyzes once a year',
      rule,
      'DriftAnalysisHourly',
      (one) => (one.ScheduleExpression = 'cron(20 0 1 1 ? *)'),
      /MonitorSilent.*|does not run every 60 minutes/,
    ],
    [
      'reconciles every minute',
      rule,
      'ReconcilerSchedule',
      (one) => (one.ScheduleExpression = 'rate(1 minute)'),
      /more often than/,
    ],
  ])('finds what %s', (_, type, id, change, problem) => {
    expect(found(type, id, (one) => void change(one)).join('\n')).toMatch(problem);
  });

  it('finds an alarm that nobody described, and one that is missing', () => {
    expect(
      found(alarm, 'AlarmsDrift', (one, templates, { stack }) => {
        (templates[stack] as Templates[string]).Resources.Another12345678 = { Type: alarm, Properties: one };
      }),
    ).toEqual([expect.stringMatching(/Monitoring\/Another: test\/meaning\/catalog does not say/)]);
    expect(
      found(alarm, 'AlarmsDrift', (_, templates, { stack, id }) => delete templates[stack]?.Resources[id]).join('\n'),
    ).toMatch(/AlarmsDrift: this alarm of test\/meaning\/catalog is not deployed/);
  });

  it.each<[string, string, string, (one: Properties) => unknown]>([
    ['a stricter threshold', alarm, 'RollbackAlarmsServerErrors', (one) => (one.Threshold = 0.03)],
    ['a stricter latency', alarm, 'RollbackAlarmsLatency', (one) => (one.Threshold = 180_000)],
    ['another percentile', alarm, 'RollbackAlarmsLatency', (one) => (one.ExtendedStatistic = 'p97')],
    ['longer idleness', alarm, 'IdleEndpointEndpointIdle', (one) => (one.Threshold = 28)],
    ['a more careful CPU limit', alarm, 'AlarmsCpu', (one) => (one.Threshold = 140)],
    [
      'a reconciler every ten minutes',
      rule,
      'ReconcilerSchedule',
      (one) => (one.ScheduleExpression = 'rate(10 minutes)'),
    ],
    [
      'a night run at another hour',
      rule,
      'ModelQualityDaily',
      (one) => (one.ScheduleExpression = 'cron(15 5 * * ? *)'),
    ],
  ])('accepts %s', (_, type, id, change) => {
    expect(found(type, id, (one) => void change(one))).toEqual([]);
  });
});
