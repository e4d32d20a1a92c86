import { Graph } from '../components/graph.js';
import { Moment } from '../components/moment.js';
import { Card, Heading, Problem, Table } from '../components/parts.js';
import { State, toneOf } from '../components/state.js';
import { alarms, packages, stacks } from '../core/account.js';
import { listAll } from '../core/api.js';
import { useContent } from '../core/content.js';
import { runningNow } from '../core/costs.js';
import { html } from '../core/html.js';
import { useLive } from '../core/live.js';
import { useLoad } from '../core/load.js';
import { lastPart, readableName } from '../core/names.js';
import { address } from '../core/route.js';

/** How long a stage is lively after something happened in it, in milliseconds. */
const lively = 6000;

/**
 * The whole account on one page.
 * @param {{ route: import('../core/route.js').Route }} props
 */
export default function Overview({ route }) {
  return html`<div class="page">
    <${Heading} title="Overview" />
    <${Architecture} open=${route.parts[0] ?? ''} />
    <div class="columns">
      <${Waiting} />
      <${Alarms} />
      <${Cost} />
    </div>
    <${Latest} />
  </div>`;
}

/** @param {{ open: string }} props */
function Architecture({ open }) {
  const { stages: told, flows = [] } = useContent();
  const { value = [], error, loading } = useLoad(stacks);
  const stages = told ?? value.map(({ name }) => ({ id: name, title: name, summary: '', stack: name }));
  const active = useLive(({ entries }) => activeStages(entries, stages)).split(' ');
  const statusOf = (/** @type {string} */ stack) => value.find(({ name }) => name === stack)?.status;
  const shown = stages.find((/** @type {any} */ { id }) => id === open);
  const narrow = innerWidth < 900;
  const nodes = stages.map((/** @type {any} */ { id, title, stack }) => {
    const status = statusOf(stack);
    return {
      id,
      title,
      sub: status ?? 'not deployed',
      tone: status === undefined ? '' : toneOf(status),
      lively: active.includes(id),
      chosen: open === id,
      href: address('overview', open === id ? [] : [id]),
    };
  });
  const edges = flows.map((/** @type {any} */ flow) => ({
    ...flow,
    lively: active.includes(flow.from) && active.includes(flow.to),
  }));
  return html`<${Card} title="Architecture" note="What is lit up works at this moment" loading=${loading} error=${error}
    empty=${(error || stages.length === 0) && 'Nothing is deployed yet. In another terminal: npx cdk deploy --all'}>
    <div class="scroll" tabindex="0" role="group" aria-label="Architecture"><${Graph} label="Stages and what flows between them" nodes=${nodes} edges=${edges} down=${narrow} /></div>
    ${value.length === 0 && html`<p class="notice">Nothing is deployed yet. In another terminal: <code>npx cdk bootstrap</code>, then <code>npx cdk deploy --all</code></p>`}
    ${shown && html`<${Stage} key=${open} stage=${shown} />`}
  </${Card}>`;
}

/**
 * Stages in which something happened a moment ago, as text so that equal answers are equal.
 * @param {readonly import('../core/live.js').Entry[]} entries
 * @param {readonly { id: string, stack: string }[]} stages
 */
function activeStages(entries, stages) {
  const newest = entries.slice(-200);
  const since = (entries.at(-1)?.at ?? 0) - lively;
  const words = newest
    .filter(({ at }) => at > since)
    .map(({ who = '', resource = '', text }) => `${who} ${resource} ${text}`.toLowerCase())
    .join('\n');
  return stages
    .filter(({ stack }) => words.includes(stack.toLowerCase()))
    .map(({ id }) => id)
    .join(' ');
}

/** @param {{ stage: any }} props */
function Stage({ stage }) {
  const {
    value = [],
    error,
    loading,
  } = useLoad(
    () => listAll('cloudformation', 'ListStackResources', { StackName: stage.stack }, 'StackResourceSummaries'),
    [stage.stack],
  );
  const kinds = new Map();
  for (const { ResourceType } of value) kinds.set(ResourceType, (kinds.get(ResourceType) ?? 0) + 1);
  return html`<section aria-label=${stage.title}>
    <h3>${stage.title}</h3>
    <p>${stage.summary}</p>
    <${Problem} error=${error} />
    ${loading && html`<p class="muted">Loading …</p>`}
    <details><summary>${value.length} resources: ${[...kinds]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 6)
      .map(([type, count]) => `${count} ${type.replace('AWS::', '')}`)
      .join(', ')}</summary>
      <${Table} caption="Resources of ${stage.stack}" rows=${value} columns=${[
        { title: 'Name', wide: true, cell: (/** @type {any} */ one) => one.LogicalResourceId },
        { title: 'Type', cell: (/** @type {any} */ one) => one.ResourceType },
        { title: 'Status', cell: (/** @type {any} */ one) => html`<${State} of=${one.ResourceStatus} />` },
        {
          title: 'Id',
          wide: true,
          cell: (/** @type {any} */ one) => html`<span class="mono">${one.PhysicalResourceId}</span>`,
        },
      ]} />
    </details>
  </section>`;
}

/** What only a person can do. */
function Waiting() {
  const { value = [], error, loading } = useLoad(packages);
  const waiting = value.filter(({ ModelApprovalStatus }) => ModelApprovalStatus === 'PendingManualApproval');
  return html`<${Card} title="Waiting for a person" error=${error} loading=${loading} empty=${waiting.length === 0 && 'Nothing waits for a decision.'}>
    <ul class="plain">${waiting.map(
      ({ ModelPackageGroupName, ModelPackageVersion, CreationTime }) => html`<li>
        <a href=${address('registry', [ModelPackageGroupName, String(ModelPackageVersion)])}>${ModelPackageGroupName}, version ${ModelPackageVersion}</a>
        waits for approval<br /><${Moment} at=${CreationTime} />
      </li>`,
    )}</ul>
  </${Card}>`;
}

function Alarms() {
  const { value = [], error, loading } = useLoad(alarms);
  const bad = value.filter(({ StateValue }) => StateValue === 'ALARM');
  const silent = value.filter(({ StateValue }) => StateValue === 'INSUFFICIENT_DATA').length;
  return html`<${Card} title="Alarms" note=${html`<a href=${address('monitoring')}>all ${value.length}</a>`} error=${error} loading=${loading} empty=${value.length === 0 && 'There are no alarms.'}>
    <p><span class="figure">${bad.length}</span> in ALARM, ${silent} without data, ${value.length - bad.length - silent} OK</p>
    <ul class="plain">${bad.slice(0, 6).map(
      ({ AlarmName, StateReason, StateUpdatedTimestamp }) => html`<li>
        <${State} of="ALARM" /> <a href=${address('monitoring', ['alarm', AlarmName])}>${readableName(AlarmName)}</a><br />
        ${StateReason}<br /><${Moment} at=${StateUpdatedTimestamp} />
      </li>`,
    )}</ul>
  </${Card}>`;
}

/** What runs at this moment costs, by the project's prices. */
function Cost() {
  const { prices } = useContent();
  const { value = [], error, loading } = useLoad(runningNow);
  const rows = value.map((one) => ({
    ...one,
    usd: prices?.[one.kind]?.[one.type] === undefined ? undefined : prices[one.kind][one.type] * one.count,
  }));
  const known = rows.filter(({ usd }) => usd !== undefined);
  const sum = known.reduce((total, { usd = 0 }) => total + usd, 0);
  return html`<${Card} title="Cost per hour" error=${error} loading=${loading} empty=${rows.length === 0 && 'No instance is billed by the hour now: no endpoint serves, and no job runs.'}>
    ${prices && html`<p><span class="figure">$${sum.toFixed(3)}</span> on AWS, for what runs now${known.length < rows.length ? '; some prices are not known' : ''}</p>`}
    <${Table} caption="Cost per hour by resource" rows=${rows} columns=${[
      {
        title: 'Resource',
        cell: (/** @type {any} */ one) => html`${one.name} <span class="muted">${one.kind}</span>`,
      },
      { title: 'Instances', cell: (/** @type {any} */ one) => `${one.count} × ${one.type}` },
      { title: 'USD per hour', number: true, cell: (/** @type {any} */ { usd }) => usd?.toFixed(3) ?? '?' },
    ]} />
    ${prices && html`<small class="muted">Prices: ${prices.source}</small>`}
  </${Card}>`;
}

/** The last lines of the timeline. */
function Latest() {
  const entries = useLive((state) => state.entries);
  const last = entries
    .slice(-4000)
    .filter(({ kind }) => kind !== 'allowed')
    .slice(-8)
    .reverse();
  return html`<${Card} title="Latest events" note=${html`<a href=${address('events')}>all</a>`} empty=${last.length === 0 && 'Nothing has happened yet.'}>
    <ul class="plain rows">${last.map(
      ({ number, kind, text, at, action, resource }) => html`<li key=${number}>
        <span><${State} of=${kind} /></span>
        <a class="two-lines" href=${address('events', [], { entry: String(number) })}>${action ? `${action} ${lastPart(resource)}` : text}</a>
        <${Moment} at=${at} />
      </li>`,
    )}</ul>
  </${Card}>`;
}
