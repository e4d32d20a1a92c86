import type { MatrixRow } from '../../proof/matrix/rows';
import { html, type Markup } from '../markup';
import { wideTable } from '../table';

/**
 * Who may do what, folded by role: the same rows as docs/reference/generated/access-matrix.md, with the statement that
 * allows each.
 */
export function accessSection(rows: readonly MatrixRow[]): Markup {
  const groups = new Map<string, MatrixRow[]>();
  for (const row of rows) groups.set(row.subject, [...(groups.get(row.subject) ?? []), row]);
  const folded = [...groups].map(([subject, permissions]) => {
    const lines = permissions.map(
      ({ action, resource, when, statement, policy }) =>
        html`<tr><td>${action}</td><td>${resource}</td><td>${when}</td><td>${statement}, ${policy}</td></tr>`,
    );
    return html`<details><summary>${subject}: ${permissions.length} permissions</summary>${wideTable(subject, ['action', 'resource', 'condition', 'statement'], lines)}</details>`;
  });
  return html`<section id="access"><h2>Access matrix</h2>${
    rows.length === 0
      ? html`<p>Nothing was deployed.</p>`
      : html`<p>${rows.length} permissions; everything else is denied. <code>npm run access</code> prints the same in the terminal.</p><details><summary>Permissions by role</summary><p hidden><input type="search" id="access-filter" aria-label="Filter the access matrix" placeholder="Words to look for, such as: PipelineRole PassRole"></p>${folded}</details>`
  }</section>`;
}

/** Shows only rows that have every word of the filter in them or in the name of their role. Without scripts the field stays hidden. */
export const accessFilter = `
const filter = document.getElementById('access-filter');
if (filter) filter.parentElement.hidden = false;
if (filter) filter.addEventListener('input', () => {
  const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const group of document.querySelectorAll('#access details details')) {
    const name = group.querySelector('summary').textContent.toLowerCase();
    let shown = 0;
    for (const row of group.querySelectorAll('tbody tr')) {
      const text = name + ' ' + row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    group.hidden = shown === 0;
    group.open = words.length > 0 && shown > 0;
  }
});
`;
