import {
  DescribeHyperParameterTuningJobCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
} from '@aws-sdk/client-sagemaker';
import type { TrainResult } from '../../operator/commands/train';
import type { OperatorContext } from '../../operator/context';

export interface TuningTrials {
  readonly version: number;
  /** Name of the metric that the trials are compared by. */
  readonly metric: string;
  /** Name of the training job with the best value. */
  readonly best: string;
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
  { clients: { sagemaker } }: OperatorContext,
  { steps, version }: TrainResult,
): Promise<TuningTrials | undefined> {
  const arn = steps.find(({ jobArn }) => jobArn?.includes(':hyper-parameter-tuning-job/'))?.jobArn;
  if (arn === undefined || version === undefined) return undefined;
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
