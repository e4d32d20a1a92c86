import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { CommandFailed } from '../errors';
import type { Output } from '../output';

export type RetrainResult =
  | {
      readonly started: true;
      readonly cause: string;
      readonly reason: string;
      readonly executionArn: string;
      readonly record: string;
    }
  | { readonly started: false; readonly reason: string; readonly record: string };

/**
 * Has the regular look for new labels and for an old model now. The rules are the schedule's own: cool-down and cap
 * hold for a person, too.
 */
export async function retrain(
  context: OperatorContext,
  _: Record<string, never>,
  output: Output,
): Promise<RetrainResult> {
  const FunctionName = await context.output('Monitoring', 'RetrainingFunctionName');
  const event = { 'detail-type': 'Scheduled Event', source: 'aws.events', time: (await context.now()).toISOString() };
  const { FunctionError, Payload } = await context.clients.lambda.send(
    new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }),
  );
  const answer = JSON.parse(Buffer.from(Payload ?? new Uint8Array()).toString('utf8')) as RetrainResult & {
    errorMessage?: string;
  };
  if (FunctionError !== undefined)
    throw new CommandFailed(
      `The function ${FunctionName} failed: ${answer.errorMessage ?? FunctionError}`,
      'Its log group has the whole story.',
    );
  output.line(answer.started ? `Started (${answer.cause}): ${answer.reason}` : `Not now: ${answer.reason}`);
  if (answer.started) output.line(answer.executionArn);
  output.line(`Written down in ${answer.record}`);
  return answer;
}

export const retrainCommand: CommandDefinition<Record<string, never>, RetrainResult> = {
  name: 'retrain',
  summary: 'ask now whether a retraining is due, and start it if so',
  description:
    'What the schedule asks by itself: is a new month complete, or the model old? Cool-down and cap a week hold here, too; to train regardless, use train.',
  configure: () => undefined,
  examples: [['retrain', 'the decision, its reason, and where it is written down']],
  parse: () => ({}),
  run: retrain,
};
