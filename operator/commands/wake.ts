import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { isAsleep } from '../endpoint-state';
import { CommandFailed } from '../errors';
import { followMachine, type MachineRun, outcomeOf, startMachine } from '../executions';
import type { Output } from '../output';
import { livePackageArn, versionOf } from '../registry';

export interface WakeOptions {
  readonly limitMinutes?: number;
}

export interface WakeResult {
  readonly version: number;
  /** None when the endpoint was awake. */
  readonly release?: MachineRun;
  readonly outcome: { readonly result: string; readonly detail: string };
}

/**
 * Brings an endpoint back that was taken down for want of requests: a release of the version that is live already, with
 * its checks and its smoke test.
 */
export async function wake(context: OperatorContext, options: WakeOptions, output: Output): Promise<WakeResult> {
  const live = await livePackageArn(context);
  if (live === undefined)
    throw new CommandFailed(
      'No model is live: there is nothing to wake.',
      'Release one first: npm run mlops -- approve latest --note "..."',
    );
  const version = versionOf(live);
  if (!(await isAsleep(context))) {
    const outcome = { result: 'NothingToDo', detail: `The endpoint does not sleep; version ${version} is live.` };
    output.line(`${outcome.result}: ${outcome.detail}`);
    return { version, outcome };
  }
  output.line(`Waking the endpoint with version ${version}`);
  const machine = await context.output('Release', 'ReleaseStateMachineArn');
  const execution = await startMachine(context, machine, { detail: { ModelPackageArn: live } });
  const release = await followMachine(context, execution, options.limitMinutes ?? 180, output);
  const outcome = outcomeOf(release);
  output.line(`${outcome.result}: ${outcome.detail}`);
  return { version, release, outcome };
}

export const wakeCommand: CommandDefinition<WakeOptions, WakeResult> = {
  name: 'wake',
  summary: 'bring an endpoint back that was taken down while nobody asked',
  description:
    'Goes through the release machine with the version that is live already: artifact check and smoke test, no canary. Only where idleEndpoint.takeDownAfterHours is configured.',
  configure: () => undefined,
  examples: [['wake', 'the same version serves again']],
  parse: () => ({}),
  run: wake,
  succeeded: (result) => ['Released', 'NothingToDo'].includes(result.outcome.result),
};
