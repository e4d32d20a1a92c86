import { Card, Heading, Table } from 'local-account/console/pages/components/parts.js';
import { html } from 'local-account/console/pages/core/html.js';
import { setQuery } from 'local-account/console/pages/core/route.js';

/**
 * Who may do what, folded by role, with the statement that allows each: the access matrix of the deployed policies.
 * @param {{ route: import('local-account/console/pages/core/route.js').Route, data: any[] }} props MatrixRow
 */
export default function Access({ route, data }) {
  const { q = '' } = route.query;
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = data.filter((row) => {
    const text = Object.values(row).join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const subjects = [...new Set(shown.map(({ subject }) => subject))];
  return html`<div class="page">
    <${Heading} title="Access">${data.length === 0 ? 'Nothing was deployed.' : `${data.length} permissions; everything else is denied.`}</${Heading}>
    <div class="filters">
      <label><span class="unseen">Search</span><input type="search" placeholder="Such as: PipelineRole PassRole" value=${q} onInput=${(/** @type {any} */ event) => setQuery({ q: event.currentTarget.value })} /></label>
      <span class="muted" role="status">${shown.length} permissions</span>
    </div>
    <${Card} title="Permissions by role" empty=${shown.length === 0 && 'None.'}>
      ${subjects.map((subject) => {
        const rows = shown.filter((one) => one.subject === subject);
        return html`<details key=${subject} open=${words.length > 0 && subjects.length < 6}><summary>${subject}: ${rows.length} permissions</summary>
          <${Table} caption=${subject} rows=${rows} columns=${[
            { title: 'Action', cell: (/** @type {any} */ { action }) => action },
            { title: 'Resource', wide: true, cell: (/** @type {any} */ { resource }) => resource },
            { title: 'Condition', wide: true, cell: (/** @type {any} */ { when }) => when },
            {
              title: 'Statement',
              wide: true,
              cell: (/** @type {any} */ { statement, policy }) => `${statement}, ${policy}`,
            },
          ]} /></details>`;
      })}
    </${Card}>
  </div>`;
}
