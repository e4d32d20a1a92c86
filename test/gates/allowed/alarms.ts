import { type Properties, properties } from '../template';
import type { AllowedTypes } from './allowed-type';
import { dashboard } from './dashboard';
import { type AllowedMetric, allowedMetrics } from './metrics';
import { endpointName, notifications, prefix, problem, stateMachineArn, tags, variantName } from './references';
import {
  between,
  checkFields,
  elsewhere,
  type Fields,
  like,
  members,
  object,
  only,
  optional,
  type Rule,
  ref,
  words,
} from './rules';

const project = `${prefix}-${problem}`;

/** What a dimension may name: something of this app, or the alarm watches nothing. */
const dimensions: Readonly<Record<string, Rule>> = {
  EndpointName: endpointName,
  Endpoint: endpointName,
  VariantName: variantName,
  MonitoringSchedule: like(
    new RegExp(`${project}-(data-quality|model-quality)(-monitor)?|${project}-(model-bias|explainability)-monitor`),
  ),
  PipelineName: only(project),
  StateMachineArn: stateMachineArn('build-training-set', 'batch-scoring', 'release', 'monitoring', 'model-quality'),
  FunctionName: ref('Lambda::Function', ''),
  QueueName: ref('SQS::Queue', 'QueueName'),
  StreamName: ref('Kinesis::Stream', ''),
  ModelPackageGroup: only(project),
  Problem: only(problem),
};

const comparisons = {
  '>': 'GreaterThanThreshold',
  '>=': 'GreaterThanOrEqualToThreshold',
  '<': 'LessThanThreshold',
} as const;

const notify = members(notifications);

function alarm(metric: AllowedMetric, isScaling: boolean): Fields {
  const percentile = metric.statistic === 'p95';
  return {
    Namespace: elsewhere,
    MetricName: elsewhere,
    AlarmDescription: words,
    Tags: tags,
    [percentile ? 'ExtendedStatistic' : 'Statistic']: only(metric.statistic),
    ComparisonOperator: only(comparisons[metric.is]),
    Threshold: between(...metric.threshold),
    Period: only(...metric.period),
    EvaluationPeriods: between(1, metric.periods ?? 5),
    DatapointsToAlarm: optional(between(1, metric.periods ?? 5)),
    TreatMissingData: only(metric.missing),
    ...(metric.dimensions.length > 0
      ? {
          Dimensions: members(
            ...metric.dimensions.map((name) => object({ Name: only(name), Value: dimensions[name] })),
          ),
        }
      : {}),
    ...(isScaling
      ? {
          AlarmActions: members(ref('ApplicationAutoScaling::ScalingPolicy', '', 'LiveFromZero')),
          AlarmName: only(`${project}-asynchronous-backlog-without-capacity`),
        }
      : { AlarmActions: notify, OKActions: notify }),
    ...(metric.missing === 'missing' && !isScaling ? { InsufficientDataActions: notify } : {}),
  };
}

/** One of the ways in which the metric may be watched. Reads the whole alarm. */
const watched: Rule = {
  check: (value, spot) => {
    const one: Properties = properties(value);
    const metrics = allowedMetrics[`${String(one.Namespace)}/${String(one.MetricName)}`];
    if (metrics === undefined)
      return [
        {
          path: 'MetricName',
          problem: `${String(one.Namespace)}/${String(one.MetricName)} is not in test/gates/allowed/metrics.ts`,
        },
      ];
    const isScaling = one.MetricName === 'HasBacklogWithoutCapacity';
    const all = metrics.map((metric) => checkFields(one, alarm(metric, isScaling), spot));
    return all.reduce((best, problems) => (problems.length < best.length ? problems : best));
  },
};

export const alarms: AllowedTypes = {
  'AWS::CloudWatch::Alarm': {
    why: 'Notifies a person, by the topic; one starts an instance of the asynchronous endpoint.',
    stacks: ['Serving', 'Monitoring'],
    condition: (id) => (id === 'LiveBacklogWithoutCapacity' ? 'HasApprovedModel' : undefined),
    properties: { '': watched },
  },
  'AWS::CloudWatch::Dashboard': {
    why: 'One page that shows all alarms and what they watch.',
    stacks: ['Monitoring'],
    properties: { DashboardBody: dashboard, Tags: tags },
  },
};
