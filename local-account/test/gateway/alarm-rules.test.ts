import { checkAlarm } from '../../gateway/alarm-rules';

const daily = { MetricName: 'Evaluated', Statistic: 'Sum', Period: 86_400, EvaluationPeriods: 3 };

describe('an alarm', () => {
  it.each<[string, object, RegExp]>([
    ['eight days', { EvaluationPeriods: 8 }, /must be <= 604800/],
    ['more than a day of minutes', { Period: 60, EvaluationPeriods: 1_441 }, /must be <= 86400/],
    ['a period of 90 seconds', { Period: 90 }, /multiple of 60/],
    ['more data points than periods', { DatapointsToAlarm: 4 }, /DatapointsToAlarm/],
    ['two statistics', { ExtendedStatistic: 'p95' }, /Exactly one of Statistic/],
    [
      'two expressions that return data',
      { MetricName: undefined, Metrics: [{ Period: 60 }, { Period: 60 }] },
      /should return data/,
    ],
    ['a median', { Statistic: undefined, ExtendedStatistic: 'median' }, /^The value median for .* is not supported/],
    ['a mean of nearly all', { Statistic: undefined, ExtendedStatistic: 'TM(5%:95%)' }, /^The value TM\(5%:95%\) for/],
    ['other words about few samples', { EvaluateLowSampleCountPercentile: 'skip' }, /^Option skip is not supported/],
  ])('is refused for %s', (_, change, message) => {
    expect(() => checkAlarm({ ...daily, ...change })).toThrow(message);
  });

  it.each(['p99.9', 'tm90', 'tc90', 'ts90', 'wm90', 'IQM', 'PR(100:2000)', 'TM(10%:90%)'])('takes %s', (text) => {
    expect(() => checkAlarm({ ...daily, Statistic: undefined, ExtendedStatistic: text })).not.toThrow();
  });

  it.each([daily, { ...daily, EvaluationPeriods: 7 }, { ...daily, Period: '60', EvaluationPeriods: '1440' }])(
    'is taken: %j',
    (alarm) => {
      expect(() => checkAlarm(alarm)).not.toThrow();
    },
  );
});
