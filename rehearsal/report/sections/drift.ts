import { type Bar, barChart } from '../charts/bar-chart';
import { html, type Markup } from '../markup';
import type { ReportData } from '../report-data';

const prefix = 'feature_baseline_drift_';

type Analysis = ReportData['story']['analyses'][number];

/** How far an hour's requests were from the baseline, and where the limits are. */
export function driftSection({ story: { analyses } }: ReportData): Markup {
  return html`<section id="drift"><h2>Drift</h2>${
    analyses.length === 0
      ? html`<p>Nothing was analyzed.</p>`
      : html`<p>Distance of each feature's distribution from the baseline, 0 to 1. The dashed line is the limit; a feature beyond it is a violation. Unknown values of a category are one, too. Seasonal features such as weather are measured, but have no limit.</p><div class="charts">${analyses.map(analysisFigure)}</div>`
  }</section>`;
}

function analysisFigure({ what, result }: Analysis): Markup {
  const { limits, violations, metrics, outcome } = result;
  const violated = new Set(violations.map((one) => one.feature_name));
  const bars = Object.entries(metrics)
    .filter(([name]) => name.startsWith(prefix))
    .sort(([, a], [, b]) => b - a)
    .map(([name, value]): Bar => {
      const label = name.slice(prefix.length);
      const limit = limits?.[label];
      const compared = limits === undefined || limit !== undefined;
      return {
        label,
        from: 0,
        until: value,
        text: value.toFixed(3),
        tone: (limit === undefined ? violated.has(label) : value > limit) ? 'bad' : compared ? 'normal' : 'muted',
        ...(limit === undefined ? {} : { limit }),
      };
    });
  const chart = (tones: readonly Bar['tone'][], title: string) =>
    barChart(
      bars.filter(({ tone }) => tones.includes(tone)),
      { title },
    );
  const unlimited = bars.filter(({ tone }) => tone === 'muted').length;
  const findings = violations.map(
    (one) =>
      html`<li><strong>${one.feature_name}</strong>: ${one.description} <span class="muted">(${one.constraint_check_type})</span></li>`,
  );
  return html`<div>${chart(['normal', 'bad'], `${what}: ${outcome.result}`)}
${findings.length === 0 ? html`<p>No violation.</p>` : html`<ul>${findings}</ul>`}${
  unlimited === 0
    ? ''
    : html`<details><summary>${unlimited} features without a limit</summary>${chart(['muted'], 'Measured, not compared')}</details>`
}</div>`;
}
