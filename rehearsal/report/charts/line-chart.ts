import { html, type Markup } from '../markup';
import { linearScale, numberLabel, pixel, type Scale } from './scale';

export interface Curve {
  readonly name: string;
  readonly points: readonly Point[];
  /** Dots mark single measurements. @default line */
  readonly style?: 'line' | 'dots' | 'line and dots' | 'reference';
}

/** A value that is no number interrupts the line. */
export type Point = readonly [x: number, y: number];

export interface LineChartOptions {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Vertical line with a label. */
  readonly mark?: { readonly at: number; readonly label: string };
  /** Shaded part of the x axis, with a label. */
  readonly band?: { readonly from: number; readonly until: number; readonly label: string };
  /** Names of the whole numbers on the x axis. @default the numbers themselves */
  readonly names?: readonly string[];
  /** @default from the data */
  readonly yFrom?: number;
}

const width = 360;
const height = 230;
const frame = { left: 60, right: width - 10, top: 10, bottom: height - 38 };

/** Curves over a common x axis, as one figure. */
export function lineChart(curves: readonly Curve[], options: LineChartOptions): Markup {
  const { title, names, mark, band } = options;
  const drawn = curves.flatMap(({ points }) => points).filter(isNumber);
  if (drawn.length === 0) return html`<p>${title}: no data</p>`;
  const xs = drawn.map(([value]) => value);
  const ys = drawn.map(([, value]) => value);
  const low = Math.min(...ys);
  const margin = 0.06 * (Math.max(...ys) - low);
  const x = linearScale(names === undefined ? xs : [-0.4, names.length - 0.6], [frame.left, frame.right]);
  const y = linearScale([options.yFrom ?? low - margin, Math.max(...ys) + margin], [frame.bottom, frame.top]);
  return html`<figure><figcaption>${title}</figcaption>${legend(curves, band?.label)}
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${description(curves, options)}">
${band === undefined ? '' : bandOf(band, x)}${axes(x, y, options)}${curves.map((curve, at) => curveOf(curve, at, x, y))}
${mark === undefined || mark.at < x.low || mark.at > x.high ? '' : markOf(mark, x)}
</svg></figure>`;
}

function axes(x: Scale, y: Scale, options: LineChartOptions): Markup {
  const middle = pixel((frame.left + frame.right) / 2);
  const names = options.names?.map((name, at): readonly [number, string] => [at, name]);
  const every = Math.ceil((names?.length ?? 0) / 5);
  const labels = names?.filter(([at]) => at % every === 0) ?? x.ticks.map((tick) => [tick, numberLabel(tick)] as const);
  return html`${y.ticks.map((tick) => html`<line class="grid" x1="${frame.left}" x2="${frame.right}" y1="${y.at(tick)}" y2="${y.at(tick)}"/><text x="${frame.left - 6}" y="${y.at(tick) + 4}" text-anchor="end">${numberLabel(tick)}</text>`)}
<line class="axis" x1="${frame.left}" x2="${frame.right}" y1="${frame.bottom}" y2="${frame.bottom}"/>
${labels.map(([at, label]) => html`<text x="${x.at(at)}" y="${frame.bottom + 16}" text-anchor="middle">${label}</text>`)}
<text class="muted" x="${middle}" y="${height - 5}" text-anchor="middle">${options.x}</text>
<text class="muted" x="11" y="${(frame.top + frame.bottom) / 2}" text-anchor="middle" transform="rotate(-90 11 ${(frame.top + frame.bottom) / 2})">${options.y}</text>`;
}

function curveOf({ name, points, style = 'line' }: Curve, at: number, x: Scale, y: Scale): Markup {
  const lines = style === 'dots' ? [] : segments(points);
  const dots = style === 'dots' || style === 'line and dots' ? points.filter(isNumber) : [];
  return html`<g class="c${at % 4}">${lines.map((line) => html`<polyline class="${style === 'reference' ? 'reference' : 'line'}" points="${line.map(([px, py]) => `${x.at(px)},${y.at(py)}`).join(' ')}"/>`)}${dots.map(([px, py]) => html`<circle class="dot" cx="${x.at(px)}" cy="${y.at(py)}" r="4"><title>${name}: ${numberLabel(py)}</title></circle>`)}</g>`;
}

/** Runs of points between those that are no number. */
function segments(points: readonly Point[]): Point[][] {
  const found: Point[][] = [[]];
  for (const point of points) {
    if (isNumber(point)) found.at(-1)?.push(point);
    else found.push([]);
  }
  return found.filter(({ length }) => length > 1);
}

function markOf(mark: NonNullable<LineChartOptions['mark']>, x: Scale): Markup {
  const at = x.at(mark.at);
  const right = at > (frame.left + frame.right) / 2;
  return html`<line class="limit" x1="${at}" x2="${at}" y1="${frame.top}" y2="${frame.bottom}"/><text x="${right ? at - 5 : at + 5}" y="${frame.top + 10}" text-anchor="${right ? 'end' : 'start'}">${mark.label}</text>`;
}

function bandOf({ from, until }: NonNullable<LineChartOptions['band']>, x: Scale): Markup {
  const left = x.at(from);
  return html`<rect class="band" x="${left}" y="${frame.top}" width="${pixel(x.at(until) - left)}" height="${frame.bottom - frame.top}"/>`;
}

function legend(curves: readonly Curve[], band: string | undefined): Markup {
  if (curves.length < 2 && band === undefined) return html``;
  const sample = (style: Curve['style']) => {
    if (style === 'dots') return html`<circle class="dot" cx="11" cy="5" r="4"/>`;
    return html`<line class="${style === 'reference' ? 'reference' : 'line'}" x1="0" x2="22" y1="5" y2="5"/>`;
  };
  const item = (name: string, mark: Markup, at?: number) =>
    html`<li class="c${(at ?? 0) % 4}"><svg viewBox="0 0 22 10" width="22" height="10" aria-hidden="true">${mark}</svg>${name}</li>`;
  return html`<ul class="legend">${curves.map(({ name, style }, at) => item(name, sample(style), at))}${
    band === undefined ? '' : item(band, html`<rect class="band" width="22" height="10"/>`)
  }</ul>`;
}

/** What the picture shows, for those who hear it. */
function description(curves: readonly Curve[], { title, x, y }: LineChartOptions): string {
  const ranges = curves.flatMap(({ name, points }) => {
    const values = points.filter(isNumber).map(([, value]) => value);
    if (values.length === 0) return [];
    return [`${name} from ${numberLabel(Math.min(...values))} to ${numberLabel(Math.max(...values))}`];
  });
  return `${title}: ${y} over ${x}; ${ranges.join(', ')}`;
}

function isNumber([x, y]: Point): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}
