import { duration } from '../../operator/output';
import { change, unseenMonths } from '../story/quality';
import { barChart, lineChart } from './charts';
import { html, type Markup } from './markup';
import type { ReportData } from './report-data';

/** The parts of the report, in the order in which a reader wants them. */

export function checkpointSection(data: ReportData): Markup {
  const rows = data.checkpoints.map(
    (
      one,
    ) => html`<tr class="${one.status.replace(' ', '-')}"><td>${one.status}</td><td>${one.id}</td><td>${one.sentence}
${one.error === undefined ? '' : html`<pre class="error">${one.error}</pre>`}
${one.evidence.length === 0 ? '' : html`<dl>${one.evidence.map(({ label, value }) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`}</td><td class="number">${one.status === 'not reached' ? '' : duration(one.milliseconds)}</td><td class="rows">${one.rows.join(' ')}</td></tr>`,
  );
  return html`<section id="checkpoints"><h2>Checkpoints</h2><table><thead><tr><th>status</th><th>checkpoint</th><th>what is true, and how it was seen</th><th>took</th><th>blueprint rows</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

export function timelineSection(data: ReportData): Markup {
  let from = 0;
  const bars = data.checkpoints
    .filter((one) => one.status !== 'not reached')
    .map((one) => {
      const bar = {
        label: one.id,
        from,
        until: from + one.milliseconds,
        text: duration(one.milliseconds),
        color: one.status === 'passed' ? 0 : 1,
      };
      from += one.milliseconds;
      return bar;
    });
  const virtual = data.checkpoints
    .filter((one) => one.startedAt !== undefined)
    .map((one) => html`<tr><td>${one.id}</td><td>${one.startedAt ?? ''}</td><td>${one.endedAt ?? ''}</td></tr>`);
  return html`<section id="timeline"><h2>Timeline</h2>${barChart(bars, { title: 'Real time' })}
<details><summary>On the virtual clock</summary><table><thead><tr><th>checkpoint</th><th>from</th><th>until</th></tr></thead><tbody>${virtual}</tbody></table></details></section>`;
}

export function pipelineSection(data: ReportData): Markup {
  const runs = data.story.trainings.map(({ what, result }) => {
    const starts = result.steps.flatMap((step) => (step.startedAt === undefined ? [] : [Date.parse(step.startedAt)]));
    const origin = Math.min(...starts);
    const bars = result.steps.map((step) => {
      const from = step.startedAt === undefined ? 0 : Date.parse(step.startedAt) - origin;
      const took = step.milliseconds ?? 0;
      const text = `${step.status}, ${duration(took)}${step.cached ? ' (cached)' : ''}`;
      return { label: step.name, from, until: from + took, text, color: step.status === 'Failed' ? 1 : 0 };
    });
    return html`<h3>${what}: ${result.status}${result.version === undefined ? '' : html`, version ${result.version}`}</h3>${barChart(bars, { title: 'Steps' })}${metrics(result.evaluation)}`;
  });
  return html`<section id="pipeline"><h2>Pipeline runs</h2>${runs.length === 0 ? html`<p>None ran.</p>` : runs}</section>`;
}

type Evaluation = ReportData['story']['trainings'][number]['result']['evaluation'];

function metrics(evaluation: Evaluation): Markup {
  if (evaluation === undefined) return html``;
  const { binary_classification_metrics: metrics, business, gate } = evaluation;
  const numbers = Object.entries(metrics).flatMap(([name, metric]) => {
    const value = (metric as { value?: unknown } | undefined)?.value;
    return typeof value === 'number'
      ? [html`<tr><td>${name}</td><td class="number">${value.toFixed(4)}</td></tr>`]
      : [];
  });
  const curve = metrics.precision_recall_curve as { precisions?: number[]; recalls?: number[] } | undefined;
  const recall = (curve?.recalls ?? []).map((x, at): [number, number] => [x, curve?.precisions?.[at] ?? Number.NaN]);
  const cost = (business.cost_curve ?? []).map((point): [number, number] => [point.threshold, point.cost]);
  return html`<div class="charts">${lineChart([{ name: 'candidate', points: recall }], { title: 'Precision over recall, test month', x: 'recall', y: 'precision', yFrom: 0 })}
${lineChart([{ name: 'candidate', points: cost }], { title: 'Cost over threshold, USD per 1000 flights', x: 'threshold', y: 'USD', mark: { at: business.threshold, label: `chosen: ${business.threshold.toFixed(2)}` } })}
<table><tbody>${numbers}<tr><td>USD per 1000 flights</td><td class="number">${business.expected_cost_per_1000.toFixed(0)}</td></tr><tr><td>the live model's</td><td class="number">${typeof business.live_cost_per_1000 === 'number' ? business.live_cost_per_1000.toFixed(0) : 'none'}</td></tr><tr><td>never flagging</td><td class="number">${business.cost_of_never_flagging_per_1000.toFixed(0)}</td></tr><tr><td>always flagging</td><td class="number">${business.cost_of_always_flagging_per_1000.toFixed(0)}</td></tr><tr><td>PR-AUC by the share of positives</td><td class="number">${gate.lift.toFixed(2)}</td></tr></tbody></table></div>`;
}

export function qualitySection(data: ReportData): Markup {
  const { quality } = data.story;
  if (quality.length === 0) return html``;
  const charts = [...new Set(quality.map((one) => one.airport))].map((airport) => {
    const own = quality.filter((one) => one.airport === airport);
    const months = [...new Set(own.map((one) => one.month))].sort();
    const curves = [...new Set(own.map((one) => one.modelVersion))].map((version) => ({
      name: `version ${version}`,
      points: own
        .filter((one) => one.modelVersion === version)
        .map((one): [number, number] => [months.indexOf(one.month), one.auc]),
    }));
    return lineChart(curves, {
      title: `AUC at ${airport}`,
      x: `${months[0] ?? ''} to ${months.at(-1) ?? ''}`,
      y: 'AUC',
    });
  });
  const rows = quality.map(
    (one) =>
      html`<tr><td>${one.airport}</td><td>${one.month}</td><td>${one.modelVersion}</td><td class="number">${one.flights}</td><td class="number">${(100 * one.disruptedShare).toFixed(1)} %</td><td class="number">${one.auc.toFixed(4)}</td><td class="number">${one.averagePrecision.toFixed(4)}</td><td class="number">${one.costPer1000.toFixed(0)}</td><td class="number">${Math.min(one.neverFlaggingPer1000, one.alwaysFlaggingPer1000).toFixed(0)}</td></tr>`,
  );
  return html`<section id="quality"><h2>Quality on real outcomes</h2><div class="charts">${charts}</div><table><thead><tr><th>airport</th><th>month</th><th>version</th><th>flights</th><th>disrupted</th><th>AUC</th><th>average precision</th><th>USD per 1000</th><th>without a model</th></tr></thead><tbody>${rows}</tbody></table>${retrainingTable(quality)}</section>`;
}

/** Months that two versions were measured on: where retraining helped, and where it did not. */
function retrainingTable(quality: ReportData['story']['quality']): Markup {
  const rows = quality.flatMap((before) => {
    const after = quality.find(
      (one) => one.airport === before.airport && one.month === before.month && one.modelVersion > before.modelVersion,
    );
    return after === undefined
      ? []
      : [
          html`<tr><td>${before.airport}</td><td>${before.month}</td><td>${before.modelVersion} → ${after.modelVersion}</td><td>${unseenMonths.includes(before.month) ? change(before, after) : `version ${after.modelVersion} has learned this month: its numbers say nothing here`}</td></tr>`,
        ];
  });
  return rows.length === 0
    ? html``
    : html`<h3>What retraining changed</h3><table><thead><tr><th>airport</th><th>month</th><th>version</th><th>change</th></tr></thead><tbody>${rows}</tbody></table>`;
}

export function driftSection(data: ReportData): Markup {
  const analyses = data.story.analyses.map(({ what, result }) => {
    const violated = new Set(result.violations.map((one) => one.feature_name));
    const bars = Object.entries(result.metrics)
      .filter(([name]) => name.startsWith('feature_baseline_drift_'))
      .map(([name, value]) => {
        const label = name.slice('feature_baseline_drift_'.length);
        return { label, from: 0, until: value, text: value.toFixed(3), color: violated.has(label) ? 1 : 0 };
      });
    const violations = result.violations.map(
      (one) =>
        html`<tr><td>${one.feature_name}</td><td>${one.constraint_check_type}</td><td>${one.description}</td></tr>`,
    );
    return html`<h3>${what}: ${result.outcome.result}</h3>${barChart(bars, { title: 'Distance from the baseline, by feature', maximum: 1 })}
${violations.length === 0 ? html`<p>No violation.</p>` : html`<table><thead><tr><th>feature</th><th>check</th><th>finding</th></tr></thead><tbody>${violations}</tbody></table>`}`;
  });
  return html`<section id="drift"><h2>Drift</h2><p>Weather and other seasonal features are measured, too, but only watched for their schema.</p>${analyses.length === 0 ? html`<p>Nothing was analyzed.</p>` : analyses}</section>`;
}

export function alarmSection(data: ReportData): Markup {
  const rows = data.alarms.map(
    (one) =>
      html`<tr><td>${one.at}</td><td>${one.name}</td><td>${one.from}</td><td>${one.to}</td><td>${one.reason}</td></tr>`,
  );
  return html`<section id="alarms"><h2>Alarms</h2>${
    rows.length === 0
      ? html`<p>No alarm changed its state.</p>`
      : html`<table><thead><tr><th>virtual time</th><th>alarm</th><th>from</th><th>to</th><th>why</th></tr></thead><tbody>${rows}</tbody></table>`
  }</section>`;
}

export function releaseSection(data: ReportData): Markup {
  const rows = data.story.releases.map(
    (one) =>
      html`<tr><td>${one.version}</td><td>${one.what}</td><td>${one.outcome.result}</td><td>${one.outcome.detail}</td><td class="states">${one.run.states.join(' → ')}</td></tr>`,
  );
  return html`<section id="releases"><h2>Releases</h2>${
    rows.length === 0
      ? html`<p>Nothing was released.</p>`
      : html`<table><thead><tr><th>version</th><th>what</th><th>outcome</th><th>detail</th><th>states passed</th></tr></thead><tbody>${rows}</tbody></table>`
  }</section>`;
}

export function denialSection(data: ReportData): Markup {
  const rows = data.denials.map(
    (one) =>
      html`<tr><td>${one.firstAt}</td><td class="arn">${one.principal}</td><td>${one.action}</td><td class="arn">${one.resource}</td><td>${one.reason}</td><td class="number">${one.times}</td></tr>`,
  );
  return html`<section id="denials"><h2>Denials</h2><p>${data.decisions} decisions, ${data.denials.reduce((sum, one) => sum + one.times, 0)} refusals.</p>${
    rows.length === 0
      ? ''
      : html`<table><thead><tr><th>virtual time</th><th>who</th><th>action</th><th>resource</th><th>why</th><th>times</th></tr></thead><tbody>${rows}</tbody></table>`
  }</section>`;
}

export function diarySection(data: ReportData): Markup {
  const rows = data.diary.map((one) => html`<tr><td>${one.at}</td><td>${one.kind}</td><td>${one.summary}</td></tr>`);
  return html`<section id="diary"><h2>Diary</h2><details><summary>${data.diary.length} entries</summary><table><tbody>${rows}</tbody></table></details></section>`;
}
