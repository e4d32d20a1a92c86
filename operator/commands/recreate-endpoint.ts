import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { isRemoved } from '../endpoint-state';
import { CommandFailed, isNotFound } from '../errors';
import { type ExecutionResult, followExecution, outcomeOf, startExecution } from '../executions';
import type { Output } from '../output';
import { livePackageArn, versionOf } from '../registry';
import { servingPattern } from '../serving';
import { updateServing } from '../serving-update';

/** The Serving template's parameter that names the package to serve. */
const approvedKey = 'ApprovedModelPackage';

export interface RecreateEndpointOptions {
  readonly limitMinutes?: number;
}

export interface RecreateEndpointResult {
  readonly version: number;
  /** Undefined when the endpoint exists. */
  readonly release?: ExecutionResult;
  readonly outcome: { readonly result: string; readonly detail: string };
}

/**
 * Creates an endpoint again that was removed because it was idle, or that somebody deleted by hand. It does so by
 * a release of the live version, with its checks and its smoke test.
 */
export async function recreateEndpoint(
  context: OperatorContext,
  options: RecreateEndpointOptions,
  output: Output,
): Promise<RecreateEndpointResult> {
  const live = await livePackageArn(context);
  if (live === undefined)
    throw new CommandFailed(
      'No model is live: there is no endpoint to recreate.',
      'Release one first: npm run mlops -- approve latest --note "..."',
    );
  const version = versionOf(live);
  const removed = await isRemoved(context);
  if (!removed && !(await isMissing(context))) {
    const outcome = { result: 'NothingToDo', detail: `The endpoint exists; version ${version} is live.` };
    output.line(`${outcome.result}: ${outcome.detail}`);
    return { version, outcome };
  }
  const limitMinutes = options.limitMinutes ?? 180;
  if (!removed) await removeFromStack(context, limitMinutes, output);
  output.line(`Recreating the endpoint with version ${version}`);
  const stateMachine = await context.output('Release', 'ReleaseStateMachineArn');
  const execution = await startExecution(context, stateMachine, { detail: { ModelPackageArn: live } });
  const release = await followExecution(context, execution, limitMinutes, output);
  const outcome = outcomeOf(release);
  output.line(`${outcome.result}: ${outcome.detail}`);
  return { version, release, outcome };
}

/** Whether the endpoint is missing although a version is live and the workflow has not removed the endpoint. */
async function isMissing(context: OperatorContext): Promise<boolean> {
  if ((await servingPattern(context)) === 'batch') return false;
  const EndpointName = await context.output('Serving', 'EndpointName');
  try {
    await context.clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
    return false;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return true;
  }
}

/**
 * Removes the deleted endpoint from the Serving stack, because CloudFormation does not create a resource again that it
 * still lists. If this command stops between its steps, the reconciler releases the approved version.
 */
async function removeFromStack(context: OperatorContext, limitMinutes: number, output: Output): Promise<void> {
  output.line('The endpoint does not exist, although a version is live: somebody deleted it outside CloudFormation.');
  output.line('Removing it from the Serving stack first');
  const roleArn = await context.optionalOutput('Release', 'ServingDeploymentRoleArn');
  await updateServing(context, { parameters: { [approvedKey]: 'none' }, roleArn, limitMinutes }, output);
  // A release of the version in this parameter would do nothing.
  const Name = await context.output('Training', 'ApprovedModelParameterName');
  await context.clients.ssm.send(new PutParameterCommand({ Name, Value: 'none', Overwrite: true }));
}

export const recreateEndpointCommand: CommandDefinition<RecreateEndpointOptions, RecreateEndpointResult> = {
  name: 'recreate-endpoint',
  summary: 'recreate an endpoint that was removed while idle, or deleted by hand',
  description:
    'Releases the version that is live once more: artifact check and smoke test, no canary. Does nothing while the endpoint exists.',
  configure: () => undefined,
  examples: [['recreate-endpoint', 'the same version serves again']],
  parse: () => ({}),
  run: recreateEndpoint,
  succeeded: (result) => ['Released', 'NothingToDo'].includes(result.outcome.result),
};
