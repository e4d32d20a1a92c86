import type { Rollout } from '../../../lib/config';
import { deploymentConfig, watchedMinutes } from '../../../lib/serving/rollout';

const configOf = (rollout: Rollout, bakingMinutes = 10) => deploymentConfig({ rollout, bakingMinutes }, []);

describe('how a new fleet takes over', () => {
  it('is one policy, as the configuration says', () => {
    expect(configOf({ kind: 'canary', canaryPercent: 50 })).toMatchObject({
      blueGreenUpdatePolicy: {
        trafficRoutingConfiguration: {
          type: 'CANARY',
          canarySize: { type: 'CAPACITY_PERCENT', value: 50 },
          waitIntervalInSeconds: 600,
        },
        terminationWaitInSeconds: 300,
      },
    });
    expect(configOf({ kind: 'linear', stepPercent: 20 })).toMatchObject({
      blueGreenUpdatePolicy: {
        trafficRoutingConfiguration: {
          type: 'LINEAR',
          linearStepSize: { type: 'CAPACITY_PERCENT', value: 20 },
          waitIntervalInSeconds: 600,
        },
      },
    });
    const rolling = configOf({ kind: 'rolling', batchPercent: 50, rollbackBatchPercent: 100 });
    expect(rolling).toEqual({
      rollingUpdatePolicy: {
        maximumBatchSize: { type: 'CAPACITY_PERCENT', value: 50 },
        rollbackMaximumBatchSize: { type: 'CAPACITY_PERCENT', value: 100 },
        waitIntervalInSeconds: 600,
        maximumExecutionTimeoutInSeconds: 1_200 + 3_600,
      },
      autoRollbackConfiguration: { alarms: [] },
    });
  });

  it('bakes before the old fleet ends when everything moves at once', () => {
    expect(configOf({ kind: 'all-at-once' })).toMatchObject({
      blueGreenUpdatePolicy: {
        trafficRoutingConfiguration: { type: 'ALL_AT_ONCE', waitIntervalInSeconds: 0 },
        terminationWaitInSeconds: 600,
      },
    });
  });

  it.each<[Rollout, number]>([
    [{ kind: 'canary', canaryPercent: 10 }, 10],
    [{ kind: 'all-at-once' }, 10],
    [{ kind: 'linear', stepPercent: 30 }, 30],
    [{ kind: 'rolling', batchPercent: 30 }, 40],
  ])('knows how long %o bakes, so that the release waits long enough', (rollout, minutes) => {
    expect(watchedMinutes({ rollout, bakingMinutes: 10 })).toBe(minutes);
  });

  it.each<[Rollout, number, string]>([
    [{ kind: 'canary', canaryPercent: 51 }, 10, 'canaryPercent is 51'],
    [{ kind: 'canary', canaryPercent: 0 }, 10, 'canaryPercent is 0'],
    [{ kind: 'linear', stepPercent: 9 }, 10, 'stepPercent is 9'],
    [{ kind: 'rolling', batchPercent: 4 }, 10, 'batchPercent is 4'],
    [{ kind: 'rolling', batchPercent: 50, rollbackBatchPercent: 101 }, 10, 'rollbackBatchPercent is 101'],
    [{ kind: 'all-at-once' }, 61, 'bakingMinutes is 61'],
    [{ kind: 'linear', stepPercent: 10 }, 60, '540 minutes of baking'],
  ])('refuses %o with %i minutes at synthesis', (rollout, bakingMinutes, message) => {
    expect(() => configOf(rollout, bakingMinutes)).toThrow(message);
  });
});
