import { Card, Heading, Table } from 'local-account/console/pages/components/parts.js';
import { State } from 'local-account/console/pages/components/state.js';
import { html } from 'local-account/console/pages/core/html.js';
import { address } from 'local-account/console/pages/core/route.js';
import { Chapters, Durations } from './chapters.js';
import { Models } from './models.js';
import { Quality } from './quality.js';
import { Alarms, Analyses, Releases } from './serving.js';

/**
 * The rehearsal itself: its checkpoints, and the numbers that the account's own pages do not have.
 * @param {{ route: import('local-account/console/pages/core/route.js').Route, data: any }} props StoryContent
 */
export default function Story({ route, data }) {
  const { headline, about, failed, chapters, trainings, models, quality, analyses, releases, alarms, denials } = data;
  return html`<div class="page">
    <${Heading} title=${headline}>${about}</${Heading}>
    ${
      failed &&
      html`<div class="error" role="alert"><strong>${failed.id} failed</strong><pre>${failed.error}</pre></div>`
    }
    <${Chapters} chapters=${chapters} open=${route.query.checkpoint} />
    <${Trainings} of=${trainings} />
    <${Models} models=${models} />
    ${quality && html`<${Quality} of=${quality} />`}
    <${Analyses} of=${analyses} />
    <${Releases} of=${releases} />
    <${Alarms} of=${alarms} />
    <${Denials} of=${denials} />
    <${Durations} chapters=${chapters} />
  </div>`;
}

/** @param {{ of: any }} props */
function Trainings({ of: { runs, steps, reasons } }) {
  return html`<${Card} title="Pipeline runs" note=${html`<a href=${address('pipelines')}>graphs, logs and artifacts</a>`} empty=${runs.length === 0 && 'No training ran.'}>
    <${Table} caption="What each step took" rows=${steps} columns=${[
      { title: 'Step', cell: (/** @type {any} */ { name }) => name },
      ...runs.map((/** @type {string} */ title, /** @type {number} */ at) => ({
        title,
        cell: (/** @type {any} */ { cells }) => cells[at],
      })),
    ]} />
    ${reasons.map((/** @type {any} */ { what, reason }) => html`<p><strong>${what}</strong> registered nothing. ${reason}</p>`)}
  </${Card}>`;
}

/** @param {{ of: any }} props */
function Denials({ of: { sentence, calls } }) {
  return html`<${Card} title="Denied calls">
    <p>${sentence} <a href=${address('events', [], { q: 'denied' })}>Events</a> explains each by its policy.</p>
    ${
      calls.length > 0 &&
      html`<details class="printed"><summary>${calls.length} different calls</summary>
      <${Table} caption="Denied calls" rows=${calls} columns=${[
        {
          title: 'Who',
          wide: true,
          cell: (/** @type {any} */ one) => html`<span class="mono">${one.principal}</span>`,
        },
        { title: 'Action', cell: (/** @type {any} */ one) => html`<${State} of="denied" /> ${one.action}` },
        {
          title: 'Resource',
          wide: true,
          cell: (/** @type {any} */ one) => html`<span class="mono">${one.resource}</span>`,
        },
        { title: 'Why', wide: true, cell: (/** @type {any} */ one) => one.reason },
        { title: 'Times', number: true, cell: (/** @type {any} */ one) => one.times },
        { title: 'First at', cell: (/** @type {any} */ one) => one.firstAt },
      ]} /></details>`
    }
  </${Card}>`;
}
