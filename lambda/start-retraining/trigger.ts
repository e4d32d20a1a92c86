import { type ObjectStore, readText } from '../storage/object-store';
import type { Trigger, Violation } from './decision';

/**
 * CloudWatch says that an alarm went off, or the schedule's time has come; a person sends the schedule's event (`npm
 * run mlops -- retrain`).
 */
export interface RetrainingEvent {
  readonly time: string;
  readonly 'detail-type': string;
  readonly detail?: {
    readonly alarmName?: string;
    readonly state?: { readonly value: string; readonly timestamp?: string; readonly reason?: string };
  };
}

/** An alarm is about drift, unless it is the one about quality. */
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
    throw new Error(`"${event['detail-type']}" is no event that starts a retraining`);
  // When the alarm changed its state; the same for every delivery of the same change.
  const alarm = { at: state.timestamp ?? event.time, alarmName, reason: state.reason ?? 'no reason given' };
  if (alarmName === qualityAlarm) return { kind: 'quality', ...alarm };
  return { kind: 'drift', ...alarm, violations: await newestViolations(captures, outputColumns) };
}

/**
 * Of the newest analysis that found any: the alarm says that something drifted, its file says what. Of the requests
 * alone, as the alarm counts them: answers follow from requests, and would hide that those are all faulty; a
 * model quality run's file, which stands beside, is about metrics and names no feature.
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
