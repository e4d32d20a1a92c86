import { parseMonitoringSchedule } from '../../sagemaker/monitoring/schedule-expression';

describe('a monitoring schedule', () => {
  const at = (text: string): number => Date.parse(`2030-03-01T${text}:00Z`);

  test.each([
    ['cron(0 * ? * * *)', '10:20', '11:00', 1],
    ['cron(0 17 ? * * *)', '10:20', '17:00', 24],
    ['cron(0 17/12 ? * * *)', '10:20', '17:00', 12],
    ['cron(0 0/2 ? * * *)', '10:20', '12:00', 2],
  ])('runs %s: after %s next at %s, and looks back so many hours', (expression, after, next, hours) => {
    const schedule = parseMonitoringSchedule(expression);
    expect([schedule.next(at(after)), schedule.hours]).toEqual([at(next), hours]);
  });

  test.each(['rate(1 hour)', 'cron(30 * ? * * *)', 'cron(0/15 * ? * * *)', 'cron(0 24 ? * * *)', 'cron(0 3 * * ? *)'])(
    'is not %s',
    (expression) => {
      expect(() => parseMonitoringSchedule(expression)).toThrow(/Invalid ScheduleExpression/);
    },
  );
});
