import { GetTablesCommand } from '@aws-sdk/client-glue';
import type { OperatorContext } from './context';
import { CommandFailed } from './errors';

/**
 * Names of a request's columns, in order, from the Glue catalog: a curated row is the record id, its source, the
 * model's columns, and the label.
 */
export async function requestColumns(context: OperatorContext): Promise<string[]> {
  const database = await context.output('DataLake', 'GlueDatabaseName');
  const { TableList } = await context.clients.glue.send(new GetTablesCommand({ DatabaseName: database }));
  for (const table of TableList ?? []) {
    const names = (table.StorageDescriptor?.Columns ?? []).map((column) => column.Name ?? '');
    if (names[0] === 'flight_id' && names[1] === 'origin' && names.at(-1) === 'disrupted') return names.slice(2, -1);
  }
  throw new CommandFailed(
    `The Glue database ${database} has no table of curated flights.`,
    'Deploy the DataLake stack again: npx cdk deploy --all',
  );
}
