import type { MonthQuality } from '../../story/quality';
import { change } from '../../story/quality';
import { type Curve, lineChart } from '../charts/line-chart';
import { html, type Markup } from '../markup';
import { currencyOf, percent, whole } from '../numbers';
import type { ReportData } from '../report-data';
import { wideTable } from '../table';
import { firstTestMonth, hasLearned } from './learned-months';

/** Each version on the real outcomes of months that it did not learn from. */
export function qualitySection(data: ReportData): Markup {
  const { quality } = data.story;
  if (quality.length === 0) return html``;
  const currency = currencyOf(data);
  const airports = [...new Set(quality.map((one) => one.airport))];
  const charts = airports.flatMap((airport) => {
    const own = quality.filter((one) => one.airport === airport);
    return [
      monthChart(own, data, { title: `${airport}: AUC by month`, y: 'AUC', value: ({ auc }) => auc }),
      monthChart(own, data, {
        title: `${airport}: ${currency} per 1000 by month`,
        y: currency,
        value: ({ costPer1000 }) => costPer1000,
        reference: ({ neverFlaggingPer1000: never, alwaysFlaggingPer1000: always }) => Math.min(never, always),
      }),
    ];
  });
  return html`<section id="quality"><h2>Quality on real outcomes</h2>
<p>Shaded months are those that the newest version was trained or tuned on. Its numbers there say nothing, so no line is drawn. "Without a model" is the cheaper of flagging nothing and flagging everything.</p>
<div class="charts two">${charts}</div>${changeTable(data)}${monthTable(data)}</section>`;
}

interface MonthChart {
  readonly title: string;
  readonly y: string;
  readonly value: (one: MonthQuality) => number;
  readonly reference?: (one: MonthQuality) => number;
}

function monthChart(
  own: readonly MonthQuality[],
  data: ReportData,
  { title, y, value, reference }: MonthChart,
): Markup {
  const months = everyMonth(own.map((one) => one.month));
  const versions = [...new Set(own.map((one) => one.modelVersion))].sort((a, b) => a - b);
  const curve = (version: number): Curve => ({
    name: `version ${version}`,
    style: 'line and dots',
    points: months.map((month, at): [number, number] => {
      const found = own.find((one) => one.month === month && one.modelVersion === version);
      return [at, found === undefined || hasLearned(data, found) ? Number.NaN : value(found)];
    }),
  });
  const without: Curve[] =
    reference === undefined
      ? []
      : [
          {
            name: 'without a model',
            style: 'reference',
            points: months.map((month, at): [number, number] => {
              const found = own.find((one) => one.month === month);
              return [at, found === undefined ? Number.NaN : reference(found)];
            }),
          },
        ];
  const newest = versions.at(-1) ?? 0;
  const learned = own.some((one) => one.modelVersion === newest && hasLearned(data, one));
  const end = months.filter((month) => month < (firstTestMonth(data, newest) ?? '')).length;
  return lineChart([...versions.map(curve), ...without], {
    title,
    x: 'month',
    y,
    names: months,
    ...(learned ? { band: { from: -0.4, until: end - 0.5, label: `version ${newest} learned these months` } } : {}),
  });
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
function changeTable(data: ReportData): Markup {
  const { quality } = data.story;
  const rows = quality.flatMap((before) => {
    const later = quality.find(
      (one) => one.airport === before.airport && one.month === before.month && one.modelVersion > before.modelVersion,
    );
    if (later === undefined || hasLearned(data, later)) return [];
    return [
      html`<tr><td>${before.airport}</td><td>${before.month}</td><td>${before.modelVersion} → ${later.modelVersion}</td><td>${change(before, later)}</td></tr>`,
    ];
  });
  return rows.length === 0
    ? html``
    : html`<h3>What retraining changed in months that no version learned from</h3>${wideTable('What retraining changed', ['airport', 'month', 'version', 'change'], rows)}`;
}

function monthTable(data: ReportData): Markup {
  const rows = data.story.quality.map((one) => {
    const number = (text: string) => html`<td class="number">${text}</td>`;
    const measured = hasLearned(data, one)
      ? html`<td colspan="3">learned this month</td>`
      : [number(one.auc.toFixed(4)), number(one.averagePrecision.toFixed(4)), number(whole(one.costPer1000))];
    const without = Math.min(one.neverFlaggingPer1000, one.alwaysFlaggingPer1000);
    return html`<tr><td>${one.airport}</td><td>${one.month}</td><td>${one.modelVersion}</td>${number(whole(one.flights))}${number(percent(one.disruptedShare))}${measured}${number(whole(without))}</tr>`;
  });
  return html`<details><summary>All measured months</summary>${wideTable('All measured months', ['airport', 'month', 'version', 'rows', 'positive', 'AUC', 'average precision', `${currencyOf(data)} per 1000`, 'without a model'], rows)}</details>`;
}
