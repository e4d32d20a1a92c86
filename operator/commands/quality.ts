import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { time } from '../arguments';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { WrongUsage } from '../errors';
import { followExecution, outcomeOf, startExecution } from '../executions';
import { type Output, table } from '../output';
import { requireCaptures } from '../serving';
import { readJson } from '../storage';

export interface QualityOptions {
  /** ISO 8601, UTC; both or neither. @default the last week, until now */
  readonly window?: { readonly start: string; readonly end: string };
  readonly limitMinutes?: number;
}

interface WrittenMetric {
  readonly name: string;
  readonly value: number;
}

export interface QualityResult {
  readonly outcome: { readonly result: string; readonly detail: string };
  readonly succeeded: boolean;
  /** How many predictions were matched with outcomes. */
  readonly merge?: Readonly<Record<string, number>>;
  /** What the model quality run measured, by metric name. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly violations: readonly { readonly kind: string; readonly metric: string; readonly description: string }[];
}

/** Compares the live model's predictions with their outcomes: the daily model quality run, now. */
export async function quality(
  context: OperatorContext,
  options: QualityOptions,
  output: Output,
): Promise<QualityResult> {
  await requireCaptures(context);
  const stateMachine = await context.output('Monitoring', 'ModelQualityStateMachineArn');
  const bucket = await context.output('DataLake', 'CaptureBucketName');
  const run = await followExecution(
    context,
    await startExecution(context, stateMachine, options.window ?? {}),
    options.limitMinutes ?? 60,
    output,
  );
  const job = (run.output?.use as { job?: string } | undefined)?.job;
  const file = <T>(name: string) =>
    job === undefined ? undefined : readJson<T>(context, bucket, `monitoring/${job}/${name}`);
  const outcome = outcomeOf(run);
  output.line(`${outcome.result}: ${outcome.detail}`);
  const merge = await file<Record<string, number>>('merge.json');
  const metrics = Object.fromEntries(
    ((await file<WrittenMetric[]>('metrics.json')) ?? []).map((one) => [one.name, one.value]),
  );
  const violations = [];
  for (const kind of ['quality', 'bias', 'explainability']) {
    const found = await file<{ violations: { metric_name: string; description: string }[] }>(
      `${kind}/constraint_violations.json`,
    );
    for (const one of found?.violations ?? [])
      violations.push({ kind, metric: one.metric_name, description: one.description });
  }
  if (merge !== undefined)
    output.line(
      `${merge.predictions} predictions: ${merge.matched} with an outcome (${merge.late} of them late), ${merge.missing} without`,
    );
  for (const line of table(
    shownMetrics.filter((name) => name in metrics).map((name) => [name, (metrics[name] ?? 0).toFixed(4)]),
  ))
    output.line(`  ${line}`);
  for (const one of violations) output.line(`  violation: ${one.kind} ${one.metric}: ${one.description}`);
  return {
    outcome,
    succeeded: run.status === 'SUCCEEDED',
    ...(merge === undefined ? {} : { merge }),
    metrics,
    violations,
  };
}

/** The metrics that a person asks for first, of about sixty. */
const shownMetrics = [
  'auc',
  'au_prc',
  'precision',
  'recall',
  'CostPer1000',
  'CostOfNeverFlaggingPer1000',
  'CostOfAlwaysFlaggingPer1000',
  'CostRatio',
  'bias_metric_RD',
  'AttributionNdcg',
];

/** State of an alarm by its whole construct id: ModelQuality is also the beginning of ModelQualitySilent. */
export async function modelQualityAlarmState(context: OperatorContext, name: string): Promise<string> {
  const { MetricAlarms } = await context.clients.cloudwatch.send(new DescribeAlarmsCommand({ MaxRecords: 100 }));
  const logicalId = new RegExp(`ModelQualityAlarms${name}[0-9A-F]{8}`);
  return MetricAlarms?.find(({ AlarmName = '' }) => logicalId.test(AlarmName))?.StateValue ?? 'not there';
}

export const qualityCommand: CommandDefinition<QualityOptions, QualityResult> = {
  name: 'quality',
  summary: 'compare the live predictions with their outcomes, now',
  description:
    'Starts the daily model quality run now. It joins captured predictions with the outcomes that have arrived, and compares quality, cost, bias and ' +
    "attributions with the model's baseline.",
  configure: (program) =>
    program
      .option('--from <time>', 'first moment of the window, UTC, such as 2013-09-03T14:00:00Z')
      .option('--until <time>', 'the moment after its last'),
  examples: [
    ['quality', 'the predictions of the last week'],
    ['quality --from 2013-09-03T14:00:00Z --until 2013-09-03T15:00:00Z', 'those of one hour'],
  ],
  parse: (_, options) => {
    const { from, until } = options;
    if (from === undefined && until === undefined) return {};
    if (from === undefined || until === undefined) throw new WrongUsage('--from and --until go together.');
    const window = { start: time(from, '--from'), end: time(until, '--until') };
    if (window.end <= window.start)
      throw new WrongUsage(`--until (${window.end}) must be after --from (${window.start}).`);
    return { window };
  },
  run: quality,
  succeeded: (result) => result.succeeded,
};
