import type { DescribeHyperParameterTuningJobResponse, DescribeTrainingJobResponse } from '@aws-sdk/client-sagemaker';
import type { Metric, RunRecord } from './mlflow';

export interface LogLine {
  readonly text: string;
  readonly at: number;
}

const statuses: Readonly<Record<string, RunRecord['status']>> = {
  Completed: 'FINISHED',
  Failed: 'FAILED',
  Stopped: 'KILLED',
};

/**
 * XGBoost's line of a round: `[12]<tab>train-aucpr:0.51234<tab>validation-aucpr:0.41270`. SageMaker's log has `#011` for a
 * tab.
 */
// AWS: sagemaker-jobs/log-lines-escape-control-characters
const round = /^\[(\d+)\]((?:(?:\t|#011)[\w-]+:[-+.\deE]+)+)\s*$/;

/** Metrics by round, under SageMaker's names. Of a round that a resumed job repeats, the last line counts. */
export function metricsByRound(lines: readonly LogLine[]): Metric[] {
  const metrics = new Map<string, Metric>();
  for (const { text, at } of lines) {
    const [, step, values] = round.exec(text) ?? [];
    if (step === undefined || values === undefined) continue;
    for (const [, data, metric, value] of values.matchAll(/(?:\t|#011)([\w-]+)-(\w+):([-+.\deE]+)/g)) {
      const key = `${data}:${metric}`;
      metrics.set(`${key}/${step}`, { key, value: Number(value), timestamp: at, step: Number(step) });
    }
  }
  return [...metrics.values()];
}

/**
 * Whether the log has the last value of a metric that SageMaker has read from it: the last lines may reach CloudWatch
 * Logs after the event.
 */
export function isWhole(
  { TrainingJobStatus, FinalMetricDataList = [] }: DescribeTrainingJobResponse,
  lines: readonly LogLine[],
): boolean {
  if (TrainingJobStatus !== 'Completed') return true;
  if (lines.length === 0) return false;
  return FinalMetricDataList.every(({ MetricName = '', Value = Number.NaN }) => {
    const [data, metric] = MetricName.split(':');
    const values = lines.flatMap(({ text }) => {
      const found = round.test(text) ? new RegExp(`(?:\\t|#011)${data}-${metric}:([-+.\\deE]+)`).exec(text) : null;
      return found === null ? [] : [Number(found[1])];
    });
    const last = values.at(-1);
    // A metric of another form than a round's is not known here. SageMaker keeps values as 32-bit numbers.
    return values.length === 0 || (last !== undefined && Math.abs(last - Value) < 1e-4);
  });
}

export interface TrialContext {
  readonly lines: readonly LogLine[];
  /** Run id of the tuning job. */
  readonly parent?: string;
  /** Digest of the data that the pipeline prepared. */
  readonly dataVersion?: string;
}

/** A training job as a run (STAGE-04: what training records; MLOPS-04: which data and code made a model). */
export function trainingRecord(
  job: DescribeTrainingJobResponse,
  { lines, parent, dataVersion }: TrialContext,
): RunRecord {
  const name = job.TrainingJobName ?? '';
  const ended = job.TrainingEndTime?.getTime();
  const seconds = (key: string, value: number | undefined): Metric[] =>
    value === undefined ? [] : [{ key, value, timestamp: ended ?? 0, step: 0 }];
  return {
    identity: { key: 'training_job', value: name },
    name,
    startTime: (job.TrainingStartTime ?? job.CreationTime)?.getTime() ?? 0,
    ...(ended === undefined ? {} : { endTime: ended }),
    status: statuses[job.TrainingJobStatus ?? ''] ?? 'RUNNING',
    parameters: Object.fromEntries(
      Object.entries(job.HyperParameters ?? {}).filter(([key]) => !/^(sagemaker_|_)/.test(key)),
    ),
    tags: defined({
      data_version: dataVersion,
      code_version: channelUri(job, 'code').split('/').at(-1)?.split('.')[0],
      pipeline_execution: executionId(job.CheckpointConfig?.S3Uri),
      tuning_job: job.TuningJobArn?.split('/').at(-1),
      image: job.AlgorithmSpecification?.TrainingImage,
      instances: `${job.ResourceConfig?.InstanceCount ?? 1} ${job.ResourceConfig?.InstanceType ?? ''}`,
      model_artifact: job.TrainingJobStatus === 'Completed' ? job.ModelArtifacts?.S3ModelArtifacts : undefined,
      failure_reason: job.FailureReason,
      'mlflow.parentRunId': parent,
    }),
    metrics: [
      ...metricsByRound(lines),
      ...seconds('training_seconds', job.TrainingTimeInSeconds),
      ...seconds('billable_seconds', job.BillableTimeInSeconds),
    ],
  };
}

/** A tuning job as the run that its trials belong to. */
export function tuningRecord(job: DescribeHyperParameterTuningJobResponse): RunRecord {
  const name = job.HyperParameterTuningJobName ?? '';
  const config = job.HyperParameterTuningJobConfig;
  const ended = job.HyperParameterTuningEndTime?.getTime();
  const best = job.BestTrainingJob;
  const value = best?.FinalHyperParameterTuningJobObjectiveMetric?.Value;
  return {
    identity: { key: 'tuning_run', value: name },
    name,
    startTime: job.CreationTime?.getTime() ?? 0,
    ...(ended === undefined ? {} : { endTime: ended }),
    status: statuses[job.HyperParameterTuningJobStatus ?? ''] ?? 'RUNNING',
    parameters: defined({
      strategy: config?.Strategy,
      objective: config?.HyperParameterTuningJobObjective?.MetricName,
      maximum_jobs: config?.ResourceLimits?.MaxNumberOfTrainingJobs?.toString(),
    }),
    tags: defined({ best_training_job: best?.TrainingJobName, failure_reason: job.FailureReason }),
    metrics: value === undefined ? [] : [{ key: 'best_objective', value, timestamp: ended ?? 0, step: 0 }],
  };
}

export function channelUri(job: DescribeTrainingJobResponse, channel: string): string {
  const found = job.InputDataConfig?.find(({ ChannelName }) => ChannelName === channel);
  return found?.DataSource?.S3DataSource?.S3Uri ?? '';
}

/** Every execution of the pipeline writes below its own id. */
export function executionId(uri: string | undefined): string | undefined {
  return /\/pipeline\/([a-z0-9]{12})\//.exec(uri ?? '')?.[1];
}

function defined(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
