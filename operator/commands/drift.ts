import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { hour } from '../arguments';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { analyzeHour, type HourAnalysis } from '../drift-analysis';
import { type Constraints, driftLimits } from '../drift-limits';
import { CommandFailed } from '../errors';
import { type Output, table } from '../output';
import { requireCaptures } from '../serving';
import { objectsUnder, readJson } from '../storage';

export interface DriftOptions {
  /** UTC, such as 2013-09-03T14. @default the newest hour with captured traffic */
  readonly hour?: string;
  readonly limitMinutes?: number;
}

export interface Violation {
  readonly feature_name: string;
  readonly constraint_check_type: string;
  readonly description: string;
}

export interface DriftResult {
  readonly hour: string;
  readonly succeeded: boolean;
  readonly outcome: HourAnalysis['outcome'];
  readonly violations: readonly Violation[];
  /** What the analysis measured, by metric name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Largest allowed distance from the baseline, by feature; a feature without a limit is measured, not compared. */
  readonly limits?: Readonly<Record<string, number>>;
  readonly alarm: { readonly name: string; readonly state: string; readonly reason: string };
}

/** Compares an hour of captured traffic with the live model's baseline, now or when Model Monitor runs. */
export async function drift(context: OperatorContext, options: DriftOptions, output: Output): Promise<DriftResult> {
  await requireCaptures(context);
  const bucket = await context.output('DataLake', 'CaptureBucketName');
  const hour = options.hour ?? (await newestHour(context, bucket));
  output.line(
    `Traffic of ${hour}:00 to ${hour}:59 UTC, as far as it is in S3: captures arrive minutes after their requests`,
  );
  const { outcome, resultPrefix, succeeded } = await analyzeHour(context, hour, options.limitMinutes ?? 60, output);
  const file = <T>(name: string) =>
    resultPrefix === undefined ? undefined : readJson<T>(context, bucket, `${resultPrefix}/${name}`);
  const found = await file<{ violations: Violation[] }>('constraint_violations.json');
  const written = await file<{ name: string; value: number }[]>('metrics.json');
  const constraints = await file<Constraints>('constraints.json');
  const alarm = await alarmState(context);
  output.line(`${outcome.result}: ${outcome.detail}`);
  const violations = found?.violations ?? [];
  for (const line of table(violations.map((one) => [one.feature_name, one.constraint_check_type, one.description])))
    output.line(`  ${line}`);
  const metrics = Object.fromEntries((written ?? []).map((one) => [one.name, one.value]));
  const limits = constraints === undefined ? undefined : driftLimits(constraints);
  showDistances({ metrics, violations, limits }, output);
  output.line(`Alarm ${alarm.name}: ${alarm.state}`);
  return { hour, succeeded, outcome, violations, metrics, ...(limits === undefined ? {} : { limits }), alarm };
}

const distancePrefix = 'feature_baseline_drift_';
const mostShown = 8;

/** Prints the distances from the baseline, largest first. Model Monitor publishes its distances to CloudWatch only. */
function showDistances(
  { metrics, violations, limits }: Pick<DriftResult, 'metrics' | 'violations' | 'limits'>,
  output: Output,
): void {
  const distances = Object.entries(metrics)
    .filter(([name]) => name.startsWith(distancePrefix))
    .map(([name, distance]) => ({ feature: name.slice(distancePrefix.length), distance }))
    .sort((a, b) => b.distance - a.distance);
  if (distances.length === 0) return;
  const violated = new Set(violations.map((one) => one.feature_name));
  output.line(`Distance from the baseline (0 is equal), largest first, ${distances.length} features:`);
  const limitOf = (feature: string) => {
    if (limits === undefined) return '';
    return limits[feature] === undefined ? 'not compared' : `limit ${limits[feature]}`;
  };
  for (const line of table(
    distances
      .slice(0, mostShown)
      .map(({ feature, distance }) => [
        feature,
        distance.toFixed(4),
        limitOf(feature),
        violated.has(feature) ? 'violation' : '',
      ]),
  ))
    output.line(`  ${line}`);
  if (distances.length > mostShown)
    output.line(`  and ${distances.length - mostShown} smaller ones (--json lists all)`);
}

export async function alarmState(context: OperatorContext): Promise<DriftResult['alarm']> {
  const name = await context.output('Monitoring', 'DriftAlarmName');
  const { MetricAlarms } = await context.clients.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
  return { name, state: MetricAlarms?.[0]?.StateValue ?? 'not there', reason: MetricAlarms?.[0]?.StateReason ?? '' };
}

/** Keys of captures end in .../yyyy/mm/dd/hh/<file>, so the greatest key has the newest hour. */
async function newestHour(context: OperatorContext, bucket: string): Promise<string> {
  let newest = '';
  for await (const { key } of objectsUnder(context, bucket, 'capture/')) {
    const match = /\/(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})\/[^/]+$/.exec(key);
    if (match) {
      const hour = `${match[1]}-${match[2]}-${match[3]}T${match[4]}`;
      if (hour > newest) newest = hour;
    }
  }
  if (newest === '') {
    throw new CommandFailed(
      'No captured request is in S3 yet.',
      'Captures arrive minutes after their requests: if you have just sent some, wait ten minutes and ask again. Else send some: npm run mlops -- invoke --airport JFK --month 2013-07 --rows 500',
    );
  }
  return newest;
}

export const driftCommand: CommandDefinition<DriftOptions, DriftResult> = {
  name: 'drift',
  summary: 'compare captured traffic with the training data, now',
  description:
    'Runs the hourly analysis at once (with AWS Model Monitor: waits for its run of that hour) and prints the distances, the violations and the state of the ' +
    'drift alarm. The drift alarm starts a retraining.',
  configure: (program) =>
    program.option('--hour <hour>', 'UTC, such as 2013-09-03T14; otherwise the newest hour with traffic'),
  examples: [
    ['drift', 'the newest hour with traffic'],
    ['drift --hour 2013-09-03T14', 'one hour'],
  ],
  parse: (_, options) => {
    if (options.hour === undefined) return {};
    return { hour: hour(options.hour, '--hour') };
  },
  run: drift,
  succeeded: (result) => result.succeeded,
};
