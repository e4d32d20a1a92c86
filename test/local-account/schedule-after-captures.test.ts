import { parseSchedule } from 'local-account/events/schedule-expression';
import { selectWindow } from '../../lambda/select-captures/window';
import { sandbox } from '../../lib/config';
import { MemoryStore } from '../fixtures/memory-store';

const hour = 3_600_000;
const minute = 60_000;

describe('the drift analysis', () => {
  it('starts 20 minutes after the hour whose captures it reads, because captures come late', async () => {
    const at = parseSchedule(sandbox.monitoring.schedule)(Date.parse('2030-03-01T11:00:00Z')) ?? 0;
    expect(at % hour).toBeGreaterThanOrEqual(20 * minute);
    const time = new Date(at).toISOString();
    const store = new MemoryStore({ 'capture/echo/live/2030/03/01/10/59-20.jsonl': '{}' });
    expect(await selectWindow(store, 'capture/echo/live', { time, now: time })).toMatchObject({
      prefix: 'capture/echo/live/2030/03/01/10',
      captures: 1,
    });
  });
});
