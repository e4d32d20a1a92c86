import type {
  CreateTrainingJobCommandInput,
  DescribeTrainingJobCommandInput,
  ListTrainingJobsCommandInput,
  SecondaryStatus,
} from '@aws-sdk/client-sagemaker';
import { type Engine, emit, now, type Operations } from '../engine';
import { inUse, validation } from '../errors';
import { refuseVolumeKey } from '../local-storage';
import { arnOf } from '../names';
import { RoleSession } from '../role-session';
import { list, Store } from '../store';
import { metricDefinitions } from './algorithm-rules';
import { checkChannels } from './channel-rules';
import { endInterruptedJob, newJob, removeRecord, runJob, stopJob } from './job';
import { type Reclaim, SpotCapacity } from './spot-capacity';
import { checkEntrypoint } from './training-entrypoint';
import {
  describeTraining,
  type TrainingJob,
  type TrainingState,
  type TuningOrigin,
  trainingJob,
  trainingState,
} from './training-job';
import { TrainingMetrics } from './training-metrics';
import { TrainingRun } from './training-run';

type Request = CreateTrainingJobCommandInput;

const EXCEEDED: Readonly<Record<string, SecondaryStatus>> = {
  runtime: 'MaxRuntimeExceeded',
  wait: 'MaxWaitTimeExceeded',
};

export class TrainingJobs {
  readonly store = new Store<TrainingJob>(
    // AWS: sagemaker-jobs/missing-jobs-by-their-words, sagemaker-jobs/taken-job-names
    () => validation('Requested resource not found.'),
    (_, arn) =>
      inUse(
        `Training job names must be unique within an AWS account and region, and a training job with this name already exists (${arn})`,
      ),
  );

  constructor(private readonly engine: Engine) {}

  readonly operations: Operations = {
    CreateTrainingJob: async (input: Request) => ({ TrainingJobArn: (await this.create(input)).arn }),
    DescribeTrainingJob: (input: DescribeTrainingJobCommandInput) =>
      describeTraining(this.store.get(input.TrainingJobName ?? '')),
    StopTrainingJob: (input: DescribeTrainingJobCommandInput) => {
      const job = this.store.get(input.TrainingJobName ?? '');
      if (job.status !== 'InProgress') {
        // AWS: sagemaker-jobs/ended-jobs-cannot-be-stopped
        throw validation(`The request was rejected because the training job is in status ${job.status}.`);
      }
      this.stop(job);
    },
    DeleteTrainingJob: (input: DescribeTrainingJobCommandInput) =>
      removeRecord(this.store, input.TrainingJobName ?? ''),
    ListTrainingJobs: (input: ListTrainingJobsCommandInput) => {
      const { page, NextToken } = list(this.store.all(), input, {
        // AWS: sagemaker-jobs/lists-sort-by-their-own-defaults
        ascending: true,
        matches: ({ status }) => input.StatusEquals === undefined || status === input.StatusEquals,
        status: ({ status }) => status,
      });
      const TrainingJobSummaries = page.map((job) => ({
        TrainingJobName: job.name,
        TrainingJobArn: job.arn,
        CreationTime: job.createdAt,
        TrainingEndTime: job.endedAt,
        LastModifiedTime: job.modifiedAt,
        TrainingJobStatus: job.status,
        SecondaryStatus: job.secondary,
      }));
      return { TrainingJobSummaries, NextToken };
    },
  };

  state(): TrainingState[] {
    return this.store.all().map(trainingState);
  }

  take(jobs: readonly TrainingState[]): void {
    this.store.take(jobs.map(trainingJob));
  }

  endInterrupted(): void {
    for (const job of this.store.all()) endInterruptedJob(this.engine, job, () => this.changed(job));
  }

  async create(request: Request, tuning?: TuningOrigin): Promise<TrainingJob> {
    const { engine } = this;
    const name = request.TrainingJobName ?? '';
    this.store.ensureFree(name);
    const image = request.AlgorithmSpecification?.TrainingImage;
    if (image === undefined) {
      throw validation(
        'AlgorithmSpecification.TrainingImage is missing: the local account runs training images, not marketplace algorithms',
      );
    }
    checkWaitingTime(request);
    checkEntrypoint(request.AlgorithmSpecification);
    checkChannels(request.InputDataConfig, request.AlgorithmSpecification?.TrainingInputMode);
    const definitions = tuning?.metricDefinitions ?? metricDefinitions(engine.images, request.AlgorithmSpecification);
    refuseVolumeKey('VolumeKmsKeyId', request.ResourceConfig?.VolumeKmsKeyId, [request.ResourceConfig?.InstanceType]);
    const arn = arnOf(engine.platform, 'training-job', name);
    const container = engine.images.find(image, 'training');
    const session = await RoleSession.take(engine.platform, request.RoleArn ?? '', arn);
    const job: TrainingJob = {
      ...newJob(engine, name, arn, request.RoleArn ?? '', request),
      secondary: 'Starting',
      transitions: [],
      metrics: new TrainingMetrics(definitions),
      tuning,
      spot: new SpotCapacity(),
      earlierSeconds: 0,
    };
    this.store.add(job);
    engine.tags.add(arn, request.Tags);
    this.enter(job, 'Starting', 'Preparing the instances for training');
    runJob(
      engine,
      job,
      session,
      (work) =>
        new TrainingRun(engine, job, work, container, {
          enter: (status, message) => this.enter(job, status, message),
          exceeded: (cause) => this.exceeded(job, cause),
        }).run(),
      () => this.changed(job),
    );
    return job;
  }

  stop(job: TrainingJob): void {
    stopJob(this.engine, job, () => this.changed(job));
  }

  /**
   * Takes the spot instances of a training job away, for which AWS has no call.
   *
   * @param awayMilliseconds until there is capacity again, in virtual time
   */
  interruptSpot(name: string, when: Reclaim, awayMilliseconds: number): void {
    const job = this.store.get(name);
    if (!job.request.EnableManagedSpotTraining)
      throw new Error(`The training job ${name} runs on demand: it has no spot instances.`);
    if (job.status !== 'InProgress') throw new Error(`The training job ${name} is in status ${job.status}.`);
    if (when === 'after-checkpoint' && !job.request.CheckpointConfig)
      throw new Error(`The training job ${name} keeps no checkpoints.`);
    job.spot.reclaim(when, awayMilliseconds);
  }

  private exceeded(job: TrainingJob, cause: 'runtime' | 'wait'): void {
    if (cause === 'wait' && job.status === 'InProgress') {
      job.status = 'Stopping';
      this.changed(job);
    }
    job.control.end(cause);
  }

  private changed(job: TrainingJob): void {
    if (job.endedAt) {
      const status: SecondaryStatus =
        job.status === 'Completed'
          ? 'Completed'
          : job.status === 'Failed'
            ? 'Failed'
            : (EXCEEDED[job.control.cause ?? ''] ?? 'Stopped');
      this.enter(job, status, job.failureReason ?? `Training job ${job.status.toLowerCase()}`);
    } else if (job.status === 'Stopping') {
      this.enter(job, 'Stopping', 'Stopping the training job');
    }
    emit(this.engine, 'SageMaker Training Job State Change', [job.arn], describeTraining(job));
  }

  private enter(job: TrainingJob, status: SecondaryStatus, message: string): void {
    const at = now(this.engine);
    const last = job.transitions.at(-1);
    if (last && last.EndTime === undefined) {
      last.EndTime = at;
    }
    job.secondary = status;
    job.transitions.push({
      Status: status,
      StartTime: at,
      StatusMessage: message,
      ...(job.endedAt ? { EndTime: at } : {}),
    });
    job.modifiedAt = at;
  }
}

function checkWaitingTime({ EnableManagedSpotTraining: spot, StoppingCondition }: Request): void {
  const { MaxRuntimeInSeconds: longest = 86_400, MaxWaitTimeInSeconds: wait } = StoppingCondition ?? {};
  if (!spot && wait !== undefined) {
    // AWS: sagemaker-jobs/waiting-is-for-spot-jobs
    throw validation(
      'Invalid MaxWaitTimeInSeconds. It is only supported when EnableManagedSpotTraining is set to true',
    );
  }
  if (spot && (wait === undefined || wait < longest)) {
    // AWS: sagemaker-jobs/spot-waits-at-least-as-long-as-it-runs
    throw validation(
      `Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds, but it is ${wait} and MaxRuntimeInSeconds is ${longest}`,
    );
  }
}
