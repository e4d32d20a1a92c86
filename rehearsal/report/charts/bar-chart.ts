import { html, type Markup } from '../markup';
import { linearScale, pixel } from './scale';

export interface Bar {
  readonly label: string;
  readonly from: number;
  readonly until: number;
  readonly text: string;
  /** A bar that broke its limit, or that failed. @default normal */
  readonly tone?: 'normal' | 'bad' | 'muted';
  /** Largest allowed value, drawn as a line across the bar. */
  readonly limit?: number;
}

export interface BarChartOptions {
  readonly title: string;
  readonly maximum?: number;
}

const width = 360;
const left = 132;
const right = 58;
const row = 19;

/** Horizontal bars on one scale: durations, times, distances. */
export function barChart(bars: readonly Bar[], { title, maximum = 0 }: BarChartOptions): Markup {
  if (bars.length === 0) return html`<p>${title}: no data</p>`;
  const height = bars.length * row + 6;
  const most = Math.max(maximum, ...bars.map(({ until, limit = 0 }) => Math.max(until, limit)), 1e-9);
  const scale = linearScale([0, most], [left, width - right]);
  return html`<figure><figcaption>${title}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}: ${bars.map(({ label, text, limit }) => `${label} ${text}${limit === undefined ? '' : ` of at most ${limit}`}`).join(', ')}">
${bars.map((bar, at) => {
  const y = 2 + at * row;
  const end = scale.at(bar.until);
  return html`<text x="${left - 7}" y="${y + 13}" text-anchor="end">${bar.label}</text><rect class="bar ${bar.tone ?? 'normal'}" x="${scale.at(bar.from)}" y="${y + 2}" width="${Math.max(1.5, pixel(end - scale.at(bar.from)))}" height="13"/>${limitOf(bar, scale.at, y)}<text x="${width - 2}" y="${y + 13}" text-anchor="end">${bar.text}</text>`;
})}
</svg></figure>`;
}

function limitOf({ limit }: Bar, at: (value: number) => number, y: number): Markup {
  if (limit === undefined) return html``;
  return html`<line class="limit" x1="${at(limit)}" x2="${at(limit)}" y1="${y}" y2="${y + row}"><title>limit ${limit}</title></line>`;
}
