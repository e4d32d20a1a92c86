import { parseStatistic, type Samples, statistic } from '../metric-statistics';
import { latencies, noStatistics, statisticCases } from './fixtures/metric-statistics';

const values = (...list: number[]): Samples[] =>
  list.map((value) => ({ count: 1, sum: value, least: value, most: value }));

describe('a statistic of CloudWatch', () => {
  it.each(statisticCases)('%s', (kind, expected) => {
    const found = statistic(kind, values(...latencies));
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(expected);
  });

  it.each(noStatistics)('%s is none', (kind) => {
    expect(parseStatistic(kind)).toBeUndefined();
    expect(() => statistic(kind, values(1))).toThrow(kind);
  });

  it('is no number without data', () => {
    expect(statistic('Sum', [])).toBeUndefined();
    expect(statistic('p50', [])).toBeUndefined();
  });

  it('of one value is this value, however much is trimmed', () => {
    for (const kind of ['p50', 'tm10', 'IQM', 'WM(40%:60%)', 'ts1']) expect(statistic(kind, values(7))).toBe(7);
  });

  it('counts equal values', () => {
    const some = [{ count: 9, sum: 9, least: 1, most: 1 }, ...values(100)];
    expect(['p90', 'p91', 'tc90', 'SampleCount'].map((kind) => statistic(kind, some))).toEqual([1, 100, 9, 10]);
  });

  it('of a statistic set has no percentile unless its values are known', () => {
    const set = { count: 2, sum: 30, least: 10, most: 20 };
    expect(['Average', 'Maximum', 'p50', 'tm99'].map((kind) => statistic(kind, [set, ...values(5)]))).toEqual([
      35 / 3,
      20,
      undefined,
      undefined,
    ]);
    expect(statistic('p50', [{ count: 3, sum: 30, least: 10, most: 10 }])).toBe(10);
  });

  it('of negative values has no percentile', () => {
    expect(statistic('p50', values(-1, 5, 6))).toBeUndefined();
    expect(statistic('Minimum', values(-1, 5, 6))).toBe(-1);
  });
});
