import { html, type Markup } from '../markup';
import type { ReportData } from '../report-data';
import { wideTable } from '../table';

export function denialSection({ denials, decisions }: ReportData): Markup {
  const rows = denials.map(
    (one) =>
      html`<tr><td>${one.firstAt}</td><td class="arn">${one.principal}</td><td>${one.action}</td><td class="arn">${one.resource}</td><td>${one.reason}</td><td class="number">${one.times}</td></tr>`,
  );
  return html`<section id="denials"><h2>Denied calls</h2><p>${decisions} authorization decisions, ${denials.reduce((sum, one) => sum + one.times, 0)} denials. <code>npm run access -- denied</code> explains each by its policy.</p>${
    rows.length === 0
      ? ''
      : html`<details class="printed"><summary>${rows.length} different calls</summary>${wideTable('Denied calls', ['virtual time', 'who', 'action', 'resource', 'why', 'times'], rows)}</details>`
  }</section>`;
}
