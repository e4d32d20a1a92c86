import type { OperatorContext } from './context';

/** Names of a request's columns, in order: what a batch row has after its record id, and a CSV request has alone. */
export async function requestColumns(context: OperatorContext): Promise<string[]> {
  return (await context.output('DataLake', 'RequestColumns')).split(',');
}
