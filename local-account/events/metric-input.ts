import type { Datum, Dimensions } from './metric-store';

/** The members of PutMetricData that alarms read. */
export interface MetricDataInput {
  readonly Namespace: string;
  readonly MetricData?: readonly {
    readonly MetricName: string;
    readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
    readonly Timestamp?: string | number | Date;
    readonly Value?: number | string;
    readonly Values?: readonly (number | string)[];
    readonly Counts?: readonly (number | string)[];
    readonly StatisticValues?: Readonly<Record<'SampleCount' | 'Sum' | 'Minimum' | 'Maximum', number | string>>;
  }[];
}

/** What a PutMetricData puts, metric by metric. */
export function dataOf(
  { MetricData = [] }: MetricDataInput,
  now: number,
): { readonly name: string; readonly dimensions: Dimensions; readonly datum: Datum }[] {
  return MetricData.flatMap(({ MetricName: name, Dimensions: given = [], Timestamp, ...values }) => {
    const dimensions = Object.fromEntries(given.map(({ Name, Value }) => [Name, Value]));
    const at = Timestamp === undefined ? now : timeOf(Timestamp);
    return samplesOf(values).map((datum) => ({ name, dimensions, datum: { at, ...datum } }));
  });
}

function samplesOf({
  Value,
  Values,
  Counts,
  StatisticValues,
}: Omit<NonNullable<MetricDataInput['MetricData']>[number], 'MetricName'>): Omit<Datum, 'at'>[] {
  if (Values !== undefined && Values.length > 0)
    return Values.map((value, index) => ({ value: Number(value), count: Number(Counts?.[index] ?? 1) }));
  if (StatisticValues === undefined) return [{ value: Number(Value) }];
  const { SampleCount, Sum, Minimum, Maximum } = StatisticValues;
  const set = { sum: Number(Sum), least: Number(Minimum), most: Number(Maximum) };
  return [{ value: set.sum / Number(SampleCount), count: Number(SampleCount), set }];
}

/** Epoch seconds, an ISO text or a Date: each protocol has its own. */
function timeOf(timestamp: string | number | Date): number {
  return typeof timestamp === 'number' ? timestamp * 1000 : new Date(timestamp).getTime();
}
