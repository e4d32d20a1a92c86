import {
  DescribeHyperParameterTuningJobCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
} from '@aws-sdk/client-sagemaker';
import type { TrainResult } from '../../operator/commands/train';
import type { OperatorContext } from '../../operator/context';
import { type Selection, selectionOf } from '../../operator/selection';

export interface TuningTrials {
  readonly version: number;
  /** Name of the metric that the trials are compared by. */
  readonly metric: string;
  /** Name of the training job with the best value. */
  readonly best: string;
  /** Name of the training job that the problem's rule took, and what was measured of each. */
  readonly chosen: string;
  readonly selection: Selection;
  readonly trials: readonly TuningTrial[];
}

export interface TuningTrial {
  readonly name: string;
  readonly status: string;
  readonly value?: number;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The trials of a pipeline run's tuning job, oldest first. Teardown deletes the job, so it is read while it exists. */
export async function tuningTrials(
  context: OperatorContext,
  { steps, version, modelPackageArn }: TrainResult,
): Promise<TuningTrials | undefined> {
  const { sagemaker } = context.clients;
  const arn = steps.find(({ jobArn }) => jobArn?.includes(':hyper-parameter-tuning-job/'))?.jobArn;
  if (arn === undefined || version === undefined || modelPackageArn === undefined) return undefined;
  const selection = await selectionOf(context, modelPackageArn);
  if (selection === undefined) return undefined;
  const HyperParameterTuningJobName = arn.slice(arn.lastIndexOf('/') + 1);
  const job = await sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName }));
  const { TrainingJobSummaries = [] } = await sagemaker.send(
    new ListTrainingJobsForHyperParameterTuningJobCommand({
      HyperParameterTuningJobName,
      SortBy: 'CreationTime',
      SortOrder: 'Ascending',
      MaxResults: 100,
    }),
  );
  return {
    version,
    metric: job.HyperParameterTuningJobConfig?.HyperParameterTuningJobObjective?.MetricName ?? '',
    best: job.BestTrainingJob?.TrainingJobName ?? '',
    chosen: selection.chosen.training_job,
    selection,
    trials: TrainingJobSummaries.map((one) => {
      const value = one.FinalHyperParameterTuningJobObjectiveMetric?.Value;
      return {
        name: one.TrainingJobName ?? '',
        status: one.TrainingJobStatus ?? 'Unknown',
        ...(value === undefined ? {} : { value }),
        parameters: one.TunedHyperParameters ?? {},
      };
    }),
  };
}
