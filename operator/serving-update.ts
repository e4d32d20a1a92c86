import { DescribeStacksCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { type OperatorContext, waitFor } from './context';
import { CommandFailed } from './errors';
import type { Output } from './output';

export interface ServingUpdate {
  /** New values by parameter key; every other parameter keeps its value. */
  readonly parameters: Readonly<Record<string, string>>;
  /** @default the role that the stack was last updated with */
  readonly roleArn?: string;
  readonly limitMinutes: number;
}

/** Updates the Serving stack with its previous template, and waits until that is done. */
export async function updateServing(context: OperatorContext, update: ServingUpdate, output: Output): Promise<void> {
  const { cloudformation } = context.clients;
  const StackName = `${context.stackPrefix}-Serving`;
  const describe = async () => (await cloudformation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
  const before = await describe();
  if (/_IN_PROGRESS$/.test(before?.StackStatus ?? '')) {
    throw new CommandFailed(
      `The stack ${StackName} is ${before?.StackStatus ?? ''}: a release is under way.`,
      'Wait for its end: npm run mlops -- status',
    );
  }
  const Parameters = (before?.Parameters ?? []).map(({ ParameterKey }) => {
    const value = update.parameters[ParameterKey ?? ''];
    return value === undefined ? { ParameterKey, UsePreviousValue: true } : { ParameterKey, ParameterValue: value };
  });
  try {
    await cloudformation.send(
      new UpdateStackCommand({
        StackName,
        UsePreviousTemplate: true,
        Parameters,
        RoleARN: update.roleArn,
        Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      }),
    );
  } catch (error) {
    if (error instanceof Error && /No updates are to be performed/.test(error.message)) return;
    throw error;
  }
  output.progress(`Updating ${StackName}`);
  const ended = await waitFor(
    context,
    `${StackName} to be updated`,
    update.limitMinutes,
    async () => {
      const stack = await describe();
      return /_IN_PROGRESS$/.test(stack?.StackStatus ?? '') ? undefined : stack;
    },
    output,
  );
  if (ended?.StackStatus !== 'UPDATE_COMPLETE') {
    throw new CommandFailed(
      `${StackName} ended as ${ended?.StackStatus ?? 'unknown'}: ${ended?.StackStatusReason ?? ''}`,
      'The events of the stack name the resource. The model that served before the update serves again.',
    );
  }
}
