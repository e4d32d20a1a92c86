/** One hour of the metric `Invocations`: its start and the number of invocations. */
export interface InvocationHour {
  readonly from: Date;
  readonly count: number;
}

const hour = 3_600_000;

/** Whole hours since the last request, or since the last change of the endpoint: a new endpoint is not idle. */
export function idleHours(now: Date, changed: Date, hours: readonly InvocationHour[]): number {
  const used = hours.filter(({ count }) => count > 0).map(({ from }) => from.getTime() + hour);
  const since = Math.max(changed.getTime(), ...used);
  return Math.max(0, Math.floor((now.getTime() - since) / hour));
}
