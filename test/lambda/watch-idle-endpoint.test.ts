import { idleHours } from '../../lambda/watch-idle-endpoint/idle';

const at = (time: string) => new Date(`2026-11-24T${time}Z`);
const changed = at('00:00:00');

describe('the hours for which nobody asked the endpoint', () => {
  test('are counted from the end of the last hour with a request', () => {
    const hours = [
      { from: at('03:00:00'), count: 2 },
      { from: at('05:00:00'), count: 0 },
      { from: at('01:00:00'), count: 9 },
    ];
    expect(idleHours(at('09:05:00'), changed, hours)).toBe(5);
  });

  test('begin anew when the endpoint is changed', () => {
    expect(idleHours(at('09:05:00'), at('08:30:00'), [{ from: at('03:00:00'), count: 2 }])).toBe(0);
    expect(idleHours(at('09:05:00'), changed, [])).toBe(9);
  });

  test('are none while somebody asks', () => {
    expect(idleHours(at('09:05:00'), changed, [{ from: at('09:00:00'), count: 1 }])).toBe(0);
  });
});
