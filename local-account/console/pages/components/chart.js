import { useEffect, useRef } from 'preact/hooks';
import { html } from '../core/html.js';
import { number } from '../core/names.js';
import { absolute } from '../core/time.js';
import { Table } from './parts.js';

/**
 * @typedef {{ label: string, values: readonly (number | null | undefined)[], dashed?: boolean, bars?: boolean, points?: boolean }} Series
 * @typedef {{ label: string, x: readonly number[], series: readonly Series[], xLabel?: string, time?: boolean, height?: number, from0?: boolean }} ChartProps
 */

/** Rows of the table below a chart. */
const shownRows = 200;

/**
 * A chart, and the same values as a table for who does not see it.
 * @param {ChartProps} props
 */
export function Chart(props) {
  const { label, x, series, xLabel = '', time = false, height = 220, from0 = false } = props;
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const key = JSON.stringify([x, series, xLabel, time, height, from0]);
  useEffect(() => {
    const place = box.current;
    if (place === null) return undefined;
    /** @type {any} */
    let plot;
    let gone = false;
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const draw = async () => {
      const { default: UPlot } = await import('uplot');
      if (gone) return;
      plot?.destroy();
      place.replaceChildren();
      plot = new UPlot(
        options(UPlot, props, place.clientWidth),
        [[...x], ...series.map(({ values }) => [...values])],
        place,
      );
    };
    draw();
    const resizing = new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height }));
    resizing.observe(place);
    scheme.addEventListener('change', draw);
    return () => {
      gone = true;
      resizing.disconnect();
      scheme.removeEventListener('change', draw);
      plot?.destroy();
    };
  }, [key]);
  const rows = x
    .map((at, index) => ({ at, index }))
    .filter(({ index }) => series.some(({ values }) => typeof values[index] === 'number'))
    .slice(-shownRows);
  return html`<figure class="chart" aria-label=${label}>
    <figcaption>${label}</figcaption>
    <div class="plot" ref=${box} aria-hidden="true" style=${{ minHeight: `${height + 30}px` }}></div>
    <details><summary class="muted">Values as a table</summary>
      <${Table} caption=${label} rows=${rows} columns=${[
        {
          title: xLabel || (time ? 'Time' : 'x'),
          cell: (/** @type {any} */ { at }) => (time ? absolute(at * 1000) : number(at)),
        },
        ...series.map(({ label: title, values }) => ({
          title,
          number: true,
          cell: (/** @type {any} */ { index }) => number(values[index] ?? undefined),
        })),
      ]} />
    </details>
  </figure>`;
}

/**
 * @param {any} UPlot
 * @param {ChartProps} props
 * @param {number} width
 */
function options(UPlot, { series, time = false, height = 220, xLabel, from0 }, width) {
  const style = getComputedStyle(document.documentElement);
  const color = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const font = '12px system-ui, sans-serif';
  const axis = {
    stroke: color('--muted'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { stroke: color('--line') },
    font,
  };
  return {
    width,
    height,
    legend: { live: true },
    cursor: { drag: { x: true, y: false } },
    // The account's time is UTC, and so is the axis.
    tzDate: (/** @type {number} */ at) => UPlot.tzDate(new Date(at * 1000), 'Etc/UTC'),
    scales: {
      x: { time },
      y: from0
        ? {
            range: upFromZero,
          }
        : {},
    },
    axes: [
      { ...axis, label: xLabel, labelFont: font, ...(time ? { values: clockTimes } : {}) },
      { ...axis, size: 62 },
    ],
    series: [
      { label: xLabel || (time ? 'Time' : 'x') },
      ...series.map(({ label, dashed, bars, points }, at) => ({
        label,
        stroke: color(dashed ? '--bad' : `--series-${(at % 4) + 1}`),
        width: 2,
        dash: dashed ? [6, 5] : undefined,
        points: { show: points ?? (bars ? false : undefined), size: 6 },
        spanGaps: true,
        ...(bars
          ? { paths: UPlot.paths.bars({ size: [0.8, 60] }), fill: `${color(`--series-${(at % 4) + 1}`)}55` }
          : {}),
      })),
    ],
  };
}

/**
 * Times of an axis in UTC: the day where it changes.
 * @param {unknown} _
 * @param {readonly number[]} splits
 */
function clockTimes(_, splits) {
  return splits.map((at, index) => {
    const text = absolute(at * 1000);
    const day = text.slice(5, 10);
    const changed = index === 0 || absolute((splits[index - 1] ?? 0) * 1000).slice(5, 10) !== day;
    return `${text.slice(11, 16)}${changed ? `\n${day}` : ''}`;
  });
}

/**
 * The range of an axis that begins at 0.
 * @param {unknown} _
 * @param {number} __
 * @param {number} max
 * @returns {[number, number]}
 */
function upFromZero(_, __, max) {
  return [0, (max || 1) * 1.1];
}
