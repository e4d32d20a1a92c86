import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeTrainingJobCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
} from '@aws-sdk/client-sagemaker';
import { versionToRead } from '../arguments';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { CommandFailed } from '../errors';
import { type Output, table } from '../output';
import { packageOf } from '../registry';
import { type MeasuredTrial, type Selection, selectionOf } from '../selection';

export interface TrialsOptions {
  readonly version: number | 'latest' | 'live';
}

export interface Trial {
  readonly name: string;
  readonly status: string;
  readonly chosen: boolean;
  /** What the selection measured; undefined for a trial that left no model. */
  readonly measured?: MeasuredTrial;
  readonly billableSeconds: number;
  /** On demand, before the discount of spot capacity; undefined for an instance type without a noted price. */
  readonly usd?: number;
}

export interface TrialsResult {
  readonly version: number;
  readonly selection: Selection;
  readonly trials: readonly Trial[];
}

/** Every trial of a version's tuning job: what it is worth, and what it costs (BALANCE-01: accuracy against latency). */
export async function trials(context: OperatorContext, options: TrialsOptions, output: Output): Promise<TrialsResult> {
  const { version, arn } = await packageOf(context, options.version);
  const selection = await selectionOf(context, arn);
  if (selection === undefined) throw new CommandFailed(`Version ${version} was not chosen among trials.`);
  const found = await trialsOf(context, selection);
  const { tolerance, maximum_latency_ms: limit } = selection.rule;
  output.line(`Trials of version ${version}, by PR-AUC of the validation rows; * was chosen:`);
  output.line(`the fewest nodes of those within ${tolerance} of the best and ${limit} ms a row`);
  output.line();
  for (const line of table([header, ...found.map(rowOf)])) output.line(line);
  output.line();
  output.line('cost: per 1000 validation rows. ms: one row, 95th percentile. s: billable.');
  output.line('USD: on demand. Spot capacity is cheaper; by how much, only the bill tells.');
  return { version, selection, trials: found };
}

const header = ['', 'trial', 'status', 'PR-AUC', 'cost', 'ms', 'kB', 'trees', 'nodes', 's', 'USD'];

function rowOf({ name, status, chosen, measured, billableSeconds, usd }: Trial): string[] {
  return [
    chosen ? '*' : '',
    name.split('-').slice(-2).join('-'),
    status,
    ...(measured === undefined
      ? ['-', '-', '-', '-', '-', '-']
      : [
          measured.pr_auc.toFixed(4),
          measured.cost_per_1000.toFixed(0),
          measured.latency_p95_ms.toFixed(1),
          (measured.model_bytes / 1000).toFixed(0),
          String(measured.trees),
          String(measured.nodes),
        ]),
    String(billableSeconds),
    usd === undefined ? '-' : usd.toFixed(4),
  ];
}

async function trialsOf(context: OperatorContext, selection: Selection): Promise<Trial[]> {
  const { sagemaker } = context.clients;
  const chosen = selection.chosen.training_job;
  const { TuningJobArn } = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: chosen }));
  const { TrainingJobSummaries = [] } = await sagemaker.send(
    new ListTrainingJobsForHyperParameterTuningJobCommand({
      HyperParameterTuningJobName: TuningJobArn?.split('/').at(-1),
      MaxResults: 100,
    }),
  );
  const all = await Promise.all(
    TrainingJobSummaries.map(async ({ TrainingJobName: name = '' }): Promise<Trial> => {
      const job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
      const { InstanceCount = 1, InstanceType = '' } = job.ResourceConfig ?? {};
      const billableSeconds = job.BillableTimeInSeconds ?? 0;
      const price = hourlyPrice(InstanceType);
      return {
        name,
        status: job.TrainingJobStatus ?? 'Unknown',
        chosen: name === chosen,
        measured: selection.trials.find((one) => one.training_job === name),
        billableSeconds,
        ...(price === undefined ? {} : { usd: (price * InstanceCount * billableSeconds) / 3600 }),
      };
    }),
  );
  return all.sort((a, b) => (b.measured?.pr_auc ?? 0) - (a.measured?.pr_auc ?? 0));
}

/** The project's noted price of a training instance, in USD an hour. */
function hourlyPrice(instanceType: string): number | undefined {
  const file = join(__dirname, '../../docs/reference/prices.json');
  const { prices } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly prices: readonly { readonly id: string; readonly price: number }[];
  };
  return prices.find(({ id }) => id === `training ${instanceType}`)?.price;
}

export const trialsCommand: CommandDefinition<TrialsOptions, TrialsResult> = {
  name: 'trials',
  summary: "show a version's trials: accuracy, latency, size, cost",
  description: `Shows every trial of the tuning job that a version of the model comes from: PR-AUC and cost of the validation
rows, latency of one row, size, training time and price. The trial with a * was chosen by the rule of the problem.`,
  configure: (program) => program.argument('[version]', 'a number, latest or live', 'latest'),
  examples: [
    ['trials', 'the trials of the newest version'],
    ['trials live', 'the trials of the version that is live'],
  ],
  parse: ([version]) => ({ version: versionToRead(version ?? 'latest') }),
  run: trials,
};
