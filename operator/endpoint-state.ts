import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { OperatorContext } from './context';

/** Whether the endpoint was taken down because nobody used it, which only `idleEndpoint.takeDownAfterHours` allows. */
export async function isAsleep(context: OperatorContext): Promise<boolean> {
  const Name = await context.optionalOutput('Training', 'EndpointStateParameterName');
  if (Name === undefined) return false;
  const { Parameter } = await context.clients.ssm.send(new GetParameterCommand({ Name }));
  return Parameter?.Value === 'asleep';
}
