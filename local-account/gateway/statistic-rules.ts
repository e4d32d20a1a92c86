import { parseStatistic } from '../metric-statistics';
import { AwsError } from '../platform';

type Input = Readonly<Record<string, unknown>>;

/** The most data points of one GetMetricStatistics. */
const MOST_POINTS = 1_440;
/** The most data points of one GetMetricData. */
const MOST_DATA = 100_800;

interface Query {
  readonly MetricStat?: { readonly Stat?: string; readonly Period?: number | string };
}

/** What CloudWatch refuses of a GetMetricData that fits its API model. */
// AWS: cloudwatch/statistics-have-one-spelling
export function checkMetricQueries({ MetricDataQueries = [], MaxDatapoints, NextToken }: Input): void {
  const queries = MetricDataQueries as readonly Query[];
  const problems = queries.flatMap(({ MetricStat }, index) => {
    if (MetricStat === undefined || parseStatistic(String(MetricStat.Stat)) !== undefined) return [];
    const place = `MetricDataQueries.member.${index + 1}.MetricStat.Stat`;
    return [`The value ${MetricStat.Stat} for parameter ${place} is not a valid statistic.`];
  });
  if (problems.length > 0) throw new AwsError('ValidationError', problems.join('\n'));
  // The store returns everything at once.
  if (NextToken !== undefined || Number(MaxDatapoints ?? MOST_DATA) < MOST_DATA)
    throw new AwsError(
      'UnsupportedOperation',
      'cloudwatch:GetMetricData: MaxDatapoints and NextToken are not supported by the local account',
    );
}

/** What CloudWatch refuses of a GetMetricStatistics that fits its API model. */
// AWS: cloudwatch/statistics-have-one-spelling, cloudwatch/metric-statistics-have-limits
export function checkMetricStatistics(input: Input): void {
  const { Statistics, ExtendedStatistics, StartTime, EndTime, Period } = input;
  const [simple, extended] = [Statistics ?? [], ExtendedStatistics ?? []] as [string[], string[]];
  if (simple.length > 0 && extended.length > 0)
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameters Statistics and ExtendedStatistics cannot be specified together.',
    );
  extended.forEach((text, index) => {
    if (isExtended(text)) return;
    const place = `ExtendedStatistics.member.${index + 1}`;
    throw new AwsError('InvalidParameterValue', `The value ${text} for parameter ${place} is not supported.`);
  });
  const seconds = (timeOf(EndTime) - timeOf(StartTime)) / 1000;
  const points = Math.floor(seconds / Number(Period));
  if (points > MOST_POINTS)
    throw new AwsError(
      'InvalidParameterCombination',
      `You have requested up to ${points} datapoints, which exceeds the limit of ${MOST_POINTS}. ` +
        'You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
    );
}

export function isExtended(text: string): boolean {
  const parsed = parseStatistic(text);
  return parsed !== undefined && 'percent' in parsed;
}

/** Epoch seconds, an ISO text or a Date: each protocol has its own. */
function timeOf(value: unknown): number {
  return typeof value === 'number' ? value * 1000 : new Date(value as string | Date).getTime();
}
