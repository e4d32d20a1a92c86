import { html, type Markup } from './markup';

/**
 * Charts as inline SVG: a frame, two axes with their ends named, and the data. Colors are a few, chosen to differ in
 * gray, too.
 */

export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface ChartOptions {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Vertical line with a label. */
  readonly mark?: { readonly at: number; readonly label: string };
  /** @default from the data */
  readonly yFrom?: number;
}

const colors = ['#1f5f8b', '#b3541e', '#4c7a34', '#7a4f9a', '#666666'];
const width = 460;
const height = 260;
const frame = { left: 58, right: 12, top: 26, bottom: 40 };

export function lineChart(curves: readonly Curve[], options: ChartOptions): Markup {
  const points = curves.flatMap((curve) => curve.points).filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  if (points.length === 0) return html`<p>${options.title}: no data</p>`;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [x0, x1] = span(Math.min(...xs), Math.max(...xs));
  const [y0, y1] = span(options.yFrom ?? Math.min(...ys), Math.max(...ys));
  const px = (x: number) => round(frame.left + ((x - x0) / (x1 - x0)) * (width - frame.left - frame.right));
  const py = (y: number) => round(height - frame.bottom - ((y - y0) / (y1 - y0)) * (height - frame.top - frame.bottom));
  const lines = curves.map((curve, at) => {
    const path = curve.points
      .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
      .map(([x, y]) => `${px(x)},${py(y)}`)
      .join(' ');
    return html`<polyline fill="none" stroke="${color(at)}" stroke-width="2" points="${path}"/>`;
  });
  const legend =
    curves.length < 2
      ? []
      : curves.map(
          (curve, at) =>
            html`<text x="${width - frame.right - 4}" y="${frame.top + 14 + at * 15}" text-anchor="end" fill="${color(at)}">${curve.name}</text>`,
        );
  const mark =
    options.mark === undefined || options.mark.at < x0 || options.mark.at > x1
      ? ''
      : html`<line x1="${px(options.mark.at)}" x2="${px(options.mark.at)}" y1="${frame.top}" y2="${height - frame.bottom}" stroke="#666" stroke-dasharray="4 3"/><text x="${px(options.mark.at) + 4}" y="${height - frame.bottom - 6}" fill="#444">${options.mark.label}</text>`;
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${options.title}">
<text x="${frame.left}" y="16" class="title">${options.title}</text>
<rect x="${frame.left}" y="${frame.top}" width="${width - frame.left - frame.right}" height="${height - frame.top - frame.bottom}" fill="none" stroke="#bbb"/>
${lines}${mark}${legend}
<text x="${frame.left}" y="${height - frame.bottom + 15}">${short(x0)}</text><text x="${width - frame.right}" y="${height - frame.bottom + 15}" text-anchor="end">${short(x1)}</text>
<text x="${(frame.left + width - frame.right) / 2}" y="${height - 8}" text-anchor="middle">${options.x}</text>
<text x="${frame.left - 5}" y="${height - frame.bottom}" text-anchor="end">${short(y0)}</text><text x="${frame.left - 5}" y="${frame.top + 8}" text-anchor="end">${short(y1)}</text>
<text x="14" y="${(frame.top + height - frame.bottom) / 2}" text-anchor="middle" transform="rotate(-90 14 ${(frame.top + height - frame.bottom) / 2})">${options.y}</text>
</svg>`;
}

export interface Bar {
  readonly label: string;
  readonly from: number;
  readonly until: number;
  readonly text: string;
  /** @default 0 */
  readonly color?: number;
}

/** Horizontal bars on one scale: durations, times, distances. */
export function barChart(
  bars: readonly Bar[],
  options: {
    readonly title: string;
    readonly maximum?: number;
    readonly limit?: { readonly at: number; readonly label: string };
  },
): Markup {
  if (bars.length === 0) return html`<p>${options.title}: no data</p>`;
  const left = 190;
  const total = 900;
  const right = 110;
  const row = 20;
  const high = 30 + bars.length * row + 8;
  const maximum = Math.max(options.maximum ?? 0, ...bars.map((bar) => bar.until), 1e-9);
  const px = (value: number) => round(left + (value / maximum) * (total - left - right));
  const limit =
    options.limit === undefined
      ? ''
      : html`<line x1="${px(options.limit.at)}" x2="${px(options.limit.at)}" y1="24" y2="${high - 6}" stroke="#666" stroke-dasharray="4 3"/><text x="${px(options.limit.at)}" y="20" text-anchor="middle" fill="#444">${options.limit.label}</text>`;
  return html`<svg viewBox="0 0 ${total} ${high}" role="img" aria-label="${options.title}">
<text x="0" y="16" class="title">${options.title}</text>
${bars.map((bar, at) => {
  const y = 30 + at * row;
  return html`<text x="${left - 8}" y="${y + 12}" text-anchor="end">${bar.label}</text><rect x="${px(bar.from)}" y="${y + 1}" width="${Math.max(1.5, round(px(bar.until) - px(bar.from)))}" height="14" fill="${color(bar.color ?? 0)}"/><text x="${round(px(bar.until) + 6)}" y="${y + 12}">${bar.text}</text>`;
})}${limit}
</svg>`;
}

function span(low: number, high: number): [number, number] {
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

function color(at: number): string {
  return colors[at % colors.length] ?? '#000';
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function short(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Math.round(value * 1000) / 1000);
}
