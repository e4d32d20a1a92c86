import {
  DescribeHyperParameterTuningJobCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
} from '@aws-sdk/client-sagemaker';
import { modelDataUri } from '../commands/train';
import type { OperatorContext } from '../context';
import { CommandFailed } from '../errors';
import { packageOf, packages } from '../registry';
import { type TrainingRun, trainingRun } from './training-run';

/** A version of the model (`3`, `live`, `latest`) stands for the training job that made it. */
export async function trainingJobOf(context: OperatorContext, run: string): Promise<string> {
  if (run !== 'live' && run !== 'latest' && !/^[1-9]\d*$/.test(run)) return run;
  const { arn } = await packageOf(context, run === 'live' || run === 'latest' ? run : Number(run));
  const uri = await modelDataUri(context, arn);
  // models/<training job>/output/model.tar.gz
  const name = /\/models\/([^/]+)\/output\//.exec(uri)?.[1];
  if (name !== undefined) return name;
  throw new CommandFailed(`Version ${run} was not trained by the pipeline: its model is ${uri}.`);
}

/** The run of the newest version and, to compare with, that of the version before it; else the next best trial. */
export async function runsByDefault(context: OperatorContext): Promise<[string, string]> {
  const [newest, before] = await packages(context);
  const last = await trainingJobOf(context, String(newest?.version ?? 'latest'));
  if (before !== undefined) return [await trainingJobOf(context, String(before.version)), last];
  const other = (await trialsOf(context, await trainingRun(context, last))).find((name) => name !== last);
  if (other !== undefined) return [other, last];
  throw new CommandFailed(
    'There is only one run, and nothing to compare it with.',
    'Train another model (`npm run mlops -- train`), or start two trials: npm run mlops -- fit-curves',
  );
}

/** Name of the tuning job that started a run. */
export function tuningJobOf({ job }: TrainingRun): string | undefined {
  return job.TuningJobArn?.split('/').at(-1);
}

/** Completed trials of the same tuning job, best first by its objective. */
async function trialsOf(context: OperatorContext, run: TrainingRun): Promise<string[]> {
  const HyperParameterTuningJobName = tuningJobOf(run);
  if (HyperParameterTuningJobName === undefined) return [];
  const { sagemaker } = context.clients;
  const { HyperParameterTuningJobConfig: config } = await sagemaker.send(
    new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName }),
  );
  const { TrainingJobSummaries = [] } = await sagemaker.send(
    new ListTrainingJobsForHyperParameterTuningJobCommand({
      HyperParameterTuningJobName,
      StatusEquals: 'Completed',
      SortBy: 'FinalObjectiveMetricValue',
      SortOrder: config?.HyperParameterTuningJobObjective?.Type === 'Minimize' ? 'Ascending' : 'Descending',
      MaxResults: 100,
    }),
  );
  return TrainingJobSummaries.map(({ TrainingJobName = '' }) => TrainingJobName);
}
