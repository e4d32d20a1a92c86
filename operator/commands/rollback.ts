import { version } from '../arguments';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { CommandFailed } from '../errors';
import { followMachine, type MachineRun, outcomeOf, startMachine } from '../executions';
import type { Output } from '../output';
import { livePackageArn, packages, versionOf } from '../registry';

export interface RollbackOptions {
  /** @default the newest approved version below the live one */
  readonly to?: number;
  readonly limitMinutes?: number;
}

export interface RollbackResult {
  readonly from: number;
  readonly to: number;
  readonly release: MachineRun;
  readonly outcome: { readonly result: string; readonly detail: string };
}

/** Brings an earlier approved version back by the same way, canary and smoke test included, as any release. */
export async function rollback(context: OperatorContext, options: RollbackOptions, output: Output): Promise<RollbackResult> {
  const live = await livePackageArn(context);
  if (live === undefined) throw new CommandFailed('No model is live: there is nothing to go back from.', 'Release one first: npm run mlops -- approve');
  const from = versionOf(live);
  const approved = (await packages(context)).filter((one) => one.approval === 'Approved');
  const target = options.to === undefined ? approved.find((one) => one.version < from) : approved.find((one) => one.version === options.to);
  if (target === undefined) {
    const others = approved.map((one) => one.version).filter((one) => one !== from);
    throw new CommandFailed(
      options.to === undefined ? `No approved version is older than the live one (${from}).` : `Version ${options.to} is not an approved version.`,
      others.length > 0 ? `Approved besides the live one: ${others.join(', ')}; choose with --to.` : 'Approve the version first: npm run mlops -- approve <version>',
    );
  }
  if (target.version === from) throw new CommandFailed(`Version ${from} is live already.`, 'Choose another with --to.');
  output.line(`From version ${from} back to ${target.version}`);
  const machine = await context.output('Release', 'ReleaseStateMachineArn');
  const execution = await startMachine(context, machine, { rollback: true, detail: { ModelPackageArn: target.arn } });
  const release = await followMachine(context, execution, options.limitMinutes ?? 180, output);
  const outcome = outcomeOf(release);
  output.line(`${outcome.result}: ${outcome.detail}`);
  return { from, to: target.version, release, outcome };
}

export const rollbackCommand: CommandDefinition<RollbackOptions, RollbackResult> = {
  name: 'rollback',
  summary: 'bring the previous approved model back',
  description: 'Goes through the release machine, like an approval: canary, alarms, smoke test. The newer version stays approved; reject it if it must not come back.',
  configure: (program) => program.option('--to <version>', 'this approved version instead of the previous one'),
  examples: [
    ['rollback', 'to the newest approved version below the live one'],
    ['rollback --to 1', 'to version 1'],
  ],
  parse: (_, options) => {
    const to = options.to === undefined ? 'latest' : version(options.to);
    return to === 'latest' ? {} : { to };
  },
  run: rollback,
  succeeded: (result) => result.outcome.result === 'Released',
};
