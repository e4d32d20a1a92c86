export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmRule {
  readonly breaches: (value: number) => boolean;
  /** Datapoints that must breach. */
  readonly needed: number;
  readonly missing: string;
  readonly state: AlarmState;
}

/**
 * "Configuring how CloudWatch alarms treat missing data": the state for the newest datapoints, of which some may be
 * missing.
 */
export function alarmState(
  points: readonly (number | undefined)[],
  { breaches, needed, missing, state }: AlarmRule,
): { state: AlarmState; reason: string } {
  const present = points.filter((value): value is number => value !== undefined);
  const absent = points.length - present.length;
  if (present.length === 0 && missing === 'missing')
    return { state: 'INSUFFICIENT_DATA', reason: 'Insufficient Data: no datapoints were received' };
  if (present.length === 0 && missing === 'ignore')
    return { state, reason: 'no datapoints were received; the state is kept' };
  const breaching = present.filter(breaches).length + (missing === 'breaching' ? absent : 0);
  // With missing data treated as missing, the present datapoints decide if all of them breach.
  const alarm = breaching > 0 && breaching >= (missing === 'missing' ? Math.min(needed, present.length) : needed);
  if (!alarm && missing === 'ignore' && absent > 0 && breaching === present.length) {
    return { state, reason: 'too few datapoints to decide; the state is kept' };
  }
  // "Avoiding premature transitions to alarm state": with some missing, the oldest that breaches must be as old as the
  // datapoints to alarm.
  const oldest = points.reduce((last: number, value, at) => (value !== undefined && breaches(value) ? at : last), -1);
  if (alarm && missing === 'missing' && present.length < needed && oldest + 1 < needed) {
    return { state, reason: 'too few datapoints to decide; the state is kept' };
  }
  const found = `${breaching} of ${points.length} datapoints [${points.map((value) => value ?? 'missing').join(', ')}]`;
  return alarm
    ? { state: 'ALARM', reason: `Threshold Crossed: ${found} breached the threshold (minimum ${needed})` }
    : { state: 'OK', reason: `Threshold not crossed: ${found} breached the threshold (minimum ${needed})` };
}
