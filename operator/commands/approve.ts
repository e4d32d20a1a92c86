import { DescribeExecutionCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { note, version } from '../arguments';
import type { CommandDefinition } from '../command';
import { type OperatorContext, waitFor } from '../context';
import { decide } from '../decision';
import { type ExecutionResult, executionArns, followExecution, outcomeOf } from '../executions';
import type { Output } from '../output';
import { packageOf } from '../registry';

export interface ApproveOptions {
  readonly version: number | 'latest';
  readonly note: string;
  /** Rejects instead; nothing is released. @default false */
  readonly reject?: boolean;
  readonly limitMinutes?: number;
}

export interface ApproveResult {
  readonly version: number;
  readonly arn: string;
  readonly approval: 'Approved' | 'Rejected';
  /** The release that the approval started. */
  readonly release?: ExecutionResult;
  readonly outcome?: { readonly result: string; readonly detail: string };
}

/** Records a person's decision in the registry, then follows the release that it starts. */
export async function approve(
  context: OperatorContext,
  options: ApproveOptions,
  output: Output,
): Promise<ApproveResult> {
  const chosen = await packageOf(context, options.version);
  const approval = options.reject ? 'Rejected' : 'Approved';
  const stateMachine = await context.output('Release', 'ReleaseStateMachineArn');
  const before = await executionArns(context, stateMachine);
  await decide(context, chosen.arn, approval, options.note);
  output.line(`Version ${chosen.version}: ${approval} (${options.note})`);
  if (approval === 'Rejected') return { version: chosen.version, arn: chosen.arn, approval };
  if (chosen.approval === 'Approved') {
    output.line('It was approved before; SageMaker sends an event only when the status changes, so no release starts.');
    return {
      version: chosen.version,
      arn: chosen.arn,
      approval,
      outcome: { result: 'NothingToDo', detail: 'The package was approved before.' },
    };
  }
  output.progress('Waiting for the release to start');
  const started = await waitFor(context, 'the release to start', 10, () =>
    newExecution(context, stateMachine, before, chosen.arn),
  );
  const release = await followExecution(context, started, options.limitMinutes ?? 180, output);
  const outcome = outcomeOf(release);
  output.line(`${outcome.result}: ${outcome.detail}`);
  return { version: chosen.version, arn: chosen.arn, approval, release, outcome };
}

/** The execution that this approval started: it is new, and its input names this package. */
export async function newExecution(
  context: OperatorContext,
  stateMachine: string,
  before: ReadonlySet<string>,
  packageArn: string,
): Promise<string | undefined> {
  const { executions } = await context.clients.sfn.send(
    new ListExecutionsCommand({ stateMachineArn: stateMachine, maxResults: 100 }),
  );
  for (const { executionArn } of executions ?? []) {
    if (executionArn === undefined || before.has(executionArn)) continue;
    const { input } = await context.clients.sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (input?.includes(JSON.stringify(packageArn))) return executionArn;
  }
  return undefined;
}

export const approveCommand: CommandDefinition<ApproveOptions, ApproveResult> = {
  name: 'approve',
  summary: 'approve (or reject) a registered model and watch its release',
  description:
    'A person decides, and assumes the approver role to do so. Read the metrics first: npm run mlops -- card. The release then updates the endpoint as a canary, and keeps the new version or rolls it back.',
  configure: (program) =>
    program
      .argument('[version]', '"latest" or a version number', 'latest')
      .requiredOption('--note <text>', 'why; it stays with the package')
      .option('--reject', 'reject it instead'),
  examples: [
    ['approve latest --note "first model"', 'release the newest version'],
    ['approve 3 --reject --note "too many false alarms"', 'decline version 3'],
  ],
  parse: ([chosen], options) => ({
    version: version(chosen),
    note: note(options.note, '--note'),
    reject: options.reject === true,
  }),
  run: approve,
  succeeded: (result) =>
    result.approval === 'Rejected' || ['Released', 'NothingToDo'].includes(result.outcome?.result ?? ''),
};
