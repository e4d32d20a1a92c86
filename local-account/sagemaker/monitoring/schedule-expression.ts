import { validation } from '../errors';

const HOUR = 3_600_000;

/**
 * Model Monitor's own cron: hourly, every n hours from a start hour, or daily ("ScheduleConfig", API reference).
 * Answers the next time after a given one, and how many hours one execution looks back.
 */
// AWS: sagemaker-monitoring/cron
export function parseMonitoringSchedule(expression: string): {
  readonly next: (after: number) => number;
  readonly hours: number;
} {
  const match = /^cron\(0 (\*|\[?0-23\]?|\d{1,2})(?:\/(\d{1,2}))? \? \* \* \*\)$/.exec(expression);
  if (!match) {
    throw validation(
      `Invalid ScheduleExpression ${expression}: monitoring schedules are hourly, cron(0 * ? * * *), or daily, cron(0 <hour> ? * * *)`,
    );
  }
  const hourly = !/^\d+$/.test(match[1]);
  const start = hourly ? 0 : Number(match[1]);
  const every = match[2] === undefined ? (hourly ? 1 : 24) : Number(match[2]);
  if (start > 23 || every < 1 || every > 24) {
    throw validation(`Invalid ScheduleExpression ${expression}: hours are 0 to 23, steps 1 to 24`);
  }
  return {
    hours: every,
    next: (after) => {
      let time = (Math.floor(after / HOUR) + 1) * HOUR;
      while ((24 + new Date(time).getUTCHours() - start) % every !== 0) {
        time += HOUR;
      }
      return time;
    },
  };
}
