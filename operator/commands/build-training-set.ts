import { refuseUnknownAirports } from '../airports';
import { airports, month, monthsInOrder } from '../arguments';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { type ExecutionResult, followExecution, outcomeOf, startExecution } from '../executions';
import type { Output } from '../output';

export interface BuildTrainingSetOptions {
  readonly airports: readonly string[];
  readonly from: string;
  /** The month after the last month. */
  readonly until: string;
  readonly limitMinutes?: number;
}

export interface BuildTrainingSetResult {
  readonly run: ExecutionResult;
  readonly outcome: { readonly result: string; readonly detail: string };
}

/** Builds the training set with Spark and evaluates the rules on its quality. */
export async function buildTrainingSet(
  context: OperatorContext,
  options: BuildTrainingSetOptions,
  output: Output,
): Promise<BuildTrainingSetResult> {
  await refuseUnknownAirports(context, options.airports);
  const stateMachine = await context.output('DataLake', 'TrainingSetStateMachineArn');
  const { from, until } = options;
  output.progress(`Building the training set of ${options.airports.join(',')}, ${from} to before ${until}`);
  const execution = await startExecution(context, stateMachine, { airports: options.airports.join('+'), from, until });
  const run = await followExecution(context, execution, options.limitMinutes ?? 180, output);
  const outcome = outcomeOf(run);
  output.line(`${outcome.result}: ${outcome.detail}`);
  return { run, outcome };
}

export const buildTrainingSetCommand: CommandDefinition<BuildTrainingSetOptions, BuildTrainingSetResult> = {
  name: 'build-training-set',
  summary: 'build the training set of many months with Spark, and check its quality',
  description:
    'Runs the Glue job that writes the training set as Parquet, then the rules of Glue Data Quality. Fails with the rules that do not hold. ' +
    'docs/learn/transformation.md says when this is worth it: a training prepares some months by itself.',
  configure: (program) =>
    program
      .requiredOption('--airports <codes>', 'whose flights, such as JFK or JFK,LGA')
      .requiredOption('--from <month>', 'the first month')
      .requiredOption('--until <month>', 'the month after the last one'),
  examples: [['build-training-set --airports JFK,LGA --from 2013-01 --until 2013-04', 'three months of both airports']],
  parse: (_, options) => {
    const from = month(options.from, '--from');
    const until = month(options.until, '--until');
    monthsInOrder(from, until);
    return { airports: airports(options.airports), from, until };
  },
  run: buildTrainingSet,
  succeeded: (result) => result.outcome.result === 'Complete',
};
