import { version } from '../arguments';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { decide } from '../decision';
import { CommandFailed } from '../errors';
import { type ExecutionResult, followExecution, outcomeOf, startExecution } from '../executions';
import type { Output } from '../output';
import { describePackage, livePackageArn, type PackageSummary, packages, versionOf } from '../registry';

export interface RollbackOptions {
  /** @default the newest approved version below the live one */
  readonly to?: number;
  readonly limitMinutes?: number;
}

export interface RollbackResult {
  readonly from: number;
  readonly to: number;
  /** Undefined when the version was live already. */
  readonly release?: ExecutionResult;
  readonly outcome: { readonly result: string; readonly detail: string };
}

/**
 * Releases an earlier approved version in the same way as any release, with canary and smoke test. It sends no request
 * to the live endpoint, which may not respond.
 *
 * Newer versions lose their approval first. The newest approved version should be live, so the reconciler would
 * otherwise release the newer version again. To go forward again, a person approves it.
 */
export async function rollback(
  context: OperatorContext,
  options: RollbackOptions,
  output: Output,
): Promise<RollbackResult> {
  const live = await livePackageArn(context);
  if (live === undefined)
    throw new CommandFailed(
      'No model is live: there is nothing to roll back.',
      'Release one first: npm run mlops -- approve',
    );
  const from = versionOf(live);
  const all = await packages(context);
  const target = await chosen(context, all, from, options.to);
  for (const newer of all.filter((one) => one.approval === 'Approved' && one.version > target.version)) {
    const reason = `A person rolled back to version ${target.version}; version ${from} was live.`;
    await decide(context, newer.arn, 'Rejected', reason);
    output.line(`Version ${newer.version}: Rejected (${reason})`);
  }
  if (target.version === from) {
    const outcome = { result: 'NothingToDo', detail: `Version ${from} is live already.` };
    output.line(`${outcome.result}: ${outcome.detail}`);
    return { from, to: from, outcome };
  }
  output.line(`From version ${from} back to ${target.version}`);
  const stateMachine = await context.output('Release', 'ReleaseStateMachineArn');
  const execution = await startExecution(context, stateMachine, {
    rollback: true,
    detail: { ModelPackageArn: target.arn },
  });
  const release = await followExecution(context, execution, options.limitMinutes ?? 180, output);
  const outcome = outcomeOf(release);
  output.line(`${outcome.result}: ${outcome.detail}`);
  return { from, to: target.version, release, outcome };
}

/** The version to roll back to. Throws with the reason and the possible versions when there is none. */
async function chosen(
  context: OperatorContext,
  all: readonly PackageSummary[],
  live: number,
  to: number | undefined,
): Promise<PackageSummary> {
  const candidates = all.filter((one) => one.approval === 'Approved' && one.version < live);
  const remedy =
    candidates.length > 0
      ? `Approved and older than the live version ${live}: ${candidates.map((one) => one.version).join(', ')}; choose with --to.`
      : 'Approve a version that was rejected by mistake, or train another: npm run mlops -- status shows them.';
  if (to === undefined) {
    if (candidates[0] === undefined)
      throw new CommandFailed(`No approved version is older than the live one (${live}).`, remedy);
    return candidates[0];
  }
  const found = all.find((one) => one.version === to);
  if (found === undefined)
    throw new CommandFailed(
      `There is no version ${to}; registered: ${all.map((one) => one.version).join(', ')}.`,
      remedy,
    );
  if (found.version > live)
    throw new CommandFailed(
      `Version ${to} is newer than the live one (${live}): that is a release, which needs an approval.`,
      remedy,
    );
  if (found.approval === 'Approved' || found.version === live) return found;
  if (found.approval === 'Rejected') {
    const { ApprovalDescription: reason } = await describePackage(context, found.arn);
    throw new CommandFailed(`Version ${to} was rejected: ${reason ?? 'nobody wrote why'}`, remedy);
  }
  throw new CommandFailed(`Version ${to} was never approved (${found.approval}).`, remedy);
}

export const rollbackCommand: CommandDefinition<RollbackOptions, RollbackResult> = {
  name: 'rollback',
  summary: 'roll back to an earlier approved model',
  description:
    'Runs the release state machine, as an approval does: canary, alarms, smoke test. Every newer version loses its approval, so that only a person can release it again. May be repeated.',
  configure: (program) => program.option('--to <version>', 'any earlier approved version instead of the previous one'),
  examples: [
    ['rollback', 'to the newest approved version below the live one'],
    ['rollback --to 1', 'to version 1'],
  ],
  parse: (_, options) => {
    const to = options.to === undefined ? 'latest' : version(options.to);
    return to === 'latest' ? {} : { to };
  },
  run: rollback,
  succeeded: (result) => ['Released', 'NothingToDo'].includes(result.outcome.result),
};
