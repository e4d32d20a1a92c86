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
  ])('is refused for %s', (_, change, message) => {
    expect(() => checkAlarm({ ...daily, ...change })).toThrow(message);
  });

  it.each([daily, { ...daily, EvaluationPeriods: 7 }, { ...daily, Period: '60', EvaluationPeriods: '1440' }])(
    'is taken: %j',
    (alarm) => {
      expect(() => checkAlarm(alarm)).not.toThrow();
    },
  );
});
