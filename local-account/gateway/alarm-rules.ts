import { parseStatistic } from '../metric-statistics';
import { AwsError } from '../platform';

const HOUR = 3_600;
const DAY = 24 * HOUR;

interface Alarm {
  readonly MetricName?: string;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly EvaluateLowSampleCountPercentile?: string;
  readonly Period?: number | string;
  readonly EvaluationPeriods?: number | string;
  readonly DatapointsToAlarm?: number | string;
  readonly Metrics?: readonly {
    readonly MetricStat?: { readonly Period?: number | string };
    readonly Period?: number | string;
    readonly ReturnData?: boolean | string;
  }[];
}

/**
 * What CloudWatch refuses in a PutMetricAlarm that fits its API model. The messages are ours.
 *
 * AWS: cloudwatch/alarms-look-back-so-far
 */
export function checkAlarm(input: Readonly<Record<string, unknown>>): void {
  const {
    MetricName,
    Statistic,
    ExtendedStatistic,
    EvaluateLowSampleCountPercentile,
    Period,
    EvaluationPeriods = 1,
    DatapointsToAlarm,
    Metrics = [],
  } = input as Alarm;
  const periods =
    Metrics.length > 0
      ? Metrics.map((one) => Number(one.MetricStat?.Period ?? one.Period ?? 60))
      : [Number(Period ?? 0)];
  for (const period of periods) {
    if (![10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0))
      throw invalid('The parameter Period must be 10, 20, 30 or a multiple of 60.');
    const longest = period < HOUR ? DAY : 7 * DAY;
    if (period * Number(EvaluationPeriods) > longest)
      throw invalid(`EvaluationPeriods * Period must be <= ${longest} for a period of ${period} seconds.`);
  }
  if (Number(DatapointsToAlarm ?? 1) > Number(EvaluationPeriods))
    throw invalid('DatapointsToAlarm must be less than or equal to EvaluationPeriods.');
  if (MetricName !== undefined && (Statistic === undefined) === (ExtendedStatistic === undefined))
    throw invalid('Exactly one of Statistic and ExtendedStatistic must be specified.');
  // AWS: cloudwatch/alarms-take-some-extended-statistics
  if (ExtendedStatistic !== undefined && !isForAlarms(ExtendedStatistic))
    throw new AwsError(
      'InvalidParameterValue',
      `The value ${ExtendedStatistic} for parameter ExtendedStatistic is not supported.`,
    );
  if (EvaluateLowSampleCountPercentile && !['evaluate', 'ignore'].includes(EvaluateLowSampleCountPercentile))
    throw invalid(
      `Option ${EvaluateLowSampleCountPercentile} is not supported. ` +
        'Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore.',
    );
  const returned = Metrics.filter(({ ReturnData }) => String(ReturnData ?? true) === 'true');
  if (Metrics.length > 0 && returned.length !== 1)
    throw invalid('Exactly one element of the metrics list should return data.');
}

/** Bounds of a range are percentiles from 10 to 90, except those of a percentile rank. */
function isForAlarms(text: string): boolean {
  const parsed = parseStatistic(text);
  if (parsed === undefined || !('percent' in parsed)) return false;
  if (parsed.single || parsed.kind === 'PR') return true;
  const { low, high, percent } = parsed;
  return percent && [low, high].every((bound) => bound !== undefined && bound >= 10 && bound <= 90);
}

/** AWS: cloudwatch/alarms-look-back-so-far */
function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
