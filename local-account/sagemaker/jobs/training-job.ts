import type {
  CreateTrainingJobCommandInput,
  DescribeTrainingJobCommandOutput,
  HyperParameterTrainingJobSummary,
  MetricDefinition,
  SecondaryStatus,
  SecondaryStatusTransition,
} from '@aws-sdk/client-sagemaker';
import { controlOf, type Job, type JobState, seconds, stateOf } from './job';
import { SpotCapacity } from './spot-capacity';
import { TrainingMetrics } from './training-metrics';

type Request = CreateTrainingJobCommandInput;

/** What a tuning job adds to the training jobs it starts. */
export interface TuningOrigin {
  readonly arn: string;
  readonly tuned: Readonly<Record<string, string>>;
  readonly metricDefinitions: readonly MetricDefinition[];
}

export interface TrainingJob extends Job<Request> {
  secondary: SecondaryStatus;
  readonly transitions: SecondaryStatusTransition[];
  readonly metrics: TrainingMetrics;
  readonly tuning?: TuningOrigin;
  readonly spot: SpotCapacity;
  /** Hears each value of the tuning job's objective. */
  onObjective?: (value: number) => void;
  trainingStartedAt?: Date;
  trainingEndedAt?: Date;
  /** When the instances that train now began. */
  instancesSince?: Date;
  /** Trained on instances that were taken away. */
  earlierSeconds: number;
}

export type TrainingState = Omit<JobState<TrainingJob>, 'metrics' | 'spot' | 'onObjective'> & {
  readonly metrics: Pick<TrainingMetrics, 'definitions' | 'final'>;
};

export function trainingState(job: TrainingJob): TrainingState {
  const { definitions, final } = job.metrics;
  const { spot: _, onObjective: __, ...state } = stateOf(job);
  return { ...state, metrics: { definitions, final } };
}

export function trainingJob({ cause, metrics, ...job }: TrainingState): TrainingJob {
  // An account that was saved before jobs could be interrupted knows only when they began.
  const saved = job.earlierSeconds === undefined ? { earlierSeconds: 0, instancesSince: job.trainingStartedAt } : {};
  return { ...job, ...saved, metrics: TrainingMetrics.of(metrics), spot: new SpotCapacity(), ...controlOf({ cause }) };
}

/** Where the job's archives go. */
export function outputUri({ name, request }: TrainingJob): string {
  return `${(request.OutputDataConfig?.S3OutputPath ?? '').replace(/\/$/, '')}/${name}/output`;
}

/** What DescribeTrainingJob says, and the job's event. */
export function describeTraining(job: TrainingJob): Omit<DescribeTrainingJobCommandOutput, '$metadata'> {
  const { Tags: _, SessionChainingConfig: __, ...request } = job.request;
  const trainingSeconds = job.earlierSeconds + seconds(job.instancesSince, job.trainingEndedAt ?? job.endedAt);
  return {
    ...request,
    TrainingJobName: job.name,
    TrainingJobArn: job.arn,
    TuningJobArn: job.tuning?.arn,
    // Known from the start; whether it is there, the status tells.
    ModelArtifacts: { S3ModelArtifacts: `${outputUri(job)}/model.tar.gz` },
    TrainingJobStatus: job.status,
    SecondaryStatus: job.secondary,
    SecondaryStatusTransitions: job.transitions,
    FailureReason: job.failureReason,
    AlgorithmSpecification: request.AlgorithmSpecification && {
      ...request.AlgorithmSpecification,
      MetricDefinitions: [...job.metrics.definitions],
    },
    ResourceConfig: request.ResourceConfig,
    StoppingCondition: request.StoppingCondition,
    CreationTime: job.createdAt,
    TrainingStartTime: job.trainingStartedAt,
    TrainingEndTime: job.endedAt,
    LastModifiedTime: job.modifiedAt,
    FinalMetricDataList: job.metrics.final,
    TrainingTimeInSeconds: job.endedAt ? Math.max(trainingSeconds, 1) : undefined,
    // On AWS spot shows as fewer billed seconds; the local account has no spot market, so nothing is taken off.
    BillableTimeInSeconds: job.endedAt ? Math.max(trainingSeconds, 1) : undefined,
  };
}

/** How a tuning job lists it. */
export function summarizeTraining(job: TrainingJob, metricName: string): HyperParameterTrainingJobSummary {
  const objective = job.metrics.final.find(({ MetricName }) => MetricName === metricName);
  return {
    TrainingJobName: job.name,
    TrainingJobArn: job.arn,
    CreationTime: job.createdAt,
    TrainingStartTime: job.trainingStartedAt,
    TrainingEndTime: job.endedAt,
    TrainingJobStatus: job.status,
    TunedHyperParameters: { ...job.tuning?.tuned },
    FailureReason: job.failureReason,
    ...(objective
      ? { FinalHyperParameterTuningJobObjectiveMetric: { MetricName: metricName, Value: objective.Value } }
      : {}),
    ObjectiveStatus: objective ? 'Succeeded' : job.endedAt ? 'Failed' : 'Pending',
  };
}
