import { html, type Markup } from '../markup';
import type { ReportData } from '../report-data';
import { wideTable } from '../table';

/** Everything that happened in the account, in order. */
export function diarySection({ diary }: ReportData): Markup {
  const rows = diary.map((one) => html`<tr><td>${one.at}</td><td>${one.kind}</td><td>${one.summary}</td></tr>`);
  return html`<section id="diary"><h2>Diary</h2><details><summary>${diary.length} entries</summary>${wideTable('Diary', ['virtual time', 'kind', 'what happened'], rows)}</details></section>`;
}
