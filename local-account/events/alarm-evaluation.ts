import { parseStatistic, statistic } from '../metric-statistics';
import { type AlarmState, alarmState } from './alarm-state';
import type { MetricStore } from './metric-store';

/** The members of PutMetricAlarm that the evaluation reads. */
export interface AlarmDefinition {
  readonly AlarmName: string;
  readonly AlarmDescription?: string;
  readonly MetricName?: string;
  readonly Namespace?: string;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly EvaluateLowSampleCountPercentile?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  readonly Period?: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Threshold?: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData?: string;
  readonly ActionsEnabled?: boolean;
  readonly AlarmActions?: readonly string[];
  readonly OKActions?: readonly string[];
  readonly InsufficientDataActions?: readonly string[];
}

export interface Evaluation {
  readonly state: AlarmState;
  readonly reason: string;
  /** The newest datapoint. */
  readonly newest?: number;
}

/** The state of an alarm at a time, by its datapoints up to then. */
export function evaluateAlarm(
  definition: AlarmDefinition,
  state: AlarmState,
  metrics: MetricStore,
  at: number,
): Evaluation {
  const { AlarmName, EvaluationPeriods, Period = 60, Threshold = 0, Namespace, MetricName } = definition;
  if (!Namespace || !MetricName)
    throw new Error(`Alarm ${AlarmName}: metric math is not supported by the local account's alarms`);
  const dimensions = Object.fromEntries((definition.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
  const series = metrics.series(Namespace, MetricName, dimensions);
  const kind = definition.Statistic ?? definition.ExtendedStatistic ?? 'Average';
  const samples = Array.from({ length: EvaluationPeriods }, (_, index) => {
    const end = at - index * Period * 1000;
    return series.samples(end - Period * 1000, end);
  });
  const points = samples.map((some) => statistic(kind, some));
  const newest = points.find((value) => value !== undefined);
  const count = samples.flat().reduce((sum, some) => sum + some.count, 0);
  // AWS: cloudwatch/percentile-alarms-may-wait-for-samples
  if (definition.EvaluateLowSampleCountPercentile === 'ignore' && count > 0 && count < samplesNeeded(kind))
    return { state, reason: `${count} datapoints are too few for ${kind}; the state is kept`, newest };
  const decided = alarmState(points, {
    breaches: (value) => compare(definition.ComparisonOperator, value, Threshold),
    needed: definition.DatapointsToAlarm ?? EvaluationPeriods,
    missing: definition.TreatMissingData ?? 'missing',
    state,
  });
  return { ...decided, newest };
}

/** From how many values on a percentile is statistically significant; 0 for other statistics. */
export function samplesNeeded(kind: string): number {
  const parsed = parseStatistic(kind);
  if (parsed?.kind !== 'P') return 0;
  const percent = parsed.high ?? 0;
  if (percent <= 0 || percent >= 100) return 0;
  // Rounded first: 100 - 99.9 is a little less than 0.1.
  return Math.ceil(Number((1000 / (percent >= 50 ? 100 - percent : percent)).toFixed(6)));
}

function compare(operator: string, value: number, threshold: number): boolean {
  switch (operator) {
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
    default:
      throw new Error(`ComparisonOperator ${operator} is not supported by the local account's alarms`);
  }
}
