import { html } from '../core/html.js';

/**
 * An error, verbatim.
 * @param {{ error?: Error & { code?: string, call?: string } }} props
 */
export function Problem({ error }) {
  if (error === undefined) return null;
  return html`<div class="error" role="alert">
    <strong>${error.code ?? error.name}</strong>
    <span>${error.message}</span>
    ${error.call && html`<small class="muted">${error.call}</small>`}
  </div>`;
}

/**
 * A part of a page with a heading.
 * @param {{ title: string, note?: any, children?: any, error?: any, loading?: boolean, empty?: string | false, level?: 2 | 3 }} props
 */
export function Card({ title, note, children, error, loading, empty, level = 2 }) {
  const Heading = `h${level}`;
  return html`<section class="card" aria-label=${title} aria-busy=${loading ? 'true' : undefined}>
    <header><${Heading}>${title}</${Heading}>${note && html`<span class="muted">${note}</span>`}</header>
    <${Problem} error=${error} />
    ${loading ? html`<p class="muted">Loading …</p>` : empty ? !error && html`<p class="muted">${empty}</p>` : children}
  </section>`;
}

/**
 * @param {{ title: string, children?: any }} props
 */
export function Heading({ title, children }) {
  return html`<div class="heading"><h1>${title}</h1>${children && html`<p>${children}</p>`}</div>`;
}

/**
 * Names and values.
 * @param {{ of: readonly (readonly [string, any])[] }} props
 */
export function Facts({ of }) {
  return html`<dl class="facts">
    ${of
      .filter(([, value]) => value !== undefined && value !== '' && value !== null && value !== false)
      .map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
  </dl>`;
}

/**
 * A table that a keyboard can scroll.
 * @typedef {{ title: string, number?: boolean, wide?: boolean, name?: boolean, cell: (row: any) => any }} Column
 * @param {{ caption: string, columns: readonly Column[], rows: readonly any[], keyOf?: (row: any) => string, chosen?: (row: any) => boolean }} props
 */
export function Table({ caption, columns, rows, keyOf, chosen }) {
  return html`<div class="scroll" role="group" aria-label=${caption} tabindex="0">
    <table>
      <caption class="unseen">${caption}</caption>
      <thead><tr>${columns.map(({ title, number }) => html`<th scope="col" class=${number ? 'number' : ''}>${title}</th>`)}</tr></thead>
      <tbody>
        ${rows.map(
          (row, at) => html`<tr key=${keyOf?.(row) ?? at} aria-current=${chosen?.(row) ? 'true' : undefined}>
            ${columns.map(({ cell, number, wide, name }) => html`<td class=${[number && 'number', wide && 'wide', name && 'name'].filter(Boolean).join(' ')}>${cell(row)}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
