import { html, type Markup } from '../markup';
import type { ReportData } from '../report-data';
import { wideTable } from '../table';

/** Everything that happened in the account, in order. */
export function eventSection({ events }: ReportData): Markup {
  const rows = events.map((one) => html`<tr><td>${one.at}</td><td>${one.kind}</td><td>${one.summary}</td></tr>`);
  return html`<section id="events"><h2>Events</h2><details><summary>${events.length} entries</summary>${wideTable('Events', ['virtual time', 'kind', 'what happened'], rows)}</details></section>`;
}
