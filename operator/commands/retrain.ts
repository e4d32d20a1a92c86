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
 * Runs the scheduled check for new labels and for an old model now. Cool-down and weekly cap apply as on the schedule.
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
  const result = JSON.parse(Buffer.from(Payload ?? new Uint8Array()).toString('utf8')) as RetrainResult & {
    errorMessage?: string;
  };
  if (FunctionError !== undefined)
    throw new CommandFailed(
      `The function ${FunctionName} failed: ${result.errorMessage ?? FunctionError}`,
      'Its log group has the details.',
    );
  output.line(result.started ? `Started (${result.cause}): ${result.reason}` : `Not now: ${result.reason}`);
  if (result.started) output.line(result.executionArn);
  output.line(`Recorded in ${result.record}`);
  return result;
}

export const retrainCommand: CommandDefinition<Record<string, never>, RetrainResult> = {
  name: 'retrain',
  summary: 'check now whether a retraining is due, and start it if so',
  description:
    'Runs the scheduled check: is a new month complete, or the model too old? Cool-down and weekly cap apply. To train regardless, use train.',
  configure: () => undefined,
  examples: [['retrain', 'the decision, its reason, and where it is recorded']],
  parse: () => ({}),
  run: retrain,
};
