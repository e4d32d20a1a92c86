import { triggerOf } from '../../lambda/start-retraining/trigger';
import { MemoryStore } from '../fixtures/memory-store';
import { decideOn, newCarriers, noNumber } from './retraining-cases';

describe('the trigger', () => {
  const alarm = {
    time: '2013-12-02T12:00:00Z',
    'detail-type': 'CloudWatch Alarm State Change',
    detail: { alarmName: 'Drift', state: { value: 'ALARM', timestamp: '2013-12-02T11:59:00Z', reason: 'x' } },
  };

  const of = { qualityAlarm: 'Quality', outputColumns: ['probability'] };

  test('of the drift alarm contains the violations of the newest analysis that found any', async () => {
    const captures = new MemoryStore({
      'monitoring/one/constraint_violations.json': JSON.stringify({ violations: [newCarriers] }),
      'monitoring/two/constraint_violations.json': JSON.stringify({ violations: [] }),
      'monitoring/one/statistics.json': '{}',
    });
    expect(await triggerOf(alarm, captures, of)).toEqual({
      kind: 'drift',
      at: '2013-12-02T11:59:00Z',
      alarmName: 'Drift',
      reason: 'x',
      violations: [newCarriers],
    });
    expect(await triggerOf(alarm, new MemoryStore(), of)).toMatchObject({ violations: [] });
  });

  test('contains violations by requests only, not by predictions and not of a model quality run', async () => {
    const predictions = {
      feature_name: 'probability',
      constraint_check_type: 'baseline_drift_check',
      description: 'other',
    };
    const captures = new MemoryStore({
      'monitoring/a-model-quality/quality/constraint_violations.json': JSON.stringify({
        violations: [{ metric_name: 'auc', constraint_check_type: 'LessThanThreshold', description: 'worse' }],
      }),
      'monitoring/drift/constraint_violations.json': JSON.stringify({ violations: [noNumber, predictions] }),
    });
    const trigger = await triggerOf(alarm, captures, of);
    expect(trigger).toMatchObject({ violations: [noNumber] });
    expect(decideOn({ trigger })).toMatchObject({ start: false, reason: expect.stringContaining('faulty') as string });
  });

  test('of the quality alarm contains no violations', async () => {
    const captures = new MemoryStore({
      'monitoring/one/constraint_violations.json': JSON.stringify({ violations: [newCarriers] }),
    });
    const quality = { ...alarm, detail: { ...alarm.detail, alarmName: 'Quality' } };
    expect(await triggerOf(quality, captures, of)).toEqual({
      kind: 'quality',
      at: '2013-12-02T11:59:00Z',
      alarmName: 'Quality',
      reason: 'x',
    });
    expect(await triggerOf(alarm, captures, of)).toMatchObject({ kind: 'drift' });
  });

  test('of the schedule is a check; any other event is an error', async () => {
    expect(
      await triggerOf({ time: '2013-12-02T12:00:00Z', 'detail-type': 'Scheduled Event' }, new MemoryStore(), of),
    ).toEqual({ kind: 'check', at: '2013-12-02T12:00:00Z' });
    await expect(
      triggerOf({ time: '2013-12-02T12:00:00Z', 'detail-type': 'Other' }, new MemoryStore(), of),
    ).rejects.toThrow('not an event that starts a retraining');
  });
});
