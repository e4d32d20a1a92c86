import type { Curves } from './curves';

/** Rows and columns of the drawing area of one chart; two charts and their axes fill 80 columns. */
const height = 12;
const width = 32;

/**
 * Charts of two runs next to each other, on the same scale: `t` is the metric on the training rows, `v` on the
 * validation rows, `*` both.
 */
export function charts(runs: readonly (readonly [title: string, curves: Curves])[]): string[] {
  const values = runs.flatMap(([, curves]) => [...curves.values()].flatMap((curve) => [...curve.values()]));
  const rounds = runs.flatMap(([, curves]) => [...curves.values()].flatMap((curve) => [...curve.keys()]));
  if (values.length === 0) return [];
  const scale = {
    low: values.reduce((a, b) => Math.min(a, b)),
    high: values.reduce((a, b) => Math.max(a, b)),
    last: rounds.reduce((a, b) => Math.max(a, b)),
  };
  const drawn = runs.map(([, curves]) => draw(curves, scale));
  const blank = ' '.repeat(5);
  const axis = (at: number) => {
    if (at === 0) return scale.high.toFixed(3);
    return at === height - 1 ? scale.low.toFixed(3) : blank;
  };
  const joined = (left: string, cells: readonly string[]) => `${left} ${cells.join('  ')}`.trimEnd();
  return [
    joined(
      blank,
      runs.map(([title]) => ` ${title.slice(0, width)}`.padEnd(width + 1)),
    ),
    ...Array.from({ length: height }, (_, at) =>
      joined(
        axis(at),
        drawn.map((rows) => `|${rows[at]?.join('') ?? ''}`),
      ),
    ),
    joined(
      blank,
      runs.map(() => `+${'-'.repeat(width)}`),
    ),
    joined(
      blank,
      runs.map(() => ` 0${`round ${scale.last}`.padStart(width - 1)}`),
    ),
  ];
}

function draw(curves: Curves, { low, high, last }: { low: number; high: number; last: number }): string[][] {
  const cells = Array.from({ length: height }, () => Array.from({ length: width }, () => ' '));
  for (const [name, curve] of curves) {
    const mark = name.startsWith('train:') ? 't' : 'v';
    for (const [round, value] of curve) {
      const column = Math.round((round / Math.max(last, 1)) * (width - 1));
      const row = Math.round(((high - value) / Math.max(high - low, Number.EPSILON)) * (height - 1));
      const line = cells[row];
      if (line === undefined) continue;
      line[column] = line[column] === ' ' || line[column] === mark ? mark : '*';
    }
  }
  return cells;
}
