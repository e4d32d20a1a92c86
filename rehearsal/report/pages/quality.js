import { Chart } from 'local-account/console/pages/components/chart.js';
import { Card, Table } from 'local-account/console/pages/components/parts.js';
import { html } from 'local-account/console/pages/core/html.js';

/**
 * Each version on the real outcomes of months that it did not learn from.
 * @param {{ of: any }} props
 */
export function Quality({ of: { currency, charts, learned, changes, months } }) {
  return html`<${Card} title="Quality on real outcomes" note="Months that a version did not learn from">
    <p>${learned.length > 0 && `No line is drawn where a version was trained or tuned: ${learned.join('; ')}. `}"Without a model" is the cheaper of flagging nothing and flagging everything.</p>
    <div class="columns">${charts.map((/** @type {any} */ one) => html`<${Chart} key=${one.label} ...${one} />`)}</div>
    ${changes.length > 0 && html`<h3>What retraining changed in months that no version learned from</h3><${Rows} caption="What retraining changed" rows=${changes} titles=${['Airport', 'Month', 'Version', 'Change']} />`}
    <details><summary>All measured months</summary>
      <${Rows} caption="All measured months" rows=${months} titles=${['Airport', 'Month', 'Version', 'Rows', 'Positive', 'AUC', 'Average precision', `${currency} per 1000`, 'Without a model']} /></details>
  </${Card}>`;
}

/** @param {{ caption: string, rows: readonly string[][], titles: readonly string[] }} props */
function Rows({ caption, rows, titles }) {
  return html`<${Table} caption=${caption} rows=${rows} columns=${titles.map((title, at) => ({ title, cell: (/** @type {string[]} */ row) => row[at] ?? '' }))} />`;
}
