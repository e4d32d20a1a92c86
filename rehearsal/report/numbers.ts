import type { ReportData } from './report-data';

export type Training = ReportData['story']['trainings'][number];
export type Evaluation = NonNullable<Training['result']['evaluation']>;

export function currencyOf(data: ReportData): string {
  const found = data.story.trainings.find(({ result }) => result.evaluation?.business.currency !== undefined);
  return found?.result.evaluation?.business.currency ?? 'USD';
}

/** 35,403. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** 2026-11-30 02:22. */
export function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

/** The cheapest of flagging nothing, flagging everything, and the rule. */
export function costWithoutModel({ business }: Evaluation): number {
  const { cost_of_the_rule_per_1000: rule } = business;
  return Math.min(
    business.cost_of_never_flagging_per_1000,
    business.cost_of_always_flagging_per_1000,
    rule ?? Number.POSITIVE_INFINITY,
  );
}
