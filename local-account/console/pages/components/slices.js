import { html } from '../core/html.js';
import { number } from '../core/names.js';
import { currentRoute, setQuery } from '../core/route.js';
import { Chart } from './chart.js';
import { Card, Table } from './parts.js';

/**
 * What a version measured on parts of its test rows, such as each month. An evaluation names such parts `by_month: { "2013-05": { metric: number } }`.
 * @typedef {{ name: string, rows: { part: string, values: Record<string, number> }[] }} Slices
 */

/**
 * @param {any} file a model quality file
 * @returns {Slices[]}
 */
export function slicesOf(file) {
  const isNumbers = (/** @type {any} */ one) =>
    typeof one === 'object' && one !== null && Object.values(one).some((value) => typeof value === 'number');
  return Object.entries(file ?? {})
    .filter(([name, parts]) => name.startsWith('by_') && Object.values(parts ?? {}).every(isNumbers))
    .map(([name, parts]) => ({
      name: name.replaceAll('_', ' '),
      rows: Object.entries(parts).map(([part, values]) => ({ part, values: /** @type {any} */ (values) })),
    }));
}

/**
 * A card for each kind of parts; months also as a chart of one metric, with the version that serves beside this one.
 * @param {{ quality: any, other?: any, otherName?: string, note: string }} props
 */
export function SliceCards({ quality, other, otherName, note }) {
  return slicesOf(quality).map(({ name, rows }) => {
    const live = slicesOf(other).find((one) => one.name === name)?.rows ?? [];
    return html`<${Card} title="Quality and cost ${name}" key=${name} note=${note}>
      ${rows.every(({ part }) => isMonth(part)) && html`<${Months} rows=${rows} other=${live} otherName=${otherName} />`}
      <${Table} caption="Values ${name}" rows=${rows} columns=${[
        {
          title: name.replace(/^by /, ''),
          cell: (/** @type {any} */ { part }) => html`<span style=${{ whiteSpace: 'nowrap' }}>${part}</span>`,
        },
        ...namesOf(rows).map((metric) => ({
          title: metric,
          number: true,
          cell: (/** @type {any} */ { values }) => number(values[metric]),
        })),
      ]} />
    </${Card}>`;
  });
}

/** @param {Slices['rows']} rows */
function namesOf(rows) {
  return [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
}

/** @param {string} part */
function isMonth(part) {
  return /^\d{4}-\d{2}$/.test(part);
}

/** @param {{ rows: Slices['rows'], other: Slices['rows'], otherName?: string }} props */
function Months({ rows, other, otherName }) {
  const names = namesOf(rows);
  const wanted = currentRoute().query.slice ?? '';
  const chosen = names.includes(wanted) ? wanted : (names.find((one) => one.includes('cost')) ?? names[0] ?? '');
  const months = [...new Set([...rows, ...other].map(({ part }) => part))].filter(isMonth).sort();
  const valueIn = (/** @type {Slices['rows']} */ list, /** @type {string} */ month) =>
    list.find(({ part }) => part === month)?.values[chosen] ?? null;
  if (months.length < 2) return null;
  return html`<label>Metric <select value=${chosen} onChange=${(/** @type {any} */ event) => setQuery({ slice: event.currentTarget.value })}>${names.map((one) => html`<option>${one}</option>`)}</select></label>
    <${Chart} label="${chosen} by month" time from0 x=${months.map((month) => Date.parse(`${month}-01`) / 1000)} series=${[
      { label: 'this version', points: true, values: months.map((month) => valueIn(rows, month)) },
      ...(other.length > 0
        ? [
            {
              label: otherName ?? 'the version that serves',
              points: true,
              values: months.map((month) => valueIn(other, month)),
            },
          ]
        : []),
    ]} />`;
}
