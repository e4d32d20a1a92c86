import { html } from '../core/html.js';
import { live, useLive } from '../core/live.js';
import { absolute, relative } from '../core/time.js';

/**
 * A virtual time, absolute and relative.
 * @param {{ at?: string | number }} props
 */
export function Moment({ at }) {
  // Drawn again when the words change, not each second.
  const words = useLive(() => (at === undefined ? '' : relative(at, live.now())));
  if (at === undefined) return null;
  const iso = new Date(at).toISOString();
  return html`<time datetime=${iso}>${absolute(at)} <span class="muted">${words}</span></time>`;
}
