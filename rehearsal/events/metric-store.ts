export interface Datum {
  readonly at: number;
  readonly value: number;
}

export type Dimensions = Readonly<Record<string, string>>;

/** Every datum of the run by metric, for the evaluation of alarms. CloudWatch's own store is moto; this sees the same data on their way there. */
export class MetricStore {
  private readonly series = new Map<string, Datum[]>();

  put(namespace: string, name: string, dimensions: Dimensions, datum: Datum): void {
    const key = keyOf(namespace, name, dimensions);
    const data = this.series.get(key);
    if (data) data.push(datum);
    else this.series.set(key, [datum]);
  }

  /** Values from `start` (inclusive) to `end` (exclusive). */
  values(namespace: string, name: string, dimensions: Dimensions, start: number, end: number): number[] {
    const data = this.series.get(keyOf(namespace, name, dimensions)) ?? [];
    return data.filter(({ at }) => at >= start && at < end).map(({ value }) => value);
  }
}

function keyOf(namespace: string, name: string, dimensions: Dimensions): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
}

/** A statistic as CloudWatch computes it; undefined for no data. Percentiles by nearest rank. */
export function statistic(kind: string, values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sum = values.reduce((total, value) => total + value, 0);
  switch (kind) {
    case 'Sum':
      return sum;
    case 'Average':
      return sum / values.length;
    case 'Minimum':
      return Math.min(...values);
    case 'Maximum':
      return Math.max(...values);
    case 'SampleCount':
      return values.length;
    default: {
      const percentile = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(kind);
      if (!percentile) throw new Error(`Statistic ${kind} is not supported by the rehearsal's alarms`);
      const sorted = [...values].sort((a, b) => a - b);
      return sorted[Math.max(0, Math.ceil((Number(percentile[1]) / 100) * sorted.length) - 1)];
    }
  }
}
