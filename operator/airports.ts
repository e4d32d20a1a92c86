import { GetTablesCommand } from '@aws-sdk/client-glue';
import type { OperatorContext } from './context';
import { CommandFailed, WrongUsage } from './errors';

/** Airports of the deployed workflow. The data catalog knows them: they are the partitions of its tables. */
export async function knownAirports(context: OperatorContext): Promise<string[]> {
  const database = await context.output('DataLake', 'GlueDatabaseName');
  const { TableList } = await context.clients.glue.send(new GetTablesCommand({ DatabaseName: database }));
  const values = TableList?.map(({ Parameters }) => Parameters?.['projection.airport.values']).find(
    (one) => one !== undefined,
  );
  if (values === undefined) {
    throw new CommandFailed(
      `The Glue database ${database} has no table that is partitioned by airport.`,
      'Deploy the DataLake stack again: npx cdk deploy --all',
    );
  }
  return values.split(',');
}

/**
 * Fails before anything is uploaded or billed: curation refuses files of an unknown airport, and a training finds no
 * data.
 */
export async function refuseUnknownAirports(context: OperatorContext, codes: readonly string[]): Promise<void> {
  const known = await knownAirports(context);
  const unknown = codes.filter((code) => !known.includes(code));
  if (unknown.length === 0) return;
  throw new WrongUsage(
    `The workflow does not know ${unknown.join(', ')}: its airports are ${known.join(', ')}.`,
    "Another airport is another value of `source` in the problem's spec (lib/problem): add it, and deploy.",
  );
}
