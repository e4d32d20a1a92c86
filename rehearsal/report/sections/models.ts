import { type Curve, lineChart } from '../charts/line-chart';
import { html, type Markup } from '../markup';
import { currencyOf, type Evaluation, percent, type Training, whole } from '../numbers';
import type { ReportData } from '../report-data';

/** Each registered version: its evaluation on the test month, and the trials that it was chosen from. */
export function modelSection(data: ReportData): Markup {
  const models = data.story.trainings.flatMap((training) => {
    const { evaluation } = training.result;
    return evaluation === undefined ? [] : [model(training, evaluation, data)];
  });
  return html`<section id="models"><h2>Model versions</h2>${models.length === 0 ? html`<p>No model was registered.</p>` : models}</section>`;
}

function model({ what, result }: Training, evaluation: Evaluation, data: ReportData): Markup {
  const version = result.version ?? '';
  const { window } = evaluation;
  const tested =
    window === undefined
      ? ''
      : html`<p>Tested on ${window.months.join(', ')} of ${window.airports.join(', ')}: ${whole(window.rows)} rows that neither training nor tuning read. The threshold comes from the validation month, so another one may be cheaper here.</p>`;
  return html`<h3>Version ${version}: ${what}</h3>${tested}
<div class="charts">${precisionOverRecall(evaluation)}${costOverThreshold(evaluation, currencyOf(data))}${confusionMatrix(evaluation)}${trials(data, result.version)}${numbers(evaluation, currencyOf(data))}</div>`;
}

function precisionOverRecall({ binary_classification_metrics: metrics, gate }: Evaluation): Markup {
  const curve = metrics.precision_recall_curve as { precisions?: number[]; recalls?: number[] } | undefined;
  const points = (curve?.recalls ?? []).map((x, at): [number, number] => [x, curve?.precisions?.[at] ?? Number.NaN]);
  const chance: Curve[] =
    gate.base_rate === undefined
      ? []
      : [
          {
            name: 'chance',
            style: 'reference',
            points: [
              [0, gate.base_rate],
              [1, gate.base_rate],
            ],
          },
        ];
  return lineChart([{ name: 'model', points }, ...chance], {
    title: 'Precision over recall',
    x: 'recall',
    y: 'precision',
    yFrom: 0,
  });
}

function costOverThreshold({ business }: Evaluation, currency: string): Markup {
  const points = (business.cost_curve ?? []).map(({ threshold, cost }): [number, number] => [threshold, cost]);
  const level = (name: string, cost: number): Curve => ({
    name,
    style: 'reference',
    points: [
      [0, cost],
      [1, cost],
    ],
  });
  const { live_cost_per_1000: live } = business;
  return lineChart(
    [
      { name: 'model', points },
      level('always flagging', business.cost_of_always_flagging_per_1000),
      level('never flagging', business.cost_of_never_flagging_per_1000),
      ...(typeof live === 'number' ? [level('live model', live)] : []),
    ],
    {
      title: `Cost over threshold, ${currency} per 1000`,
      x: 'threshold',
      y: currency,
      mark: { at: business.threshold, label: `chosen: ${business.threshold.toFixed(2)}` },
    },
  );
}

function confusionMatrix({ binary_classification_metrics: metrics, business }: Evaluation): Markup {
  const matrix = metrics.confusion_matrix as Record<'0' | '1', Record<'0' | '1', number>> | undefined;
  if (matrix === undefined) return html``;
  const row = (actual: '0' | '1', label: string, names: readonly [string, string]) => {
    const cells = (['0', '1'] as const).map((flagged, at) => {
      const count = matrix[actual][flagged];
      const share = count / (matrix[actual]['0'] + matrix[actual]['1']);
      return html`<td class="${flagged === actual ? 'right' : 'wrong'}"><strong>${whole(count)}</strong><br>${names[at] ?? ''}, ${percent(share)}</td>`;
    });
    return html`<tr><th scope="row">${label}</th>${cells}</tr>`;
  };
  return html`<figure><figcaption>Confusion matrix at the threshold ${business.threshold.toFixed(2)}</figcaption>
<table class="matrix"><thead><tr><td></td><th scope="col">not flagged</th><th scope="col">flagged</th></tr></thead><tbody>${row('0', 'negative', ['correct', 'false alarm'])}${row('1', 'positive', ['missed', 'correct'])}</tbody></table>
<p class="muted small">Shares are of all negative or all positive rows.</p></figure>`;
}

function trials({ story }: ReportData, version: number | undefined): Markup {
  const tuning = story.tunings?.find((one) => one.version === version);
  if (tuning === undefined) return html``;
  const { metric, best, trials: all } = tuning;
  const point = (chosen: boolean): [number, number][] =>
    all.flatMap(({ name, value }, at) => (value !== undefined && (name === best) === chosen ? [[at, value]] : []));
  const names = [...new Set(all.flatMap(({ parameters }) => Object.keys(parameters)))].sort();
  const rows = all.map(
    (one, at) =>
      html`<tr><th scope="row">${at + 1}${one.name === best ? ' (best)' : ''}</th><td class="number">${one.value?.toFixed(4) ?? one.status}</td>${names.map((name) => html`<td class="number">${short(one.parameters[name])}</td>`)}</tr>`,
  );
  const chart = lineChart(
    [
      { name: 'best', style: 'dots', points: point(true) },
      { name: 'other trials', style: 'dots', points: point(false) },
    ],
    { title: `Tuning trials by ${metric}`, x: 'trial', y: metric, names: all.map((_, at) => String(at + 1)) },
  );
  return html`<div>${chart}<details><summary>Hyperparameters of the trials</summary><div class="scroll"><table><thead><tr><th scope="col">trial</th><th scope="col">${metric}</th>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></details></div>`;
}

function short(value: string | undefined): string {
  const number = Number(value);
  return value === undefined || Number.isNaN(number) ? (value ?? '') : String(Number(number.toPrecision(4)));
}

function numbers({ binary_classification_metrics: metrics, business, gate }: Evaluation, currency: string): Markup {
  const measured = Object.entries(metrics).flatMap(([name, metric]): [string, string][] => {
    const value = (metric as { value?: unknown } | undefined)?.value;
    return typeof value === 'number' ? [[name, value.toFixed(4)]] : [];
  });
  const { live_cost_per_1000: live } = business;
  const rows: readonly (readonly [string, string])[] = [
    ...measured,
    ['PR-AUC divided by chance', gate.lift.toFixed(2)],
    [`${currency} per 1000 rows`, whole(business.expected_cost_per_1000)],
    [`${currency}, live model`, typeof live === 'number' ? whole(live) : 'no live model'],
    [`${currency}, never flagging`, whole(business.cost_of_never_flagging_per_1000)],
    [`${currency}, always flagging`, whole(business.cost_of_always_flagging_per_1000)],
  ];
  return html`<figure class="wide"><figcaption>Numbers on the test month</figcaption><dl class="numbers">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></figure>`;
}
