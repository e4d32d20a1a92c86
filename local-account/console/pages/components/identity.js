import { useState } from 'preact/hooks';
import { listAll } from '../core/api.js';
import { html } from '../core/html.js';
import { lastPart, readableName } from '../core/names.js';
import { setQuery, useRoute } from '../core/route.js';

/** Whose permissions the pages use: the administrator's, or those of a role that he assumes. */
export function Identity() {
  const { query } = useRoute();
  const [roles, setRoles] = useState(/** @type {string[]} */ ([]));
  const load = () => {
    if (roles.length > 0) return;
    listAll('iam', 'ListRoles', {}, 'Roles')
      .then((found) => setRoles(found.map(({ Arn }) => Arn)))
      .catch(() => setRoles([]));
  };
  const known = query.as !== undefined && !roles.includes(query.as) ? [query.as, ...roles] : roles;
  return html`<label class="actions"><span class="muted">Acting as</span>
    <select value=${query.as ?? ''} onFocus=${load} onMouseDown=${load} style=${{ maxWidth: '220px' }}
      onChange=${(/** @type {any} */ event) => setQuery({ as: event.currentTarget.value })}>
      <option value="">administrator</option>
      ${known.map((arn) => html`<option value=${arn}>${readableName(lastPart(arn))}</option>`)}
    </select>
  </label>`;
}
