/** A linear scale from values to pixels, with round numbers to label it. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** The pixel of a value. */
  at(value: number): number;
}

/** @param pixels where the lowest and the highest value are drawn */
export function linearScale(values: readonly number[], pixels: readonly [from: number, until: number]): Scale {
  const [low, high] = span(Math.min(...values), Math.max(...values));
  const [from, until] = pixels;
  return {
    low,
    high,
    ticks: roundNumbers(low, high),
    at: (value) => pixel(from + ((value - low) / (high - low)) * (until - from)),
  };
}

/** At most five round numbers between two values. */
function roundNumbers(low: number, high: number): number[] {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

function span(low: number, high: number): [number, number] {
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

export function pixel(value: number): number {
  return Math.round(value * 10) / 10;
}

export function numberLabel(value: number): string {
  return Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString('en-US')
    : String(Number((Math.round(value * 1000) / 1000).toFixed(3)));
}
