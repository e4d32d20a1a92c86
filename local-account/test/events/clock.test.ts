import * as fc from 'fast-check';

import { VirtualClock } from '../../events/clock';

const START = Date.parse('2030-01-15T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const every = (period: number) => (after: number) => (Math.floor(after / period) + 1) * period;
const real = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

describe('the virtual clock', () => {
  let clock: VirtualClock;
  const elapsed = () => Math.round((clock.now() - START) / 1000);

  beforeEach(() => {
    clock = new VirtualClock(START);
  });

  afterEach(() => clock.stop());

  test('starts at the given time and flows with real time', async () => {
    const before = Date.now();
    clock = new VirtualClock(START);
    const passed = clock.now() - START;
    expect(passed).toBeGreaterThanOrEqual(0);
    expect(passed).toBeLessThanOrEqual(Date.now() - before + 1);
    await real(50);
    expect(clock.now() - START).toBeGreaterThanOrEqual(49);
  });

  test('jumps over a sleep when nothing is at work', async () => {
    const before = Date.now();
    await clock.sleep(HOUR);
    expect(Date.now() - before).toBeLessThan(2000);
    expect(clock.now()).toBeGreaterThanOrEqual(START + HOUR);
  });

  test('does not jump while real work is open', async () => {
    let awake = false;
    const sleeping = clock.sleep(HOUR).then(() => (awake = true));
    await clock.working(real(150));
    expect(awake).toBe(false);
    await sleeping;
    expect(awake).toBe(true);
  });

  test('closes work that fails, and passes the failure on', async () => {
    await expect(clock.working(Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
    await clock.sleep(HOUR);
    expect(elapsed()).toBeGreaterThanOrEqual(3600);
  });

  test('wakes sleepers in the order of their time, whatever the order of their calls', async () => {
    const woken: number[] = [];
    await Promise.all([30, 10, 20].map((minutes) => clock.sleep(minutes * MINUTE).then(() => woken.push(minutes))));
    expect(woken).toEqual([10, 20, 30]);
  });

  test('stands still while it is paused, also for what waits, and goes on from there', async () => {
    let awake = false;
    let fired = 0;
    clock.schedule(every(20), () => void (fired += 1));
    await clock.pause();
    const at = clock.now();
    const sleeping = clock.sleep(HOUR).then(() => (awake = true));
    await clock.working(real(80));
    await real(50);
    expect([clock.now(), awake, fired, clock.waits]).toEqual([at, false, 0, { number: 1, earliest: at + HOUR }]);
    clock.resume();
    await sleeping;
    expect(clock.now() - at).toBeGreaterThanOrEqual(HOUR);
    expect(clock.now() - at).toBeLessThan(HOUR + 5000);
    expect(fired).toBeGreaterThan(0);
  });

  test('advances while it is paused, to the millisecond', async () => {
    await clock.pause();
    const at = clock.now();
    const woken: number[] = [];
    void clock.sleep(MINUTE).then(() => woken.push(clock.now() - at));
    await clock.advance(MINUTE - 1);
    expect(woken).toEqual([]);
    await clock.advance(1);
    expect([woken, clock.now() - at, clock.paused]).toEqual([[MINUTE], MINUTE, true]);
  });

  test('a schedule alone moves nothing', async () => {
    let fired = 0;
    clock.schedule(every(HOUR), () => void (fired += 1));
    await real(120);
    expect(fired).toBe(0);
    expect(elapsed()).toBeLessThan(5);
  });

  test('a schedule fires at each of its times that a jump passes', async () => {
    const fired: number[] = [];
    clock.schedule(every(10 * MINUTE), (at) => void fired.push((at - START) / MINUTE));
    await clock.sleep(35 * MINUTE);
    expect(fired).toEqual([10, 20, 30]);
  });

  test('a schedule fires when real time passes it', async () => {
    let fired = 0;
    clock.schedule(every(100), () => void (fired += 1));
    await real(400);
    expect(fired).toBeGreaterThanOrEqual(2);
  });

  test('a schedule ends when it is cancelled or has no next time', async () => {
    const fired: string[] = [];
    const cancel = clock.schedule(every(MINUTE), () => {
      fired.push('cancelled');
      if (fired.length === 2) cancel();
    });
    let left = 1;
    clock.schedule(
      (after) => (left-- > 0 ? after + 5 * MINUTE : undefined),
      () => void fired.push('once'),
    );
    await clock.advance(HOUR);
    expect(fired).toEqual(['cancelled', 'cancelled', 'once']);
  });

  test('each task is finished before the next begins, and sees its own time', async () => {
    const seen: string[] = [];
    const task = (name: string) => async (at: number) => {
      expect(clock.now()).toBeGreaterThanOrEqual(at);
      expect(clock.now()).toBeLessThan(at + MINUTE);
      seen.push(`${name} begins`);
      await clock.working(real(60));
      seen.push(`${name} ends`);
    };
    clock.schedule((after) => (after < START + MINUTE ? START + MINUTE : undefined), task('first'));
    clock.schedule((after) => (after < START + 2 * MINUTE ? START + 2 * MINUTE : undefined), task('second'));
    await clock.advance(3 * MINUTE);
    expect(seen).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });

  test('a sleeping task does not stop the clock, and continues at its time', async () => {
    const seen: string[] = [];
    clock.schedule(
      (after) => (after < START + MINUTE ? START + MINUTE : undefined),
      async () => {
        await clock.sleep(10 * MINUTE);
        seen.push(`woke after ${Math.floor((clock.now() - START) / MINUTE)} minutes`);
      },
    );
    await clock.advance(5 * MINUTE);
    expect(seen).toEqual([]);
    await clock.advance(10 * MINUTE);
    expect(seen).toEqual(['woke after 11 minutes']);
  });

  test('a task that fails does not stop the others', async () => {
    let fired = 0;
    clock.schedule(every(MINUTE), () => {
      throw new Error('at once');
    });
    clock.schedule(every(MINUTE), () => Promise.reject(new Error('later')));
    clock.schedule(every(MINUTE), () => void (fired += 1));
    await clock.advance(3 * MINUTE + 1000);
    expect(fired).toBe(3);
  });

  test('the clock waits for everything that a task starts', async () => {
    const ends: number[] = [];
    clock.schedule(every(MINUTE), () => {
      void clock.working(real(40)).then(() => ends.push(elapsed()));
    });
    await clock.advance(2 * MINUTE + 1000);
    expect(ends).toEqual([60, 120]);
  });

  test('advances follow one another', async () => {
    await Promise.all([clock.advance(HOUR), clock.advance(HOUR)]);
    const first = elapsed();
    expect(first).toBeGreaterThanOrEqual(3600);
    await clock.advance(HOUR);
    expect(elapsed() - first).toBeGreaterThanOrEqual(3600);
  });

  test('a sleep rejects with the reason of its signal, before or during it', async () => {
    const reason = new Error('stopped by the operator');
    await expect(clock.sleep(HOUR, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const sleeping = clock.working(expect(clock.sleep(HOUR, controller.signal)).rejects.toBe(reason));
    controller.abort(reason);
    await sleeping;
    expect(elapsed()).toBeLessThan(5);
  });

  test('a stopped clock fires nothing, and an advance under way ends', async () => {
    let fired = 0;
    clock.schedule(every(MINUTE), () => {
      fired += 1;
      if (fired === 2) clock.stop();
    });
    await clock.advance(HOUR);
    await real(60);
    expect(fired).toBe(2);
  });

  test('an hour with a task in every minute passes in seconds', async () => {
    const before = Date.now();
    let fired = 0;
    clock.schedule(every(MINUTE), () => void (fired += 1));
    await clock.advance(HOUR);
    expect(fired).toBeGreaterThanOrEqual(59);
    expect(Date.now() - before).toBeLessThan(10_000);
  });

  test('fires any mixture of sleeps and schedules in the order of time, ties in the order of making', async () => {
    const timers = fc.array(fc.record({ at: fc.integer({ min: 1, max: 8 }), slept: fc.boolean() }), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(timers, async (plan) => {
        const mixed = new VirtualClock(START);
        try {
          const fired: number[] = [];
          const origin = mixed.now();
          plan.forEach(({ at, slept }, index) => {
            const due = at * HOUR;
            if (slept) void mixed.sleep(due).then(() => fired.push(index));
            else
              mixed.schedule(
                (after) => (after < origin + due - MINUTE ? origin + due : undefined),
                () => void fired.push(index),
              );
          });
          await mixed.advance(9 * HOUR);
          const hours = fired.map((index) => plan[index]?.at ?? 0);
          expect(hours).toEqual([...hours].sort((a, b) => a - b));
          expect([...fired].sort((a, b) => a - b)).toEqual(plan.map((_, index) => index));
          for (const slept of [true, false]) {
            const alike = fired.filter((index) => plan[index]?.slept === slept);
            const expected = [...alike].sort((a, b) => (plan[a]?.at ?? 0) - (plan[b]?.at ?? 0) || a - b);
            expect(alike).toEqual(expected);
          }
        } finally {
          mixed.stop();
        }
      }),
      { numRuns: 15 },
    );
  });
});
