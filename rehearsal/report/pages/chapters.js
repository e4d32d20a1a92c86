import { Card, Facts, Table } from 'local-account/console/pages/components/parts.js';
import { State } from 'local-account/console/pages/components/state.js';
import { html } from 'local-account/console/pages/core/html.js';
import { address } from 'local-account/console/pages/core/route.js';

const tones = /** @type {Record<string, 'good' | 'bad' | ''>} */ ({ passed: 'good', failed: 'bad' });

/**
 * One line for each chapter, with its checkpoints folded. A chapter that failed is open.
 * @param {{ chapters: readonly any[], open?: string }} props the checkpoint that an address names
 */
export function Chapters({ chapters, open }) {
  return html`<${Card} title="The story" empty=${chapters.length === 0 && 'No checkpoint ran.'}>
    <ol class="chapters">${chapters.map(
      ({ name, status, line, took, checkpoints }) => html`<li key=${name}>
        <details class="printed" open=${status === 'failed' || checkpoints.some((/** @type {any} */ { id }) => id === open)}>
          <summary><${State} of=${status} tone=${tones[status] ?? ''} /> <strong>${name}</strong> <span>${line}</span> <span class="muted">${took}</span></summary>
          ${checkpoints.map((/** @type {any} */ one) => html`<${Checkpoint} key=${one.id} of=${one} chosen=${one.id === open} />`)}
        </details>
      </li>`,
    )}</ol>
  </${Card}>`;
}

/** @param {{ of: any, chosen: boolean }} props */
function Checkpoint({ of: { id, status, sentence, evidence, topics, error, took }, chosen }) {
  return html`<article class="checkpoint" aria-current=${chosen ? 'true' : undefined} id="checkpoint-${id}">
    <h3>${id} ${status !== 'passed' && html`<${State} of=${status} tone=${tones[status] ?? ''} />`} <span class="muted">${took}</span></h3>
    <p>${sentence}</p>
    ${error !== undefined && html`<pre class="error">${error}</pre>`}
    <${Facts} of=${evidence.map((/** @type {any} */ { label, value }) => [label, String(value)])} />
    ${
      topics.length > 0 &&
      html`<p class="muted">Exam topics: ${topics.map((/** @type {string} */ topic) => html`<a href=${address('exam', [], { q: topic })}>${topic}</a> `)}</p>`
    }
  </article>`;
}

/**
 * How long each checkpoint took, and when it ran on the account's clock.
 * @param {{ chapters: readonly any[] }} props
 */
export function Durations({ chapters }) {
  const ran = chapters.flatMap(({ checkpoints }) => checkpoints).filter(({ status }) => status !== 'not reached');
  const most = Math.max(1, ...ran.map(({ milliseconds }) => milliseconds));
  return html`<${Card} title="Durations" empty=${ran.length === 0 && 'No checkpoint ran.'}>
    <details><summary>How long each checkpoint took</summary>
      <${Table} caption="Durations of the checkpoints" rows=${ran} columns=${[
        { title: 'Checkpoint', cell: (/** @type {any} */ one) => one.id },
        {
          title: 'Real time',
          wide: true,
          cell: (/** @type {any} */ one) =>
            html`<span class="bar-fill" style=${{ width: `${(60 * one.milliseconds) / most}%` }}></span> ${one.took}`,
        },
        { title: 'From (virtual clock)', cell: (/** @type {any} */ one) => one.from ?? '' },
        { title: 'Until', cell: (/** @type {any} */ one) => one.until ?? '' },
      ]} />
    </details>
  </${Card}>`;
}
