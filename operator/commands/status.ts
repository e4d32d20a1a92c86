import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeEndpointCommand, ListPipelineExecutionsCommand } from '@aws-sdk/client-sagemaker';
import { DescribeExecutionCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { isRemoved } from '../endpoint-state';
import { isNotFound, withoutRepetition } from '../errors';
import { type Output, table } from '../output';
import { livePackageArn, type PackageSummary, packages, versionOf } from '../registry';
import { servingPattern } from '../serving';
import { listUnder, readJson } from '../storage';

export interface StatusResult {
  readonly live?: number;
  readonly endpoint: string;
  readonly packages: readonly PackageSummary[];
  readonly pipeline: readonly { readonly name: string; readonly status: string; readonly started: string }[];
  /** The last decisions of the retraining function, newest first. */
  readonly decisions: readonly {
    readonly at: string;
    readonly trigger: string;
    readonly started: boolean;
    readonly reason: string;
  }[];
  readonly stateMachines: readonly {
    readonly stateMachine: string;
    readonly status: string;
    readonly started: string;
    readonly outcome: string;
  }[];
  readonly alarms: readonly { readonly name: string; readonly state: string; readonly reason: string }[];
}

/** A summary of the workflow; each part takes one or two calls. */
export async function status(
  context: OperatorContext,
  _: Record<string, never>,
  output: Output,
): Promise<StatusResult> {
  const live = await livePackageArn(context);
  // With Model Monitor there is no state machine for the analysis.
  const monitoring = await context.optionalOutput('Monitoring', 'MonitoringStateMachineArn');
  const result: StatusResult = {
    ...(live === undefined ? {} : { live: versionOf(live) }),
    endpoint: await endpointStatus(context),
    packages: (await packages(context)).slice(0, 10),
    pipeline: await pipelineRuns(context),
    decisions: await decisions(context),
    stateMachines: [
      ...(await stateMachineRuns(context, 'release', await context.output('Release', 'ReleaseStateMachineArn'))),
      ...(monitoring === undefined ? [] : await stateMachineRuns(context, 'monitoring', monitoring)),
      ...(await stateMachineRuns(context, 'batch', await context.output('Serving', 'BatchStateMachineArn'))),
    ],
    alarms: [...(await alarms(context))].sort((a, b) => urgency(a) - urgency(b)),
  };
  show(result, output);
  return result;
}

function show(result: StatusResult, output: Output): void {
  const section = (title: string, head: readonly string[], rows: readonly (readonly string[])[], none: string) => {
    output.line();
    output.line(title);
    for (const line of rows.length === 0 ? [none] : table([head, ...rows])) output.line(`  ${line}`);
  };
  output.line(
    `Live: ${result.live === undefined ? 'no model yet' : `version ${result.live}`}; endpoint: ${result.endpoint}`,
  );
  section(
    'Models',
    ['version', 'approval', 'registered'],
    result.packages.map((one) => [
      `${one.version}${one.version === result.live ? ' (live)' : ''}`,
      one.approval,
      one.created ?? '',
    ]),
    'none registered',
  );
  section(
    'Pipeline runs',
    ['name', 'status', 'started'],
    result.pipeline.map((one) => [one.name, one.status, one.started]),
    'none yet',
  );
  section(
    'Retraining decisions',
    ['when', 'because of', 'started', 'reason'],
    result.decisions.map((one) => [one.at, one.trigger, one.started ? 'yes' : 'no', one.reason]),
    'none yet',
  );
  section(
    'Releases, analyses, batch runs',
    ['state machine', 'status', 'started', 'outcome'],
    result.stateMachines.map((one) => [one.stateMachine, one.status, one.started, one.outcome]),
    'none yet',
  );
  showAlarms(result.alarms, output);
}

/** Prints alarms in ALARM with their reasons and counts the others: forty lines of OK would hide them. */
function showAlarms(alarms: StatusResult['alarms'], output: Output): void {
  const inAlarm = alarms.filter(({ state }) => state === 'ALARM');
  const counts = new Map<string, number>();
  for (const { state } of alarms) if (state !== 'ALARM') counts.set(state, (counts.get(state) ?? 0) + 1);
  output.line();
  output.line(`Alarms: ${inAlarm.length} of ${alarms.length} in ALARM`);
  for (const { name, reason } of inAlarm) output.line(`  ALARM  ${name}${reason === '' ? '' : `: ${reason}`}`);
  const others = [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
  if (others !== '') output.line(`  The others: ${others} (--json lists all)`);
}

async function endpointStatus(context: OperatorContext): Promise<string> {
  const pattern = await servingPattern(context);
  if (pattern === 'batch') return 'none (served in batch)';
  const name = await context.output('Serving', 'EndpointName');
  try {
    const found = await context.clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName: name }));
    const instances = (found.ProductionVariants ?? [])
      .map((variant) =>
        variant.CurrentServerlessConfig
          ? `serverless, at most ${variant.CurrentServerlessConfig.MaxConcurrency ?? '?'} at once`
          : `${variant.CurrentInstanceCount ?? '?'} instances`,
      )
      .join(', ');
    return `${found.EndpointStatus ?? 'Unknown'}${instances === '' ? '' : `, ${instances}`}`;
  } catch (error) {
    if (isNotFound(error))
      return (await isRemoved(context)) ? 'removed because it was idle (npm run mlops -- recreate-endpoint)' : 'none';
    throw error;
  }
}

async function pipelineRuns(context: OperatorContext): Promise<StatusResult['pipeline']> {
  const { PipelineExecutionSummaries } = await context.clients.sagemaker.send(
    new ListPipelineExecutionsCommand({
      PipelineName: await context.output('Training', 'PipelineName'),
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      MaxResults: 5,
    }),
  );
  return (PipelineExecutionSummaries ?? []).map((one) => ({
    name: one.PipelineExecutionDisplayName ?? one.PipelineExecutionArn ?? '',
    status: one.PipelineExecutionStatus ?? 'Unknown',
    started: one.StartTime?.toISOString() ?? '',
  }));
}

interface Decided {
  readonly trigger: { readonly kind: string; readonly at: string };
  readonly decision: { readonly start: boolean; readonly reason: string };
}

/** Keys begin with a time, so the last ones are the newest. */
async function decisions(context: OperatorContext): Promise<StatusResult['decisions']> {
  const bucket = await context.output('DataLake', 'ArtifactsBucketName');
  const newest = (await listUnder(context, bucket, 'retraining/decisions/'))
    .map(({ key }) => key)
    .sort()
    .slice(-5)
    .reverse();
  const read = await Promise.all(newest.map((key) => readJson<Decided>(context, bucket, key)));
  return read
    .filter((one) => one !== undefined)
    .map(({ trigger, decision }) => ({
      at: trigger.at,
      trigger: trigger.kind,
      started: decision.start,
      reason: decision.reason,
    }));
}

async function stateMachineRuns(
  context: OperatorContext,
  stateMachine: string,
  arn: string,
): Promise<StatusResult['stateMachines']> {
  const { executions } = await context.clients.sfn.send(
    new ListExecutionsCommand({ stateMachineArn: arn, maxResults: 3 }),
  );
  return Promise.all(
    (executions ?? []).map(async (one) => ({
      stateMachine,
      status: one.status ?? 'Unknown',
      started: one.startDate?.toISOString() ?? '',
      outcome: await outcomeText(context, one.executionArn ?? ''),
    })),
  );
}

async function outcomeText(context: OperatorContext, executionArn: string): Promise<string> {
  const { output, error, cause } = await context.clients.sfn.send(new DescribeExecutionCommand({ executionArn }));
  if (error !== undefined) return withoutRepetition(`${error}: ${cause ?? ''}`);
  if (output === undefined) return '';
  const { outcome } = JSON.parse(output) as { outcome?: { result?: string; detail?: string } };
  return outcome === undefined ? '' : `${outcome.result ?? ''}: ${outcome.detail ?? ''}`;
}

/** Alarms in ALARM come first, also in --json. */
function urgency({ state }: StatusResult['alarms'][number]): number {
  return state === 'ALARM' ? 0 : state === 'OK' ? 2 : 1;
}

async function alarms(context: OperatorContext): Promise<StatusResult['alarms']> {
  const found: StatusResult['alarms'][number][] = [];
  let token: string | undefined;
  do {
    const page = await context.clients.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: context.stackPrefix, NextToken: token }),
    );
    for (const alarm of page.MetricAlarms ?? []) {
      found.push({
        name: alarm.AlarmName ?? '',
        state: alarm.StateValue ?? 'Unknown',
        reason: alarm.StateReason ?? '',
      });
    }
    token = page.NextToken;
  } while (token !== undefined);
  return found;
}

export const statusCommand: CommandDefinition<Record<string, never>, StatusResult> = {
  name: 'status',
  summary: 'a summary of models, runs and alarms',
  description:
    'What is live, which models are registered, the last runs of the pipeline and of the state machines, and the alarms in ALARM.',
  configure: () => undefined,
  examples: [
    ['status', 'for people'],
    ['status --json', 'for programs'],
  ],
  parse: () => ({}),
  run: status,
};
