import type { MonthQuality } from '../../story/quality';
import { change } from '../../story/quality';
import { currencyOf, percent, whole } from '../numbers';
import type { ReportData } from '../report-data';
import { firstTestMonth, hasLearned } from './learned-months';
import type { ShownChart } from './models';

/** Each version on the real outcomes of months that it did not learn from. */
export interface ShownQuality {
  readonly currency: string;
  readonly charts: readonly ShownChart[];
  /** What each version learned, as sentences. */
  readonly learned: readonly string[];
  readonly changes: readonly (readonly string[])[];
  readonly months: readonly (readonly string[])[];
}

/** Undefined if no month was measured. */
export function shownQuality(data: ReportData): ShownQuality | undefined {
  const { quality } = data.story;
  if (quality.length === 0) return undefined;
  const currency = currencyOf(data);
  const airports = [...new Set(quality.map((one) => one.airport))];
  const versions = [...new Set(quality.map((one) => one.modelVersion))].sort((a, b) => a - b);
  return {
    currency,
    charts: airports.flatMap((airport) => {
      const own = quality.filter((one) => one.airport === airport);
      return [
        monthChart(own, data, { label: `${airport}: AUC by month`, value: ({ auc }) => auc }),
        monthChart(own, data, {
          label: `${airport}: ${currency} per 1000 rows by month`,
          value: ({ costPer1000 }) => costPer1000,
          reference: withoutModel,
        }),
      ];
    }),
    learned: versions.flatMap((version) => {
      const first = firstTestMonth(data, version);
      const learned = quality.some((one) => one.modelVersion === version && hasLearned(data, one));
      return learned ? [`version ${version} learned the months before ${first ?? ''}`] : [];
    }),
    changes: changes(data),
    months: quality.map((one) => [
      one.airport,
      one.month,
      String(one.modelVersion),
      whole(one.flights),
      percent(one.disruptedShare),
      ...(hasLearned(data, one)
        ? ['learned this month', '', '']
        : [one.auc.toFixed(4), one.averagePrecision.toFixed(4), whole(one.costPer1000)]),
      whole(withoutModel(one)),
    ]),
  };
}

interface MonthChart {
  readonly label: string;
  readonly value: (one: MonthQuality) => number;
  readonly reference?: (one: MonthQuality) => number;
}

function monthChart(
  own: readonly MonthQuality[],
  data: ReportData,
  { label, value, reference }: MonthChart,
): ShownChart {
  const months = everyMonth(own.map((one) => one.month));
  const versions = [...new Set(own.map((one) => one.modelVersion))].sort((a, b) => a - b);
  const curve = (version: number) => ({
    label: `version ${version}`,
    points: true,
    gaps: true,
    values: months.map((month) => {
      const found = own.find((one) => one.month === month && one.modelVersion === version);
      return found === undefined || hasLearned(data, found) ? null : value(found);
    }),
  });
  const without = (of: (one: MonthQuality) => number) => ({
    label: 'without a model',
    dashed: true,
    color: '--muted',
    gaps: true,
    values: months.map((month) => {
      const found = own.find((one) => one.month === month);
      return found === undefined ? null : of(found);
    }),
  });
  return {
    label,
    xLabel: 'month',
    x: months.map((_, at) => at),
    names: months,
    series: [...versions.map(curve), ...(reference === undefined ? [] : [without(reference)])],
  };
}

function withoutModel({ neverFlaggingPer1000: never, alwaysFlaggingPer1000: always }: MonthQuality): number {
  return Math.min(never, always);
}

/** All months from the first to the last: a month without numbers is a gap. */
function everyMonth(months: readonly string[]): string[] {
  const sorted = [...months].sort();
  const last = sorted.at(-1) ?? '';
  const found: string[] = [];
  for (let month = sorted[0] ?? ''; month !== '' && month <= last; month = after(month)) found.push(month);
  return found;
}

function after(month: string): string {
  const next = new Date(`${month}-01T00:00:00Z`);
  next.setUTCMonth(next.getUTCMonth() + 1);
  return next.toISOString().slice(0, 7);
}

/** Months that two versions were measured on: where retraining helped, and where it did not. */
function changes(data: ReportData): string[][] {
  const { quality } = data.story;
  return quality.flatMap((before) => {
    const later = quality.find(
      (one) => one.airport === before.airport && one.month === before.month && one.modelVersion > before.modelVersion,
    );
    if (later === undefined || hasLearned(data, later)) return [];
    return [[before.airport, before.month, `${before.modelVersion} → ${later.modelVersion}`, change(before, later)]];
  });
}
