import type { Samples } from '../metric-statistics';

export interface Datum {
  readonly at: number;
  /** Of a statistic set, its average. */
  readonly value: number;
  /** How many equal values, or how many a statistic set stands for. @default 1 */
  readonly count?: number;
  /** Of a statistic set. */
  readonly set?: { readonly sum: number; readonly least: number; readonly most: number };
}

export type Dimensions = Readonly<Record<string, string>>;

/**
 * Every datum of the run by metric, for the evaluation of alarms. CloudWatch's own store is moto; this sees the same
 * data on their way there.
 */
export class MetricStore {
  private readonly all = new Map<string, Series>();

  put(namespace: string, name: string, dimensions: Dimensions, datum: Datum): void {
    this.series(namespace, name, dimensions).put(datum);
  }

  state(): [string, readonly Datum[]][] {
    return [...this.all].map(([key, series]) => [key, series.state()]);
  }

  take(state: readonly (readonly [string, readonly Datum[]])[]): void {
    for (const [key, data] of state) {
      const series = new Series();
      this.all.set(key, series);
      data.forEach((datum) => void series.put(datum));
    }
  }

  series(namespace: string, name: string, dimensions: Dimensions): Series {
    const key = keyOf(namespace, name, dimensions);
    const known = this.all.get(key) ?? new Series();
    this.all.set(key, known);
    return known;
  }
}

/**
 * Data of one metric in the order of their times, however they come: alarms look each minute, and only at the newest.
 */
export class Series {
  private readonly data: Datum[] = [];

  put(datum: Datum): void {
    this.data.splice(
      this.first((at) => at > datum.at),
      0,
      datum,
    );
  }

  state(): readonly Datum[] {
    return this.data;
  }

  /** What was put from `start` (inclusive) to `end` (exclusive). */
  samples(start: number, end: number): Samples[] {
    const [from, until] = [this.first((at) => at >= start), this.first((at) => at >= end)];
    return this.data.slice(from, until).map(({ value, count = 1, set }) => ({
      count,
      ...(set ?? { sum: value * count, least: value, most: value }),
    }));
  }

  /** Index of the first datum whose time is so; all later ones' are, too. */
  private first(so: (at: number) => boolean): number {
    let low = 0;
    let high = this.data.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (so(this.data[middle]?.at ?? Infinity)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function keyOf(namespace: string, name: string, dimensions: Dimensions): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
}
