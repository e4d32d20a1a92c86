/** One hour of the metric `Invocations`: when it began, and how many there were. */
export interface InvocationHour {
  readonly from: Date;
  readonly count: number;
}

const hour = 3_600_000;

/** Whole hours since anybody asked, or since the endpoint was last changed: a new one has not had its chance yet. */
export function idleHours(now: Date, changed: Date, hours: readonly InvocationHour[]): number {
  const used = hours.filter(({ count }) => count > 0).map(({ from }) => from.getTime() + hour);
  const since = Math.max(changed.getTime(), ...used);
  return Math.max(0, Math.floor((now.getTime() - since) / hour));
}
