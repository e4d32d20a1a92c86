import type { Selection } from '../../../operator/selection';
import { currencyOf, type Evaluation, percent, type Training, whole } from '../numbers';
import type { ReportData } from '../report-data';

/** Curves over common values, for the console's chart. A value that is null interrupts the line. */
export interface ShownChart {
  readonly label: string;
  readonly xLabel: string;
  readonly x: readonly number[];
  readonly names?: readonly string[];
  readonly from0?: boolean;
  readonly series: readonly {
    readonly label: string;
    readonly values: readonly (number | null)[];
    readonly dashed?: boolean;
    readonly points?: boolean;
    readonly line?: boolean;
    readonly gaps?: boolean;
    readonly color?: string;
  }[];
}

/** A version with what the registry's page does not show: its cost, and the tuning trials that it was chosen from. */
export interface ShownModel {
  readonly title: string;
  readonly tested?: string;
  readonly charts: readonly ShownChart[];
  readonly confusion?: ShownConfusion;
  readonly trials?: ShownTrials;
  readonly numbers: readonly (readonly [name: string, value: string])[];
}

interface ShownConfusion {
  readonly threshold: string;
  readonly rows: readonly { readonly label: string; readonly cells: readonly { count: string; text: string }[] }[];
}

interface ShownTrials {
  readonly metric: string;
  readonly names: readonly string[];
  readonly rows: readonly { readonly trial: string; readonly value: string; readonly parameters: readonly string[] }[];
}

export function shownModels(data: ReportData): ShownModel[] {
  return data.story.trainings.flatMap((training) => {
    const { evaluation } = training.result;
    return evaluation === undefined ? [] : [model(training, evaluation, data)];
  });
}

function model({ what, result }: Training, evaluation: Evaluation, data: ReportData): ShownModel {
  const { window } = evaluation;
  const tested =
    window &&
    `Tested on ${window.months.join(', ')} of ${window.airports.join(', ')}: ${whole(window.rows)} rows that neither training nor tuning read. The threshold was set before the test, so another one may be cheaper here.`;
  const currency = currencyOf(data);
  return {
    title: `Version ${result.version ?? ''}: ${what}`,
    tested,
    charts: [costOverThreshold(evaluation, currency), precisionOverRecall(evaluation)],
    confusion: confusionMatrix(evaluation),
    trials: trials(data, result.version),
    numbers: numbers(evaluation, currency),
  };
}

function precisionOverRecall({ binary_classification_metrics: metrics, gate }: Evaluation): ShownChart {
  const curve = metrics.precision_recall_curve as { precisions?: number[]; recalls?: number[] } | undefined;
  const points = (curve?.recalls ?? [])
    .map((x, at): readonly [number, number | null] => [x, numberOf(curve?.precisions?.[at])])
    .sort(([a], [b]) => a - b);
  const chance = gate.base_rate;
  return {
    label: 'Precision over recall',
    xLabel: 'recall',
    x: points.map(([x]) => x),
    from0: true,
    series: [
      { label: 'precision', values: points.map(([, y]) => y) },
      ...(chance === undefined
        ? []
        : [{ label: 'chance', dashed: true, color: '--muted', values: points.map(() => chance) }]),
    ],
  };
}

function costOverThreshold({ business }: Evaluation, currency: string): ShownChart {
  const curve = business.cost_curve ?? [];
  const { live_cost_per_1000: live, cost_of_the_rule_per_1000: rule } = business;
  const level = (label: string, cost: number, color: string) => ({
    label,
    dashed: true,
    color,
    values: curve.map(() => cost),
  });
  const chosen = nearest(business, business.threshold);
  const other = otherThreshold(business);
  const point = (label: string, place: number, color: string) => ({
    label,
    points: true,
    line: false,
    gaps: true,
    color,
    values: curve.map(({ cost }, at) => (at === place ? cost : null)),
  });
  return {
    label: `Cost over threshold, ${currency} per 1000 rows`,
    xLabel: 'threshold',
    x: curve.map(({ threshold }) => threshold),
    series: [
      { label: 'model', values: curve.map(({ cost }) => cost) },
      level('always flagging', business.cost_of_always_flagging_per_1000, '--series-2'),
      level('never flagging', business.cost_of_never_flagging_per_1000, '--muted'),
      ...(typeof rule === 'number' ? [level(ruleName(business), rule, '--series-4')] : []),
      ...(typeof live === 'number' ? [level('live model', live, '--series-3')] : []),
      point(`chosen: ${business.threshold.toFixed(2)}`, chosen, '--bad'),
      ...(other === undefined
        ? []
        : [point(`${other.name}: ${other.threshold.toFixed(2)}`, nearest(business, other.threshold), '--muted')]),
    ],
  };
}

type Business = Evaluation['business'];

function ruleName({ rule }: Business): string {
  return rule ? `flagging from ${rule.feature} ${rule.at_least} on` : 'the rule';
}

/** Position in the curve. */
function nearest({ cost_curve: curve = [] }: Business, threshold: number): number {
  const distance = (at: number) => Math.abs((curve[at]?.threshold ?? 0) - threshold);
  return curve.reduce((best, _, at) => (distance(at) < distance(best) ? at : best), 0);
}

interface Threshold {
  readonly name: string;
  readonly threshold: number;
  readonly cost: number;
}

function thresholds(business: Business): Threshold[] {
  const named: [string, number | null | undefined, number | null | undefined][] = [
    ['from the costs', business.threshold_from_costs, business.cost_at_threshold_from_costs_per_1000],
    [
      'from the validation month',
      business.threshold_from_validation,
      business.cost_at_threshold_from_validation_per_1000,
    ],
  ];
  return named.flatMap(([name, threshold, cost]) =>
    typeof threshold === 'number' && typeof cost === 'number' ? [{ name, threshold, cost }] : [],
  );
}

/** The threshold that the model does not use. */
function otherThreshold(business: Business): Threshold | undefined {
  return thresholds(business).find(({ threshold }) => threshold !== business.threshold);
}

function confusionMatrix({ binary_classification_metrics: metrics, business }: Evaluation): ShownConfusion | undefined {
  const matrix = metrics.confusion_matrix as Record<'0' | '1', Record<'0' | '1', number>> | undefined;
  if (matrix === undefined) return undefined;
  const row = (actual: '0' | '1', label: string, names: readonly [string, string]) => ({
    label,
    cells: (['0', '1'] as const).map((flagged, at) => {
      const count = matrix[actual][flagged];
      const share = count / (matrix[actual]['0'] + matrix[actual]['1']);
      return { count: whole(count), text: `${names[at] ?? ''}, ${percent(share)}` };
    }),
  });
  return {
    threshold: business.threshold.toFixed(2),
    rows: [row('0', 'negative', ['correct', 'false alarm']), row('1', 'positive', ['missed', 'correct'])],
  };
}

function trials({ story }: ReportData, version: number | undefined): ShownTrials | undefined {
  const tuning = story.tunings?.find((one) => one.version === version);
  if (tuning === undefined) return undefined;
  const { metric, best, chosen, selection, trials: all } = tuning;
  const names = [...new Set(all.flatMap(({ parameters }) => Object.keys(parameters)))].sort();
  return {
    metric,
    names: [...names, 'nodes', 'ms a row'],
    rows: all.map((one, at) => ({
      trial: `${at + 1}${one.name === chosen ? ' (chosen)' : one.name === best ? ' (best)' : ''}`,
      value: one.value?.toFixed(4) ?? one.status,
      parameters: [...names.map((name) => short(one.parameters[name])), ...measured(selection, one.name)],
    })),
  };
}

/** Size and latency; nothing for a trial that was stopped before it had a model. */
function measured({ trials }: Selection, name: string): string[] {
  const found = trials.find((one) => one.training_job === name);
  return found === undefined ? ['', ''] : [whole(found.nodes), found.latency_p95_ms.toFixed(1)];
}

function short(value: string | undefined): string {
  const number = Number(value);
  return value === undefined || Number.isNaN(number) ? (value ?? '') : String(Number(number.toPrecision(4)));
}

/** What the registry's page does not have: the costs. */
function numbers({ business, gate }: Evaluation, currency: string): [string, string][] {
  const { live_cost_per_1000: live, cost_of_the_rule_per_1000: rule } = business;
  return [
    ['PR-AUC divided by chance', gate.lift.toFixed(2)],
    [`${currency} per 1000 rows`, whole(business.expected_cost_per_1000)],
    ...thresholds(business).map(({ name, threshold, cost }): [string, string] => [
      `${currency} at ${threshold.toFixed(2)}, ${name}`,
      whole(cost),
    ]),
    [`${currency}, live model`, typeof live === 'number' ? whole(live) : 'no live model'],
    [`${currency}, never flagging`, whole(business.cost_of_never_flagging_per_1000)],
    [`${currency}, always flagging`, whole(business.cost_of_always_flagging_per_1000)],
    ...(typeof rule === 'number' ? [[`${currency}, ${ruleName(business)}`, whole(rule)] as [string, string]] : []),
  ];
}

function numberOf(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
