/**
 * The time in a text of ISO 8601. Throws where there is none: an invalid time compares as neither earlier nor later than
 * any other, so no limit in time would hold.
 */
export function timeIn(text: unknown, what: string): Date {
  const time = typeof text === 'string' ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime())) throw new Error(`${what} is ${JSON.stringify(text)}, not a time`);
  return time;
}
