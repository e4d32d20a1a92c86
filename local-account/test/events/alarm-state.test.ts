import { type AlarmState, alarmState } from '../../events/alarm-state';
import { MetricStore } from '../../events/metric-store';

const points = (text: string) => text.split(' ').map((sign) => ({ X: 10, '0': 0 })[sign]);
const stateAfter = (text: string, needed: number, missing: string, state: AlarmState) =>
  alarmState(points(text), { breaches: (value) => value > 5, needed, missing, state }).state;

describe('the state of an alarm by its datapoints', () => {
  // X breaches, 0 does not, - is missing; "keep" is the state before.
  test.each([
    // datapoints, to alarm, missing, ignore, breaching, notBreaching
    ['0 X X', 3, 'OK', 'OK', 'OK', 'OK'],
    ['X X X', 3, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - -', 3, 'INSUFFICIENT_DATA', 'keep', 'ALARM', 'OK'],
    ['- - X', 3, 'ALARM', 'keep', 'ALARM', 'OK'],
    // Newest first: one minute that breaches is no quarter of an hour.
    ['X - -', 3, 'keep', 'keep', 'ALARM', 'OK'],
    ['- - 0', 3, 'OK', 'OK', 'OK', 'OK'],
    ['0 - X', 2, 'OK', 'OK', 'ALARM', 'OK'],
    ['- - 0', 2, 'OK', 'OK', 'ALARM', 'OK'],
    ['- X -', 2, 'ALARM', 'keep', 'ALARM', 'OK'],
    ['0 X X', 2, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- X X', 2, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['X', 1, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0', 1, 'OK', 'OK', 'OK', 'OK'],
    ['-', 1, 'INSUFFICIENT_DATA', 'keep', 'ALARM', 'OK'],
  ])('[%s], %i to alarm', (text, needed, ...expected) => {
    for (const state of ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const) {
      const results = ['missing', 'ignore', 'breaching', 'notBreaching'].map((missing) =>
        stateAfter(text, needed, missing, state),
      );
      expect(results).toEqual(expected.map((one) => (one === 'keep' ? state : one)));
    }
  });
});

describe('metrics', () => {
  test('a metric is its namespace, name and all dimensions, in any order; a period includes its beginning only', () => {
    const store = new MetricStore();
    store.put('N', 'M', { A: '1', B: '2' }, { at: 1000, value: 7 });
    store.put('N', 'M', { A: '1' }, { at: 1000, value: 9 });
    expect(store.series('N', 'M', { B: '2', A: '1' }).samples(1000, 2000)).toMatchObject([{ sum: 7 }]);
    expect(store.series('N', 'M', { B: '2', A: '1' }).samples(0, 1000)).toEqual([]);
    expect(store.series('N', 'M', {}).samples(0, 9000)).toEqual([]);
  });

  test('late data count in their own period', () => {
    const store = new MetricStore();
    for (const at of [3000, 1000, 2000.5, 2000]) store.put('N', 'M', {}, { at, value: at });
    const series = store.series('N', 'M', {});
    const values = (start: number, end: number) => series.samples(start, end).map(({ sum }) => sum);
    expect(values(0, 9000)).toEqual([1000, 2000, 2000.5, 3000]);
    expect(values(2000, 3000)).toEqual([2000, 2000.5]);
  });
});
