import { Card, Table } from 'local-account/console/pages/components/parts.js';
import { State } from 'local-account/console/pages/components/state.js';
import { html } from 'local-account/console/pages/core/html.js';
import { address } from 'local-account/console/pages/core/route.js';

/**
 * Hours that were analyzed for drift, with what was found.
 * @param {{ of: readonly any[] }} props
 */
export function Analyses({ of }) {
  return html`<${Card} title="Drift" note=${html`<a href=${address('monitoring')}>distributions and distances over time</a>`} empty=${of.length === 0 && 'Nothing was analyzed.'}>
    <p class="muted">Distance of each feature's distribution from the baseline, 0 to 1. Seasonal features such as weather are measured, but have no limit.</p>
    ${of.map(
      ({ what, outcome, violations, features }) => html`<details key=${what} open=${violations.length > 0}>
        <summary><${State} of=${outcome} /> ${what}: ${violations.length === 0 ? 'no violation' : `${violations.length} constraints violated`}</summary>
        <ul>${violations.map((/** @type {any} */ one) => html`<li><strong>${one.feature}</strong>: ${one.description} <span class="muted">(${one.type})</span></li>`)}</ul>
        <${Table} caption="Distances of ${what}" rows=${features} columns=${[
          { title: 'Feature', cell: (/** @type {any} */ one) => one.name },
          { title: 'Distance', number: true, cell: (/** @type {any} */ one) => one.distance },
          { title: 'Limit', number: true, cell: (/** @type {any} */ one) => one.limit },
          {
            title: 'Result',
            cell: (/** @type {any} */ one) => one.violated && html`<${State} of="violation" tone="bad" />`,
          },
        ]} />
      </details>`,
    )}
  </${Card}>`;
}

/**
 * Each release is one execution of the state machine.
 * @param {{ of: readonly any[] }} props
 */
export function Releases({ of }) {
  return html`<${Card} title="Releases" note="Each one is an execution of the release state machine" empty=${of.length === 0 && 'Nothing was released.'}>
    ${of.map(
      ({ title, result, detail, execution, states, phases }) => html`<details key=${execution}>
        <summary><${State} of=${result} tone=${result === 'Released' ? 'good' : 'bad'} /> ${title}: ${states} states</summary>
        <p class="lines">${detail}</p>
        <p><a href=${address('endpoint', [], { release: execution })}>The execution with the time of each state</a></p>
        <ol class="phases">${phases.map(
          (/** @type {any} */ { phase, states: list }) =>
            html`<li>${phase && html`<strong>${phase}</strong>`} <ol class="path">${list.map((/** @type {any} */ { name, kind }) => html`<li class=${kind}>${name}</li>`)}</ol></li>`,
        )}</ol>
      </details>`,
    )}
  </${Card}>`;
}

/** @param {{ of: any }} props */
export function Alarms({ of: { fired, changes } }) {
  return html`<${Card} title="Alarms" note="Times of the virtual clock" empty=${changes.length === 0 && 'No alarm went off.'}>
    ${
      fired.length === 0
        ? html`<p>No alarm went off.</p>`
        : html`<p>${fired.length} alarms went off. The checkpoints are those that ran when the alarm was evaluated.</p>
      <${Table} caption="Alarms that went off" rows=${fired} columns=${[
        {
          title: 'Alarm',
          wide: true,
          cell: (/** @type {any} */ one) =>
            html`<a title=${one.name} href=${address('monitoring', ['alarm', one.name])}>${one.short}</a>`,
        },
        { title: 'Times', number: true, cell: (/** @type {any} */ one) => one.times },
        { title: 'First at', cell: (/** @type {any} */ one) => one.first },
        {
          title: 'During',
          cell: (/** @type {any} */ { during }) =>
            during.map(
              (/** @type {string} */ id) => html`<a href=${address('story', [], { checkpoint: id })}>${id}</a> `,
            ),
        },
        { title: 'State at the end', cell: (/** @type {any} */ one) => html`<${State} of=${one.state} />` },
      ]} />`
    }
    <details><summary>All ${changes.length} changes of state</summary>
      <${Table} caption="Changes of state" rows=${changes} columns=${['At', 'Alarm', 'Change', 'Why'].map((title, at) => ({ title, wide: at === 3, cell: (/** @type {string[]} */ row) => row[at] ?? '' }))} /></details>
  </${Card}>`;
}
