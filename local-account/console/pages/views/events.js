import { useEffect, useMemo, useState } from 'preact/hooks';
import { Moment } from '../components/moment.js';
import { Card, Facts, Heading } from '../components/parts.js';
import { State } from '../components/state.js';
import { TimelineList } from '../components/timeline-list.js';
import { read } from '../core/api.js';
import { html } from '../core/html.js';
import { live, useLive } from '../core/live.js';
import { callerName } from '../core/names.js';
import { setQuery } from '../core/route.js';

/** Not shown before somebody asks for them: most lines are allowed calls. */
const hiddenAtFirst = ['allowed'];

/**
 * One timeline of everything: events, jobs, deployments, state machines, functions, and each permission that was needed.
 * @param {{ route: import('../core/route.js').Route }} props
 */
export default function Events({ route }) {
  const entries = useLive((state) => state.entries);
  const { q = '', hide = hiddenAtFirst.join(','), entry } = route.query;
  const hidden = useMemo(() => new Set(hide.split(',')), [hide]);
  const counts = useMemo(() => {
    const all = new Map();
    for (const { kind } of entries) all.set(kind, (all.get(kind) ?? 0) + 1);
    return [...all].sort(([a], [b]) => a.localeCompare(b));
  }, [entries]);
  const shown = useMemo(() => {
    const words = q.toLowerCase().split(/\s+/).filter(Boolean);
    return entries
      .filter((one) => !hidden.has(one.kind) && words.every((word) => textOf(one).includes(word)))
      .reverse();
  }, [entries, q, hidden]);
  const toggle = (/** @type {string} */ kind) => {
    const next = new Set(hidden);
    if (!next.delete(kind)) next.add(kind);
    setQuery({ hide: [...next].join(',') || 'none' });
  };
  const chosen = entry === undefined ? undefined : live.entries.find(({ number }) => number === Number(entry));
  return html`<div class="page">
    <${Heading} title="Events">What happened, newest first, on the account's own time.</${Heading}>
    <div class="filters">
      <label><span class="unseen">Search</span><input type="search" placeholder="Search in all lines" value=${q}
        onInput=${(/** @type {any} */ event) => setQuery({ q: event.currentTarget.value })} /></label>
      <div class="filters" role="group" aria-label="Kinds of lines">
        ${counts.map(([kind, count]) => html`<button aria-pressed=${!hidden.has(kind)} onClick=${() => toggle(kind)}>${kind} <span class="muted">${count}</span></button>`)}
      </div>
    </div>
    <p class="muted" role="status">${shown.length.toLocaleString('en-US')} of ${entries.length.toLocaleString('en-US')} lines</p>
    <div class="split ${chosen ? '' : 'single'}">
      <${TimelineList} entries=${shown} chosen=${chosen?.number} />
      ${chosen && html`<aside aria-label="The chosen line"><${Detail} entry=${chosen} /></aside>`}
    </div>
  </div>`;
}

/** @param {import('../core/live.js').Entry} entry */
function textOf({ text, who = '', action = '', resource = '', kind, statement = '' }) {
  return `${kind} ${text} ${who} ${action} ${resource} ${statement}`.toLowerCase();
}

/** @param {{ entry: import('../core/live.js').Entry }} props */
function Detail({ entry }) {
  const [detail, setDetail] = useState(/** @type {any} */ (undefined));
  const [error, setError] = useState(/** @type {any} */ (undefined));
  useEffect(() => {
    setDetail(undefined);
    setError(undefined);
    let current = true;
    read(`/entries/${entry.number}`).then(
      (value) => current && setDetail(value),
      (failure) => current && setError(failure),
    );
    return () => {
      current = false;
    };
  }, [entry.number]);
  const { decision, content, explanation } = detail ?? {};
  return html`<${Card} title=${entry.action ?? entry.kind} note=${html`<a href="#" onClick=${(
    /** @type {Event} */ event,
  ) => {
    event.preventDefault();
    setQuery({ entry: undefined });
  }}>Close</a>`} error=${error}>
    <p><${State} of=${entry.kind} /> <${Moment} at=${entry.at} /></p>
    <p>${entry.text}</p>
    <${Facts} of=${[['Who', entry.who], ['What', entry.resource], ['Statement', entry.statement]]} />
    ${explanation && html`<div class="notice"><strong>Why it was denied</strong>${explanation.map((/** @type {string} */ line) => html`<p>${line}</p>`)}</div>`}
    ${
      (decision?.context ?? content) !== undefined &&
      html`<details open=${decision === undefined}><summary>${decision ? 'Condition keys of the request' : 'Content'}</summary>
      <pre class="log" tabindex="0">${typeof content === 'string' ? content : JSON.stringify(decision?.context ?? content, null, 2)}</pre></details>`
    }
    <${Permissions} entry=${entry} />
  </${Card}>`;
}

/** Lines before and after that are searched, and milliseconds: a call and what it needs come together. */
const around = { lines: 60, milliseconds: 1000, shown: 10 };

/**
 * Permissions that were needed when this happened, each with the statement that gave or refused it.
 * @param {{ entry: import('../core/live.js').Entry }} props
 */
function Permissions({ entry }) {
  if (entry.action !== undefined) return null;
  const at = live.entries.findIndex(({ number }) => number === entry.number);
  const near = live.entries
    .slice(Math.max(0, at - around.lines), at + around.lines)
    .filter((one) => one.action !== undefined && Math.abs(one.at - entry.at) <= around.milliseconds);
  if (near.length === 0) return null;
  return html`<details><summary>Permissions needed at this moment: ${near.length}</summary>
    <ul class="plain">${near.slice(-around.shown).map(
      (one) =>
        html`<li key=${one.number}><${State} of=${one.kind} /> <a href="#" onClick=${(/** @type {Event} */ event) => {
          event.preventDefault();
          setQuery({ entry: String(one.number) });
        }}>${one.action}</a> by ${callerName(one.who)}${one.statement && html`<br /><span class="muted">${one.statement}</span>`}</li>`,
    )}</ul></details>`;
}
