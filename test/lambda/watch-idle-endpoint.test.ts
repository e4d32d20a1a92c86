import { idleHours } from '../../lambda/watch-idle-endpoint/idle';
import { reasonToStay, type Surroundings } from '../../lambda/watch-idle-endpoint/removal';

const at = (time: string) => new Date(`2026-11-24T${time}Z`);
const changed = at('00:00:00');

describe('the hours without a request to the endpoint', () => {
  test('are counted from the end of the last hour with a request', () => {
    const hours = [
      { from: at('03:00:00'), count: 2 },
      { from: at('05:00:00'), count: 0 },
      { from: at('01:00:00'), count: 9 },
    ];
    expect(idleHours(at('09:05:00'), changed, hours)).toBe(5);
  });

  test('start again when the endpoint is changed', () => {
    expect(idleHours(at('09:05:00'), at('08:30:00'), [{ from: at('03:00:00'), count: 2 }])).toBe(0);
    expect(idleHours(at('09:05:00'), changed, [])).toBe(9);
  });

  test('are zero while requests arrive', () => {
    expect(idleHours(at('09:05:00'), changed, [{ from: at('09:00:00'), count: 1 }])).toBe(0);
  });
});

describe('an idle endpoint', () => {
  const idle: Surroundings = { idleHours: 48, limitHours: 48, stackStatus: 'UPDATE_COMPLETE', releases: 0 };

  test('is removed from its limit on', () => {
    expect(reasonToStay(idle)).toBeUndefined();
    expect(reasonToStay({ ...idle, idleHours: 47 })).toBe('idle for 47 hours; removed after 48');
  });

  test.each([
    ['a release runs', { releases: 1 }, 'a release is running'],
    ['its stack is being updated', { stackStatus: 'UPDATE_IN_PROGRESS' }, 'the Serving stack is in UPDATE_IN_PROGRESS'],
    [
      'its stack needs a person',
      { stackStatus: 'UPDATE_ROLLBACK_FAILED' },
      'the Serving stack is in UPDATE_ROLLBACK_FAILED',
    ],
  ])('stays for another hour while %s', (_, change, reason) => {
    expect(reasonToStay({ ...idle, ...change })).toBe(reason);
  });
});
