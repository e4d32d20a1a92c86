import { decide, monthAfter, type RetrainingRules, type Situation } from '../../lambda/start-retraining/decision';
import {
  check,
  daysAgo,
  decideOn,
  drift,
  execution,
  kennedy,
  months,
  newCarriers,
  noNumber,
  now,
  rules,
  story,
  worse,
} from './retraining-cases';

describe('whether to retrain', () => {
  test.each<[string, Partial<Situation>, RegExp]>([
    [
      'an automatic training started within the cool-down',
      { executions: [execution({ displayName: 'labels-1' })] },
      /labels-1 started .* less than 24 hours ago/,
    ],
    [
      'an automatic training started, by a clock that is five minutes ahead',
      { executions: [execution({ startedAt: new Date(now.getTime() + 300_000) })] },
      /less than 24 hours ago/,
    ],
    [
      'predictions get worse within the cool-down',
      { trigger: worse, executions: [execution({})] },
      /less than 24 hours ago/,
    ],
    [
      'predictions get worse when the weekly cap is reached',
      { trigger: worse, executions: [2, 4, 6].map((days) => execution({ startedAt: daysAgo(days) })) },
      /the maximum is 3/,
    ],
    [
      'one is still running, whoever started it',
      { executions: [execution({ displayName: 'by-hand', status: 'Executing' })] },
      /still running/,
    ],
    [
      'the weekly cap is reached',
      { executions: [2, 4, 6].map((days) => execution({ startedAt: daysAgo(days) })) },
      /3 automatic retrainings .* the maximum is 3/,
    ],
    ['no month has labels', { labeled: months('JFK', 1, 12, 0) }, /nothing to learn from/],
    [
      'the live model knows every labeled month',
      { live: { ...kennedy, learnedFrom: { airports: ['JFK', 'LGA'], from: '0000-00', until: '2013-12' } } },
      /nothing is new/,
    ],
    ['the requests are broken, not different', { trigger: drift([noNumber]) }, /faulty, not different \(distance\)/],
    ['there are too few months to hold any back', { live: undefined, labeled: months('JFK', 1, 3) }, /only 2 months/],
    [
      'the new airport is only in the months held back',
      { labeled: [...months('JFK', 1, 12), ...months('LGA', 10, 12)] },
      /LGA has labels only in months that validate and test/,
    ],
    [
      'a scheduled check finds the newest month incomplete and the model young',
      { trigger: check, labeled: [...months('JFK', 1, 12), ...months('LGA', 9, 11), ...months('LGA', 11, 12, 97)] },
      /no new month is complete/,
    ],
  ])('no, because %s', (_name, change, reason) => {
    const decision = decideOn(change);
    expect(decision).toMatchObject({ start: false, reason: expect.stringMatching(reason) as string });
  });

  test.each<[string, Partial<Situation>, string]>([
    ['drift brought a new airport', {}, 'drift'],
    ['drift is mixed with a fault', { trigger: drift([noNumber, newCarriers]) }, 'drift'],
    ['an automatic one is long enough ago', { executions: [execution({ startedAt: daysAgo(1.01) })] }, 'drift'],
    ['a person trained a moment ago', { executions: [execution({ displayName: 'manual-JFK' })] }, 'drift'],
    [
      'those of more than a week ago do not count',
      { executions: [2, 4, 8].map((days) => execution({ startedAt: daysAgo(days) })) },
      'drift',
    ],
    ['a new month is complete', { trigger: check }, 'labels'],
    [
      'the model is old and something is new',
      {
        trigger: check,
        labeled: [...months('JFK', 1, 11), ...months('JFK', 11, 12, 50)],
        live: { ...kennedy, createdAt: daysAgo(90) },
      },
      'schedule',
    ],
    ['nothing is live', { trigger: check, live: undefined }, 'labels'],
    ['predictions got worse', { trigger: worse }, 'quality'],
  ])('yes, since %s', (_name, change, cause) => {
    expect(decideOn(change)).toMatchObject({ start: true, cause });
  });
});

describe('the data of a retraining', () => {
  const windowOf = (change: Partial<Situation>, changed: Partial<RetrainingRules> = {}) => {
    const decision = decide({ ...story, ...change }, { ...rules, ...changed });
    return decision.start ? decision.window : decision.reason;
  };

  test('after drift: the new airport in addition, and every month', () => {
    expect(windowOf({})).toEqual({ airports: ['JFK', 'LGA'], from: '2013-01', until: '2013-12' });
  });

  test('after worse predictions: recent months only', () => {
    expect(windowOf({ trigger: worse })).toEqual({ airports: ['JFK', 'LGA'], from: '2013-06', until: '2013-12' });
  });

  test('at most the longest window, and no airport without labels in it', () => {
    expect(windowOf({ labeled: [...months('LGA', 1, 3), ...months('JFK', 1, 12)] }, { longestMonths: 4 })).toEqual({
      airports: ['JFK'],
      from: '2013-08',
      until: '2013-12',
    });
  });

  test('knows the month after December', () => {
    expect([monthAfter('2013-12'), monthAfter('2013-01')]).toEqual(['2014-01', '2013-02']);
  });
});
