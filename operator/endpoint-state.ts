import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { OperatorContext } from './context';

/** Whether the endpoint was removed because it was idle, which only `idleEndpoint.removeAfterHours` allows. */
export async function isRemoved(context: OperatorContext): Promise<boolean> {
  const Name = await context.optionalOutput('Training', 'EndpointStateParameterName');
  if (Name === undefined) return false;
  const { Parameter } = await context.clients.ssm.send(new GetParameterCommand({ Name }));
  return Parameter?.Value === 'removed';
}
