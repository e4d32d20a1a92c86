import { Cron } from 'croner';

import { AwsError } from '../platform';

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * The next virtual time after another at which a schedule fires; "Using cron and rate expressions" of EventBridge. UTC.
 */
export function parseSchedule(expression: string): (after: number) => number | undefined {
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression);
  if (rate) {
    const [, count = '', unit = '', plural] = rate;
    if (Number(count) < 1 || (count === '1') === (plural === 's')) throw invalid(expression);
    return (after) => after + Number(count) * (units[unit] ?? 0);
  }
  const cron = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression);
  if (!cron) throw invalid(expression);
  const [, minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = cron;
  // One of the two days must be left open, as a question mark.
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) throw invalid(expression);
  try {
    const fields = ['0', minute, hour, open(dayOfMonth), month, open(weekday(dayOfWeek)), year];
    const job = new Cron(fields.join(' '), { timezone: 'UTC', paused: true, mode: '7-part', sloppyRanges: true });
    return (after) => job.nextRun(new Date(after))?.getTime();
  } catch {
    throw invalid(expression);
  }
}

/** A question mark leaves a day open. */
function open(field: string): string {
  return field === '?' ? '*' : field;
}

/** AWS counts weekdays from Sunday = 1; cron from Sunday = 0. */
function weekday(field: string): string {
  return field.replace(
    /(^|[,-])([1-7])(?=$|[,\-#L/])/g,
    (_, before: string, day: string) => `${before}${Number(day) - 1}`,
  );
}

/** AWS: events/schedules-are-spelled-strictly */
function invalid(expression: string): AwsError {
  return new AwsError('ValidationException', `Parameter ScheduleExpression is not valid: ${expression}`);
}
