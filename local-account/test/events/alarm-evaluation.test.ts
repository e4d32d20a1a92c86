import { type AlarmDefinition, evaluateAlarm, samplesNeeded } from '../../events/alarm-evaluation';
import { dataOf } from '../../events/metric-input';
import { MetricStore } from '../../events/metric-store';

const minute = 60_000;
const alarm: AlarmDefinition = {
  AlarmName: 'slow',
  Namespace: 'Mine',
  MetricName: 'Latency',
  ExtendedStatistic: 'p90',
  Period: 60,
  EvaluationPeriods: 2,
  DatapointsToAlarm: 1,
  Threshold: 50,
  ComparisonOperator: 'GreaterThanThreshold',
};

function metricsOf(...values: number[]): MetricStore {
  const metrics = new MetricStore();
  for (const value of values) metrics.put('Mine', 'Latency', {}, { at: 30_000, value });
  return metrics;
}
const stateOf = (change: Partial<AlarmDefinition>, metrics: MetricStore) =>
  evaluateAlarm({ ...alarm, ...change }, 'OK', metrics, minute).state;

describe('an alarm on an extended statistic', () => {
  it.each([
    ['p90', 'OK'],
    ['p91', 'ALARM'],
    ['TM(10%:90%)', 'OK'],
    ['wm90', 'OK'],
    ['PR(50:)', 'OK'],
  ])('%s: %s', (ExtendedStatistic, state) => {
    const metrics = metricsOf(10, 10, 10, 10, 10, 10, 10, 10, 10, 1000);
    expect(stateOf({ ExtendedStatistic }, metrics)).toBe(state);
  });

  it('lacks data where only statistic sets were put', () => {
    const metrics = new MetricStore();
    const StatisticValues = { SampleCount: 4, Sum: 400, Minimum: 1, Maximum: 397 };
    for (const { name, dimensions, datum } of dataOf(
      { Namespace: 'Mine', MetricData: [{ MetricName: 'Latency', StatisticValues }] },
      30_000,
    ))
      metrics.put('Mine', name, dimensions, datum);
    expect(stateOf({}, metrics)).toBe('INSUFFICIENT_DATA');
    expect(stateOf({ ExtendedStatistic: undefined, Statistic: 'Average' }, metrics)).toBe('ALARM');
  });

  it.each([
    ['p50', 20],
    ['p90', 100],
    ['p99', 1000],
    ['p99.9', 10_000],
    ['p10', 100],
    ['p0', 0],
    ['p100', 0],
    ['tm90', 0],
    ['Sum', 0],
  ])('%s needs %i samples to be significant', (kind, count) => {
    expect(samplesNeeded(kind)).toBe(count);
  });

  it('keeps its state for too few samples, if it is told to ignore them', () => {
    const many = metricsOf(...Array<number>(100).fill(60));
    const few = metricsOf(...Array<number>(99).fill(60));
    const ignore = { EvaluateLowSampleCountPercentile: 'ignore' };
    expect(stateOf({}, few)).toBe('ALARM');
    expect(stateOf(ignore, few)).toBe('OK');
    expect(stateOf(ignore, many)).toBe('ALARM');
    expect(stateOf(ignore, metricsOf())).toBe('INSUFFICIENT_DATA');
  });
});
