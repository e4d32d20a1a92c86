import { AwsError } from '../platform';

const HOUR = 3_600_000;
/** How far from now a datum may be. */
const PAST = 14 * 24 * HOUR;
const FUTURE = 2 * HOUR;
const MOST_METRICS = 1_000;
const MOST_DIMENSIONS = 30;
const LARGEST = 2 ** 360;

interface Datum {
  readonly Timestamp?: string | number | Date;
  readonly Value?: number | string;
  readonly Values?: readonly (number | string)[];
  readonly Dimensions?: readonly { readonly Name?: string; readonly Value?: string }[];
}

/** What CloudWatch refuses of a PutMetricData that fits its API model. One bad datum refuses the whole call. */
// AWS: cloudwatch/metric-data-limits
export function checkMetricData(input: Readonly<Record<string, unknown>>, now: number): void {
  const { Namespace, MetricData = [] } = input as {
    readonly Namespace?: string;
    readonly MetricData?: readonly Datum[];
  };
  if (Namespace?.startsWith('AWS/')) throw invalid(`The value ${Namespace} for parameter Namespace is invalid.`);
  if (MetricData.length > MOST_METRICS)
    throw invalid(`The collection MetricData must not have a size greater than ${MOST_METRICS}.`);
  const problems = MetricData.flatMap((datum, index) => problemsOf(datum, `MetricData.member.${index + 1}`, now));
  if (problems.length > 0) throw invalid(problems.join('\n'));
}

function problemsOf({ Timestamp, Value, Values, Dimensions = [] }: Datum, place: string, now: number): string[] {
  const problems: string[] = [];
  if (Timestamp !== undefined) {
    const at = typeof Timestamp === 'number' ? Timestamp * 1000 : new Date(Timestamp).getTime();
    // Also one in the future is refused in these words.
    if (!(at >= now - PAST && at <= now + FUTURE))
      problems.push(`The parameter ${place}.Timestamp must specify a time within the past two weeks.`);
  }
  for (const value of [...(Value === undefined ? [] : [Value]), ...(Values ?? [])].map(Number)) {
    if (!(Math.abs(value) <= LARGEST)) problems.push(`The value ${value} for parameter ${place}.Value is invalid.`);
  }
  if (Dimensions.length > MOST_DIMENSIONS)
    problems.push(`The collection ${place}.Dimensions must not have a size greater than ${MOST_DIMENSIONS}.`);
  Dimensions.forEach((dimension, index) => {
    for (const name of ['Name', 'Value'] as const) {
      const text = dimension[name] ?? '';
      // Printable ASCII with something to see in it; a colon in front is CloudWatch's own.
      const bad = text.trim() === '' || !/^[\x20-\x7e]*$/.test(text) || (name === 'Name' && text.startsWith(':'));
      if (bad)
        problems.push(`The value ${text} for parameter ${place}.Dimensions.member.${index + 1}.${name} is invalid.`);
    }
  });
  return problems;
}

/** AWS: cloudwatch/metric-data-limits */
function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}
