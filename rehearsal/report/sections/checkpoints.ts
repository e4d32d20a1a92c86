import { duration } from '../../../operator/output';
import type { CheckpointResult } from '../../story/checkpoint';
import { chaptersOf } from '../chapters';
import { barChart } from '../charts/bar-chart';
import { html, type Markup } from '../markup';
import type { ReportData } from '../report-data';
import { wideTable } from '../table';

/** Every checkpoint with its evidence, folded by chapter; a chapter that did not pass is open. */
export function checkpointSection(data: ReportData): Markup {
  const chapters = chaptersOf(data.checkpoints).map(
    ({ name, status, checkpoints, milliseconds }) =>
      html`<details class="printed" id="chapter-${name}"${status === 'failed' ? html` open` : ''}><summary>${name}: ${checkpoints.length} ${checkpoints.length === 1 ? 'checkpoint' : 'checkpoints'} ${status}${status === 'passed' ? `, ${duration(milliseconds)}` : ''}</summary>${checkpoints.map(checkpoint)}</details>`,
  );
  return html`<section id="checkpoints"><h2>Checkpoints</h2>${chapters}${timing(data)}</section>`;
}

function checkpoint({ id, status, sentence, evidence, topics, error }: CheckpointResult): Markup {
  return html`<article id="checkpoint-${id}" class="${status.replace(' ', '-')}"><h3>${id} <span class="status">${status}</span></h3><p>${sentence}</p>
${error === undefined ? '' : html`<pre class="error">${error}</pre>`}${evidence.length === 0 ? '' : html`<dl>${evidence.map(({ label, value }) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`}
${topics.length === 0 ? '' : html`<p class="topics">Exam topics: ${topics.map((topic) => html`<a href="#topic-${topic}">${topic}</a> `)}</p>`}</article>`;
}

function timing({ checkpoints }: ReportData): Markup {
  const ran = checkpoints.filter(({ status }) => status !== 'not reached');
  const bars = ran.map(({ id, milliseconds, status }) => ({
    label: id,
    from: 0,
    until: milliseconds,
    text: duration(milliseconds),
    tone: status === 'passed' ? ('normal' as const) : ('bad' as const),
  }));
  const virtual = ran.map(
    ({ id, startedAt = '', endedAt = '' }) => html`<tr><td>${id}</td><td>${startedAt}</td><td>${endedAt}</td></tr>`,
  );
  return html`<details id="timeline"><summary>How long each checkpoint took</summary><div class="charts">${barChart(bars, { title: 'Real time' })}<div class="wide">${wideTable('Times of the virtual clock', ['checkpoint', 'from (virtual clock)', 'until'], virtual)}</div></div></details>`;
}
