import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { html } from '../core/html.js';
import { callerName, lastPart } from '../core/names.js';
import { address, currentRoute, setQuery } from '../core/route.js';
import { absolute } from '../core/time.js';
import { State } from './state.js';

/** Lines above and below what is seen. */
const margin = 12;

/**
 * A long list of which only the visible lines are in the page.
 * @param {{ entries: readonly import('../core/live.js').Entry[], chosen?: number }} props newest first
 */
export function TimelineList({ entries, chosen }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const [view, setView] = useState({ top: 0, height: 600, row: 40 });
  useLayoutEffect(() => {
    const measure = () => {
      const { scrollTop = 0, clientHeight = 600 } = box.current ?? {};
      setView({ top: scrollTop, height: clientHeight, row: innerWidth <= 760 ? 58 : 40 });
    };
    measure();
    addEventListener('resize', measure);
    return () => removeEventListener('resize', measure);
  }, []);
  // New lines come on top: who reads further down stays where he is.
  const newest = entries[0]?.number;
  const before = useRef({ newest, length: entries.length });
  useLayoutEffect(() => {
    const { newest: last } = before.current;
    before.current = { newest, length: entries.length };
    if (box.current === null || box.current.scrollTop === 0 || last === undefined || newest === last) return;
    const added = entries.findIndex(({ number }) => number === last);
    if (added > 0) box.current.scrollTop += added * view.row;
  }, [newest]);
  const { top, height, row } = view;
  const first = Math.max(0, Math.floor(top / row) - margin);
  const last = Math.min(entries.length, Math.ceil((top + height) / row) + margin);
  const move = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const at = entries.findIndex(({ number }) => number === chosen) + step;
    const next = entries[Math.max(0, Math.min(entries.length - 1, at))];
    if (next === undefined) return;
    event.preventDefault();
    setQuery({ entry: String(next.number) });
    const seen = box.current;
    if (seen !== null && (at * row < seen.scrollTop || (at + 1) * row > seen.scrollTop + seen.clientHeight))
      seen.scrollTop = Math.max(0, at * row - seen.clientHeight / 2);
  };
  const { page, parts, query } = currentRoute();
  return html`<div class="timeline" ref=${box} tabindex="0" role="region" aria-label="Timeline; arrow keys choose a line"
    onKeyDown=${move} onScroll=${(/** @type {any} */ event) => setView({ ...view, top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}>
    <ol style=${{ height: `${entries.length * row}px` }}>
      ${entries.slice(first, last).map(
        (
          entry,
          at,
        ) => html`<li key=${entry.number} aria-setsize=${entries.length} aria-posinset=${first + at + 1} style=${{ top: `${(first + at) * row}px`, height: `${row}px` }}>
          <a tabindex="-1" href=${address(page, parts, { ...query, entry: String(entry.number) })} aria-current=${entry.number === chosen ? 'true' : undefined}
            onClick=${(/** @type {Event} */ event) => {
              event.preventDefault();
              setQuery({ entry: String(entry.number) });
            }}>
            <time datetime=${new Date(entry.at).toISOString()}>${absolute(entry.at)}</time>
            <span><${State} of=${entry.kind} /></span>
            <span class="line">${lineOf(entry)}</span>
          </a>
        </li>`,
      )}
    </ol>
  </div>`;
}

/** @param {import('../core/live.js').Entry} entry */
function lineOf({ kind, text, who, action, resource, statement }) {
  if (action === undefined) return resource ? `${text}: ${lastPart(resource)}` : text;
  const what = `${callerName(who)} ${action} ${resource}`;
  return kind === 'allowed' && statement ? `${what}, by ${statement}` : kind === 'denied' ? `${what}: ${text}` : what;
}
