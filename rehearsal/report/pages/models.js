import { Chart } from 'local-account/console/pages/components/chart.js';
import { Card, Facts, Table } from 'local-account/console/pages/components/parts.js';
import { html } from 'local-account/console/pages/core/html.js';
import { address } from 'local-account/console/pages/core/route.js';

/**
 * What each version costs, and the trials that it was chosen from.
 * @param {{ models: readonly any[] }} props
 */
export function Models({ models }) {
  if (models.length === 0) return html`<${Card} title="Model versions" empty="No model was registered." />`;
  return models.map(
    ({
      title,
      tested,
      charts,
      confusion,
      trials,
      numbers,
    }) => html`<${Card} key=${title} title=${title} note=${html`<a href=${address('registry')}>metrics, card and lineage</a>`}>
      ${tested && html`<p>${tested}</p>`}
      <div class="columns">${charts.map((/** @type {any} */ one) => html`<${Chart} key=${one.label} ...${one} />`)}</div>
      <div class="columns">
        <${Facts} of=${numbers} />
        ${confusion && html`<${Confusion} of=${confusion} />`}
      </div>
      ${trials && html`<${Trials} of=${trials} />`}
    </${Card}>`,
  );
}

/** @param {{ of: any }} props */
function Confusion({ of: { threshold, rows } }) {
  return html`<table class="confusion">
    <caption>Confusion matrix at the threshold ${threshold}; shares are of all negative or all positive rows</caption>
    <thead><tr><td></td><th scope="col">not flagged</th><th scope="col">flagged</th></tr></thead>
    <tbody>${rows.map(
      (/** @type {any} */ { label, cells }) =>
        html`<tr><th scope="row">${label}</th>${cells.map((/** @type {any} */ { count, text }) => html`<td class=${text.startsWith('correct') ? 'right' : 'wrong'}><strong>${count}</strong> ${text}</td>`)}</tr>`,
    )}</tbody>
  </table>`;
}

/** @param {{ of: any }} props */
function Trials({ of: { metric, names, rows } }) {
  return html`<details><summary>${rows.length} tuning trials by ${metric}</summary>
    <${Table} caption="Tuning trials" rows=${rows} columns=${[
      { title: 'Trial', cell: (/** @type {any} */ { trial }) => trial },
      { title: metric, number: true, cell: (/** @type {any} */ { value }) => value },
      ...names.map((/** @type {string} */ title, /** @type {number} */ at) => ({
        title,
        number: true,
        cell: (/** @type {any} */ { parameters }) => parameters[at],
      })),
    ]} /></details>`;
}
