import { html, type Markup } from './markup';

/** A table that may be wider than a phone: it scrolls by itself, also by keyboard. */
export function wideTable(label: string, columns: readonly string[], rows: readonly Markup[]): Markup {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table><thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}
