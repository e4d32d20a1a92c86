import { type ObjectStore, readText } from '../storage/object-store';
import type { Trigger, Violation } from './decision';

/**
 * An alarm's state change, or the schedule's event. `npm run mlops -- retrain` sends the schedule's event.
 */
export interface RetrainingEvent {
  readonly time: string;
  readonly 'detail-type': string;
  readonly detail?: {
    readonly alarmName?: string;
    readonly state?: { readonly value: string; readonly timestamp?: string; readonly reason?: string };
  };
}

/** Every alarm other than the quality alarm is the drift alarm. */
export async function triggerOf(
  event: RetrainingEvent,
  captures: ObjectStore,
  {
    qualityAlarm,
    outputColumns,
  }: { readonly qualityAlarm?: string | undefined; readonly outputColumns: readonly string[] },
): Promise<Trigger> {
  if (event['detail-type'] === 'Scheduled Event') return { kind: 'check', at: event.time };
  const { alarmName, state } = event.detail ?? {};
  if (alarmName === undefined || state === undefined)
    throw new Error(`"${event['detail-type']}" is not an event that starts a retraining`);
  if (state.value !== 'ALARM') throw new Error(`${alarmName} is in ${state.value}: only ALARM starts a retraining`);
  // The time of the state change is the same for every delivery of the same change.
  const alarm = { at: state.timestamp ?? event.time, alarmName, reason: state.reason ?? 'no reason given' };
  if (alarmName === qualityAlarm) return { kind: 'quality', ...alarm };
  return { kind: 'drift', ...alarm, violations: await newestViolations(captures, outputColumns) };
}

/**
 * The violations of the newest analysis that found any. The alarm only says that something drifted; the file says what.
 * Only violations by features count, as in the alarm: violations by predictions follow from them and would hide that all
 * requests are faulty. The files of model quality runs have the same name and contain metrics, not features.
 */
async function newestViolations(
  captures: ObjectStore,
  outputColumns: readonly string[],
): Promise<readonly Violation[]> {
  const found: { key: string; modified: Date }[] = [];
  for await (const { key, modified } of captures.list('monitoring/')) {
    if (key.endsWith('/constraint_violations.json')) found.push({ key, modified });
  }
  for (const { key } of found.sort((a, b) => b.modified.getTime() - a.modified.getTime())) {
    const { violations = [] } = JSON.parse(await readText(captures, key)) as { violations?: Partial<Violation>[] };
    const ofRequests = violations.filter(
      (one): one is Violation => one.feature_name !== undefined && !outputColumns.includes(one.feature_name),
    );
    if (ofRequests.length > 0) return ofRequests;
  }
  return [];
}
