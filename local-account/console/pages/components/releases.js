import { outputOf } from '../core/account.js';
import { call, listAll } from '../core/api.js';
import { useContent } from '../core/content.js';
import { html } from '../core/html.js';
import { useLoad } from '../core/load.js';
import { address, currentRoute } from '../core/route.js';
import { duration } from '../core/time.js';
import { Moment } from './moment.js';
import { Card, Facts, Table } from './parts.js';
import { State } from './state.js';

/**
 * Executions of the state machine that releases, and the states that one of them went through.
 * @param {{ execution?: string }} props
 */
export function Releases({ execution }) {
  const { releaseStateMachine } = useContent();
  const {
    value = [],
    error,
    loading,
  } = useLoad(async () => {
    const stateMachineArn = await outputOf(releaseStateMachine);
    return stateMachineArn === undefined ? [] : listAll('sfn', 'ListExecutions', { stateMachineArn }, 'executions', 50);
  });
  const chosen = value.find(({ name }) => name === execution) ?? value[0];
  const { page, parts, query } = currentRoute();
  if (releaseStateMachine === undefined) return null;
  return html`<${Card} title="Releases" error=${error} loading=${loading} empty=${value.length === 0 && 'Nothing was released yet. An approval starts a release.'}>
    <${Table} caption="Executions of the release" rows=${value.slice(0, 8)} chosen=${(/** @type {any} */ one) => one === chosen} columns=${[
      {
        title: 'Started',
        cell: (/** @type {any} */ one) =>
          html`<a href=${address(page, parts, { ...query, release: one.name })}><${Moment} at=${one.startDate} /></a>`,
      },
      { title: 'Status', cell: (/** @type {any} */ one) => html`<${State} of=${one.status} />` },
    ]} />
    ${chosen && html`<${Path} key=${chosen.executionArn} arn=${chosen.executionArn} status=${chosen.status} />`}
  </${Card}>`;
}

/** @param {{ arn: string, status: string }} props */
function Path({ arn, status }) {
  const { value, error } = useLoad(() => load(arn), [arn, status]);
  const { execution, states = [], current } = value ?? {};
  const outcome = outcomeOf(execution);
  return html`<section aria-label="The chosen release">
    ${error && html`<p class="error" role="alert">${error.message}</p>`}
    <${Facts} of=${[
      ['Outcome', outcome],
      ['Error', execution?.error],
      ['Cause', execution?.cause && html`<pre>${execution.cause}</pre>`],
    ]} />
    <details open=${status === 'RUNNING'}><summary>${states.length} states${status === 'RUNNING' ? `, now ${current}` : ''}</summary>
      <ol class="states">${states.map(
        (
          /** @type {any} */ { name, times, took, failed },
        ) => html`<li aria-current=${status === 'RUNNING' && name === current ? 'step' : undefined}>
          ${name} <span class="muted">${times > 1 ? `${times} times, ` : ''}${duration(took)}</span> ${failed && html`<span class="state bad">${failed}</span>`}
        </li>`,
      )}</ol>
    </details>
  </section>`;
}

/** @param {any} execution */
function outcomeOf(execution) {
  if (execution?.output === undefined) return undefined;
  try {
    const { outcome } = JSON.parse(execution.output);
    return outcome && `${outcome.result}: ${outcome.detail}`;
  } catch {
    return undefined;
  }
}

/** @param {string} executionArn */
async function load(executionArn) {
  const [execution, events] = await Promise.all([
    call('sfn', 'DescribeExecution', { executionArn }),
    listAll('sfn', 'GetExecutionHistory', { executionArn, maxResults: 1000 }, 'events', 5000),
  ]);
  return { execution, ...statesOf(events) };
}

/**
 * States in the order in which they were first entered, and the one that was entered last; a loop counts.
 * @param {readonly any[]} events
 */
function statesOf(events) {
  /** @type {Map<string, { name: string, times: number, took: number, entered: number, failed?: string }>} */
  const states = new Map();
  /** @type {{ name: string, times: number, took: number, entered: number, failed?: string } | undefined} */
  let current;
  // A state lasts until the next one is entered: a wait ends then, too.
  const leave = (/** @type {number} */ at) => {
    if (current !== undefined) current.took += at - current.entered;
  };
  for (const {
    type,
    timestamp,
    stateEnteredEventDetails,
    taskFailedEventDetails,
    executionFailedEventDetails,
  } of events) {
    const at = Date.parse(timestamp);
    if (stateEnteredEventDetails !== undefined) {
      const { name } = stateEnteredEventDetails;
      leave(at);
      current = states.get(name) ?? { name, times: 0, took: 0, entered: at };
      current.times += 1;
      current.entered = at;
      states.set(name, current);
    } else if (/Failed$|TimedOut$/.test(type) && current !== undefined) {
      current.failed = (taskFailedEventDetails ?? executionFailedEventDetails)?.error ?? type;
    }
  }
  leave(Date.parse(events.at(-1)?.timestamp ?? 0));
  return { states: [...states.values()], current: current?.name };
}
