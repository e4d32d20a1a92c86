/**
 * Statistics of one period's values, as "CloudWatch statistics definitions" has them.
 *
 * A percentile is the nearest rank; trimming removes floor(n * share) values of an end, as scipy.stats.trim_mean and
 * winsorize do. CloudWatch does not publish its own algorithm. gateway/store_statistics.py computes the same for those
 * who read metrics; one table of cases tests both.
 */

/** What was put at one time: equal values, or a statistic set of values that nobody knows any more. */
export interface Samples {
  readonly count: number;
  readonly sum: number;
  readonly least: number;
  readonly most: number;
}

export type ParsedStatistic =
  | { readonly kind: 'Sum' | 'Average' | 'Minimum' | 'Maximum' | 'SampleCount' }
  | {
      readonly kind: 'P' | 'TM' | 'WM' | 'TC' | 'TS' | 'PR';
      readonly low?: number;
      readonly high?: number;
      /** Whether the bounds are percentiles, not values. */
      readonly percent: boolean;
      /** Whether it was written with one number, such as tm99. */
      readonly single: boolean;
    };

const simple: ReadonlySet<string> = new Set(['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount']);
const number = '\\d+(?:\\.\\d{1,10})?';
const one = new RegExp(`^(p|tm|wm|tc|ts)(${number})$`);
const range = new RegExp(`^(PR|TM|WM|TC|TS)\\((${number}%?)?:(${number}%?)?\\)$`);

/** The statistic that is meant, or undefined for what CloudWatch does not have. */
export function parseStatistic(text: string): ParsedStatistic | undefined {
  if (simple.has(text)) return { kind: text as 'Sum' };
  if (text === 'IQM') return { kind: 'TM', low: 25, high: 75, percent: true, single: true };
  const [, prefix, share] = one.exec(text) ?? [];
  if (prefix !== undefined)
    return Number(share) <= 100
      ? { kind: prefix.toUpperCase() as 'P', high: Number(share), percent: true, single: true }
      : undefined;
  const [, kind, from, to] = range.exec(text) ?? [];
  const ends = [from, to].filter((end): end is string => end !== undefined);
  const percents = ends.filter((end) => end.endsWith('%'));
  if (kind === undefined || ends.length === 0 || (percents.length > 0 && percents.length < ends.length))
    return undefined;
  const [low, high] = [from, to].map((end) => (end === undefined ? undefined : Number(end.replace('%', ''))));
  const percent = percents.length > 0;
  if (
    (percent && (kind === 'PR' || ends.some((end) => Number(end.replace('%', '')) > 100))) ||
    (low ?? 0) > (high ?? Infinity)
  )
    return undefined;
  return { kind: kind as 'PR', low, high, percent, single: false };
}

/** The statistic of one period; undefined for no data point. */
export function statistic(text: string, samples: readonly Samples[]): number | undefined {
  const wanted = parseStatistic(text);
  if (wanted === undefined) throw new Error(`Statistic ${text} is not supported by the local account`);
  if (samples.length === 0) return undefined;
  const sum = total(samples.map((some) => some.sum));
  const count = total(samples.map((some) => some.count));
  switch (wanted.kind) {
    case 'Sum':
      return sum;
    case 'SampleCount':
      return count;
    case 'Average':
      return count > 0 ? sum / count : undefined;
    case 'Minimum':
      return samples.reduce((least, some) => Math.min(least, some.least), Infinity);
    case 'Maximum':
      return samples.reduce((most, some) => Math.max(most, some.most), -Infinity);
    default:
  }
  // AWS: cloudwatch/extended-statistics-need-values
  if (samples.some((some) => !isRaw(some) || some.least < 0)) return undefined;
  const values = samples
    .flatMap(({ count: times, least }) => Array<number>(Math.round(times)).fill(least))
    .sort((a, b) => a - b);
  return values.length === 0 ? undefined : extended(wanted, values);
}

function isRaw({ count, sum, least, most }: Samples): boolean {
  return least === most && Math.abs(sum - least * count) <= 1e-9 * Math.abs(sum);
}

function extended(
  { kind, low, high, percent }: Extract<ParsedStatistic, { percent: boolean }>,
  values: readonly number[],
): number | undefined {
  const count = values.length;
  if (kind === 'P') return values[Math.max(0, up(count, high) - 1)];
  const chosen = percent
    ? values.slice(down(count, low), high === undefined ? count : up(count, high))
    : // "includes values equal to the higher boundary, but does not include values equal to the lower boundary"
      values.filter((value) => value > (low ?? -Infinity) && value <= (high ?? Infinity));
  switch (kind) {
    case 'WM': {
      const least = percent ? (chosen[0] ?? values[0]) : low;
      const most = percent ? (chosen.at(-1) ?? values.at(-1)) : high;
      return total(values.map((value) => Math.min(Math.max(value, least ?? -Infinity), most ?? Infinity))) / count;
    }
    case 'PR':
      return (100 * chosen.length) / count;
    case 'TC':
      return chosen.length;
    case 'TS':
      return total(chosen);
    default:
      return chosen.length === 0 ? undefined : total(chosen) / chosen.length;
  }
}

/** Rounded first: 0.07 * 100 is a little more than 7. */
function up(count: number, percent = 0): number {
  return Math.ceil(Number(((count * percent) / 100).toFixed(6)));
}

function down(count: number, percent = 0): number {
  return Math.floor(Number(((count * percent) / 100).toFixed(6)));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
