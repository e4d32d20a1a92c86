import { alarmState } from '../../operator/commands/drift';
import type { CheckpointContext } from './checkpoint';

const minute = 60_000;
const hour = 60 * minute;

/**
 * Moves the virtual clock to five minutes past the next full hour; schedules that are due in between run. Returns the
 * new hour.
 */
export async function nextHour(stage: CheckpointContext): Promise<string> {
  const { clock } = stage.rehearsal.platform;
  const now = clock.now();
  await clock.advance((Math.floor(now / hour) + 1) * hour + 5 * minute - now);
  return currentHour(stage);
}

/** Waits the virtual minutes that captures take to reach S3. */
export async function capturesArrive(stage: CheckpointContext): Promise<void> {
  await stage.rehearsal.platform.clock.advance(10 * minute);
  await stage.rehearsal.settled();
}

/** Such as 2013-09-03T14, UTC. */
export function currentHour(stage: CheckpointContext): string {
  return new Date(stage.rehearsal.platform.clock.now()).toISOString().slice(0, 13);
}

/** Moves the virtual clock until the drift alarm is in a state, and returns the minutes that it took. */
export async function untilAlarm(stage: CheckpointContext, state: string, limitMinutes: number): Promise<number> {
  const { clock } = stage.rehearsal.platform;
  const from = clock.now();
  for (;;) {
    const alarm = await alarmState(stage.operator);
    if (alarm.state === state) return Math.round((clock.now() - from) / minute);
    if (clock.now() - from > limitMinutes * minute) {
      throw new Error(
        `the alarm ${alarm.name} is ${alarm.state}, not ${state}, after ${limitMinutes} virtual minutes: ${alarm.reason}`,
      );
    }
    await clock.advance(minute);
  }
}
