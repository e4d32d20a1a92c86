import type {
  CreateHyperParameterTuningJobCommandInput,
  DescribeHyperParameterTuningJobCommandInput,
  DescribeHyperParameterTuningJobCommandOutput,
  HyperParameterTrainingJobDefinition,
  ListHyperParameterTuningJobsCommandInput,
  ListTrainingJobsForHyperParameterTuningJobCommandInput,
  MetricDefinition,
  StopHyperParameterTuningJobCommandInput,
} from '@aws-sdk/client-sagemaker';
import { type Engine, emit, type Operations } from '../engine';
import { inUse, notFound } from '../errors';
import { arnOf, randomName } from '../names';
import { RoleSession } from '../role-session';
import { list, paged, Store } from '../store';
import { checkTuning, metricDefinitions, objectiveMetric } from './algorithm-rules';
import { checkChannels } from './channel-rules';
import type { StopRule } from './early-stopping';
import {
  controlOf,
  endInterruptedJob,
  type Job,
  type JobState,
  newJob,
  removeRecord,
  runJob,
  seconds,
  stateOf,
  stopJob,
} from './job';
import { SearchSpace } from './search-space';
import type { TrainingJobs } from './training';
import { summarizeTraining, type TrainingJob, type TrainingState, trainingJob, trainingState } from './training-job';
import { checkRequest, stopRule } from './tuning-rules';
import { createStrategy, type Trial } from './tuning-strategy';

type Request = CreateHyperParameterTuningJobCommandInput;

export interface TuningJob extends Job<Request> {
  /**
   * Those of the request or of the algorithm, and the objective once more under a name that is the same for every
   * tuning job.
   */
  readonly metricDefinitions: readonly MetricDefinition[];
  readonly trials: TrainingJob[];
}

/** With the names of the trials. */
type TuningState = Omit<JobState<TuningJob>, 'trials'> & { readonly trials: readonly (string | TrainingState)[] };

export class TuningJobs {
  readonly store = new Store<TuningJob>(
    // AWS: sagemaker-jobs/missing-jobs-by-their-words, sagemaker-jobs/taken-job-names
    (name) =>
      notFound(`Amazon SageMaker can't find a tuning job with the name, ${name}. Check the name and try again.`),
    (name) => inUse(`A hyperparameter tuning job with the name, ${name}, already exists. Choose a different name.`),
  );

  constructor(
    private readonly engine: Engine,
    private readonly training: TrainingJobs,
  ) {}

  readonly operations: Operations = {
    CreateHyperParameterTuningJob: async (input: Request) => ({
      HyperParameterTuningJobArn: (await this.create(input)).arn,
    }),
    DescribeHyperParameterTuningJob: (input: DescribeHyperParameterTuningJobCommandInput) =>
      this.describe(this.store.get(input.HyperParameterTuningJobName ?? '')),
    StopHyperParameterTuningJob: (input: StopHyperParameterTuningJobCommandInput) => {
      const job = this.store.get(input.HyperParameterTuningJobName ?? '');
      stopJob(this.engine, job, () => this.changed(job));
      job.trials.forEach((trial) => this.training.stop(trial));
    },
    DeleteHyperParameterTuningJob: (input: DescribeHyperParameterTuningJobCommandInput) =>
      removeRecord(this.store, input.HyperParameterTuningJobName ?? ''),
    ListHyperParameterTuningJobs: (input: ListHyperParameterTuningJobsCommandInput) => {
      // AWS: sagemaker-jobs/lists-sort-by-their-own-defaults
      const { page, NextToken } = list(
        this.store.all(),
        { ...input, SortBy: input.SortBy ?? 'Name' },
        {
          ascending: true,
          matches: ({ status }) => input.StatusEquals === undefined || status === input.StatusEquals,
          status: ({ status }) => status,
        },
      );
      const HyperParameterTuningJobSummaries = page.map((job) => {
        const {
          HyperParameterTuningJobName,
          HyperParameterTuningJobArn,
          HyperParameterTuningJobStatus,
          CreationTime,
          LastModifiedTime,
          TrainingJobStatusCounters,
          ObjectiveStatusCounters,
        } = this.describe(job);
        return {
          HyperParameterTuningJobName,
          HyperParameterTuningJobArn,
          HyperParameterTuningJobStatus,
          CreationTime,
          LastModifiedTime,
          TrainingJobStatusCounters,
          ObjectiveStatusCounters,
          HyperParameterTuningEndTime: job.endedAt,
          Strategy: job.request.HyperParameterTuningJobConfig?.Strategy,
          ResourceLimits: job.request.HyperParameterTuningJobConfig?.ResourceLimits,
        };
      });
      return { HyperParameterTuningJobSummaries, NextToken };
    },
    ListTrainingJobsForHyperParameterTuningJob: (input: ListTrainingJobsForHyperParameterTuningJobCommandInput) => {
      const job = this.store.get(input.HyperParameterTuningJobName ?? '');
      const wanted = job.trials.filter(
        ({ status }) => input.StatusEquals === undefined || status === input.StatusEquals,
      );
      const sorted =
        input.SortBy === 'FinalObjectiveMetricValue'
          ? [...wanted]
              .filter((trial) => this.score(job, trial) !== undefined)
              .sort((a, b) => (this.score(job, b) ?? 0) - (this.score(job, a) ?? 0))
          : [...wanted].sort((a, b) =>
              input.SortBy === 'CreationTime'
                ? b.createdAt.getTime() - a.createdAt.getTime()
                : a.name < b.name
                  ? 1
                  : -1,
            );
      // AWS: sagemaker-jobs/lists-sort-by-their-own-defaults
      if (input.SortOrder !== 'Descending') {
        sorted.reverse();
      }
      const { page, NextToken } = paged(sorted, input, 10);
      return {
        TrainingJobSummaries: page.map((trial) => summarizeTraining(trial, this.objective(job).MetricName ?? '')),
        NextToken,
      };
    },
  };

  state(): TuningState[] {
    return this.store.all().map((job) => ({
      ...stateOf(job),
      // A trial whose record was deleted is still one of the tuning job's.
      trials: job.trials.map((trial) =>
        this.training.store.find(trial.name) === trial ? trial.name : trainingState(trial),
      ),
    }));
  }

  /** After the training jobs. */
  take(jobs: readonly TuningState[]): void {
    this.store.take(
      jobs.map(({ cause, trials, ...job }) => ({
        ...job,
        ...controlOf({ cause }),
        trials: trials.map((trial) =>
          typeof trial === 'string' ? this.training.store.get(trial) : trainingJob(trial),
        ),
      })),
    );
  }

  endInterrupted(): void {
    for (const job of this.store.all()) endInterruptedJob(this.engine, job, () => this.changed(job));
  }

  private async create(request: Request): Promise<TuningJob> {
    const { engine } = this;
    const name = request.HyperParameterTuningJobName ?? '';
    this.store.ensureFree(name);
    const { config, definition } = checkRequest(request);
    const rule = stopRule(config, definition.StaticHyperParameters);
    const objective = config.HyperParameterTuningJobObjective;
    const space = new SearchSpace(config.ParameterRanges ?? definition.HyperParameterRanges);
    const MetricDefinitions = metricDefinitions(engine.images, definition.AlgorithmSpecification);
    checkChannels(definition.InputDataConfig, definition.AlgorithmSpecification?.TrainingInputMode);
    checkTuning(engine.images, definition.AlgorithmSpecification, objective, space.names);
    const arn = arnOf(engine.platform, 'hyper-parameter-tuning-job', name);
    engine.images.find(definition.AlgorithmSpecification?.TrainingImage ?? '', 'training');
    const session = await RoleSession.take(engine.platform, definition.RoleArn ?? '', arn);
    const job: TuningJob = {
      ...newJob(engine, name, arn, definition.RoleArn ?? '', request),
      metricDefinitions: [...MetricDefinitions, ...objectiveMetric(MetricDefinitions, objective)],
      trials: [],
    };
    this.store.add(job);
    engine.tags.add(arn, request.Tags);
    runJob(
      engine,
      job,
      session,
      () => this.search(job, definition, space, rule),
      () => this.changed(job),
    );
    return job;
  }

  private changed(job: TuningJob): void {
    emit(this.engine, 'SageMaker HyperParameter Tuning Job State Change', [job.arn], this.describe(job));
  }

  private async search(
    job: TuningJob,
    definition: HyperParameterTrainingJobDefinition,
    space: SearchSpace,
    rule: StopRule | undefined,
  ): Promise<void> {
    const { Strategy, ResourceLimits, RandomSeed } = job.request.HyperParameterTuningJobConfig ?? {};
    const strategy = createStrategy(Strategy ?? 'Random', space, RandomSeed ?? 0);
    const total = ResourceLimits?.MaxNumberOfTrainingJobs ?? 1;
    const parallel = Math.min(ResourceLimits?.MaxParallelTrainingJobs ?? 1, total);
    const finished: Trial[] = [];
    const pending = new Set<readonly number[]>();
    let started = 0;
    const worker = async (): Promise<void> => {
      while (started < total && job.control.cause === undefined) {
        started += 1;
        const number = started;
        const point = strategy.next(finished, [...pending]);
        pending.add(point);
        const trial = await this.startTrial(job, definition, space.values(point), number);
        if (rule !== undefined) this.watch(job, trial, rule);
        await trial.done;
        if (trial.status === 'Completed') rule?.completed(trial.name);
        pending.delete(point);
        finished.push({ point, score: this.score(job, trial) });
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    if (job.control.cause === undefined && this.describe(job).BestTrainingJob === undefined) {
      const reasons = [
        ...new Set(job.trials.map(({ failureReason }) => failureReason ?? 'it logged no objective metric')),
      ];
      throw new Error(`ClientError: No training job succeeded with an objective metric: ${reasons.join('; ')}`);
    }
  }

  private watch(job: TuningJob, trial: TrainingJob, rule: StopRule): void {
    const sign = this.objective(job).Type === 'Minimize' ? -1 : 1;
    trial.onObjective = (value) => {
      if (trial.status === 'InProgress' && rule.stops(trial.name, sign * value)) this.training.stop(trial);
    };
  }

  private startTrial(
    job: TuningJob,
    definition: HyperParameterTrainingJobDefinition,
    tuned: Record<string, string>,
    number: number,
  ): Promise<TrainingJob> {
    const name = `${job.name}-${String(number).padStart(3, '0')}-${randomName(8)}`;
    const checkpoints = definition.CheckpointConfig;
    const creation = this.training.create(
      {
        TrainingJobName: name,
        RoleArn: definition.RoleArn,
        AlgorithmSpecification: definition.AlgorithmSpecification && {
          TrainingImage: definition.AlgorithmSpecification.TrainingImage,
          TrainingInputMode: definition.AlgorithmSpecification.TrainingInputMode,
        },
        HyperParameters: {
          ...definition.StaticHyperParameters,
          ...tuned,
          ...this.objectiveParameter(job),
        },
        InputDataConfig: definition.InputDataConfig,
        OutputDataConfig: definition.OutputDataConfig,
        ResourceConfig: definition.ResourceConfig,
        StoppingCondition: definition.StoppingCondition,
        VpcConfig: definition.VpcConfig,
        EnableNetworkIsolation: definition.EnableNetworkIsolation,
        EnableInterContainerTrafficEncryption: definition.EnableInterContainerTrafficEncryption,
        EnableManagedSpotTraining: definition.EnableManagedSpotTraining,
        // Each trial has its own checkpoints: shared ones would make trials go on from each other.
        CheckpointConfig: checkpoints && {
          ...checkpoints,
          S3Uri: `${(checkpoints.S3Uri ?? '').replace(/\/$/, '')}/${name}`,
        },
        Environment: definition.Environment,
        // A tuning job's own tags are on every training job that it starts ("AddTags").
        Tags: job.request.Tags,
      },
      { arn: job.arn, tuned, metricDefinitions: job.metricDefinitions },
    );
    return creation.then((trial) => {
      job.trials.push(trial);
      return trial;
    });
  }

  /** The training job definition with what SageMaker adds to it. */
  private completed(job: TuningJob): HyperParameterTrainingJobDefinition | undefined {
    const { TrainingJobDefinition: definition } = job.request;
    return (
      definition && {
        ...definition,
        StaticHyperParameters: { ...definition.StaticHyperParameters, ...this.objectiveParameter(job) },
        AlgorithmSpecification: definition.AlgorithmSpecification && {
          ...definition.AlgorithmSpecification,
          MetricDefinitions: [...job.metricDefinitions],
        },
      }
    );
  }

  private objectiveParameter(job: TuningJob): Record<string, string> {
    return { _tuning_objective_metric: this.objective(job).MetricName ?? '' };
  }

  private objective(job: TuningJob): { Type?: string; MetricName?: string } {
    return job.request.HyperParameterTuningJobConfig?.HyperParameterTuningJobObjective ?? {};
  }

  /** What a trial reached until it ended. Higher is better, whatever the objective's direction. */
  private score(job: TuningJob, trial: TrainingJob): number | undefined {
    const { Type, MetricName } = this.objective(job);
    const value = trial.endedAt && trial.metrics.final.find((metric) => metric.MetricName === MetricName)?.Value;
    return value === undefined ? undefined : Type === 'Minimize' ? -value : value;
  }

  describe(job: TuningJob): Omit<DescribeHyperParameterTuningJobCommandOutput, '$metadata'> {
    const { Tags: _, Autotune: __, ...request } = job.request;
    const metricName = this.objective(job).MetricName ?? '';
    const scored = job.trials.filter((trial) => this.score(job, trial) !== undefined);
    // A trial that was stopped has an objective, and no model that anybody could count on.
    const completed = scored.filter(({ status }) => status === 'Completed');
    const best = completed.reduce<TrainingJob | undefined>(
      (found, trial) => (found && (this.score(job, found) ?? 0) >= (this.score(job, trial) ?? 0) ? found : trial),
      undefined,
    );
    const count = (...statuses: string[]): number =>
      job.trials.filter(({ status }) => statuses.includes(status)).length;
    const ended = job.trials.filter(({ endedAt }) => endedAt !== undefined).length;
    return {
      ...request,
      HyperParameterTuningJobName: job.name,
      HyperParameterTuningJobArn: job.arn,
      HyperParameterTuningJobConfig: request.HyperParameterTuningJobConfig,
      TrainingJobDefinition: this.completed(job),
      HyperParameterTuningJobStatus: job.status,
      CreationTime: job.createdAt,
      LastModifiedTime: job.modifiedAt,
      HyperParameterTuningEndTime: job.endedAt,
      TrainingJobStatusCounters: {
        Completed: count('Completed'),
        InProgress: count('InProgress', 'Stopping'),
        RetryableError: 0,
        NonRetryableError: count('Failed'),
        Stopped: count('Stopped'),
      },
      ObjectiveStatusCounters: {
        Succeeded: scored.length,
        Pending: job.trials.length - ended,
        Failed: ended - scored.length,
      },
      ...(best ? { BestTrainingJob: { ...summarizeTraining(best, metricName) } } : {}),
      FailureReason: job.failureReason,
      ConsumedResources: {
        RuntimeInSeconds: job.trials.reduce((sum, trial) => sum + seconds(trial.trainingStartedAt, trial.endedAt), 0),
      },
    };
  }
}
