import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type {
  CreateTrainingJobCommandInput,
  DescribeTrainingJobCommandInput,
  DescribeTrainingJobCommandOutput,
  HyperParameterTrainingJobSummary,
  ListTrainingJobsCommandInput,
  MetricDefinition,
  SecondaryStatus,
  SecondaryStatusTransition,
} from '@aws-sdk/client-sagemaker';
import type { ImageStandIn } from '../../images/image';
import { accessEnvironment } from '../container/access';
import { pack } from '../container/archive';
import { measured } from '../container/instance-metrics';
import { JobLog } from '../container/job-log';
import { baseEnvironment, type ContainerRoot } from '../container/root';
import { download, filesBelow, findObjects, parseS3Uri, uploadFile, uploadFolder } from '../container/transfer';
import { type Engine, emit, now, type Operations } from '../engine';
import { inUse, validation } from '../errors';
import { authorizeInfrastructure, dataSession } from '../infrastructure';
import { refuseVolumeKey } from '../local-storage';
import { arnOf } from '../names';
import { RoleSession } from '../role-session';
import { list, Store } from '../store';
import { metricDefinitions } from './algorithm-rules';
import { Cluster, logStream } from './cluster';
import {
  controlOf,
  endInterruptedJob,
  type Job,
  type JobState,
  type JobWork,
  newJob,
  removeRecord,
  runJob,
  seconds,
  stateOf,
  stopJob,
} from './job';
import { TrainingChannels } from './training-channels';
import { checkEntrypoint, entrypointOr } from './training-entrypoint';
import { TrainingMetrics } from './training-metrics';

type Request = CreateTrainingJobCommandInput;
type Container = NonNullable<ImageStandIn['training']>;

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
  trainingStartedAt?: Date;
  trainingEndedAt?: Date;
}

export type TrainingState = Omit<JobState<TrainingJob>, 'metrics'> & {
  readonly metrics: Pick<TrainingMetrics, 'definitions' | 'final'>;
};

export function trainingState(job: TrainingJob): TrainingState {
  const { definitions, final } = job.metrics;
  return { ...stateOf(job), metrics: { definitions, final } };
}

export function trainingJob({ cause, metrics, ...job }: TrainingState): TrainingJob {
  return { ...job, metrics: TrainingMetrics.of(metrics), ...controlOf({ cause }) };
}

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
      this.describe(this.store.get(input.TrainingJobName ?? '')),
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
    };
    this.store.add(job);
    engine.tags.add(arn, request.Tags);
    this.enter(job, 'Starting', 'Preparing the instances for training');
    runJob(
      engine,
      job,
      session,
      (work) => this.run(job, work, container),
      () => this.changed(job),
    );
    return job;
  }

  stop(job: TrainingJob): void {
    stopJob(this.engine, job, () => this.changed(job));
  }

  private changed(job: TrainingJob): void {
    if (job.endedAt) {
      const status: SecondaryStatus =
        job.status === 'Completed'
          ? 'Completed'
          : job.status === 'Failed'
            ? 'Failed'
            : job.control.cause === 'runtime'
              ? 'MaxRuntimeExceeded'
              : 'Stopped';
      this.enter(job, status, job.failureReason ?? `Training job ${job.status.toLowerCase()}`);
    } else if (job.status === 'Stopping') {
      this.enter(job, 'Stopping', 'Stopping the training job');
    }
    emit(this.engine, 'SageMaker Training Job State Change', [job.arn], this.describe(job));
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

  private async run(job: TrainingJob, { session: role, folder }: JobWork, container: Container): Promise<void> {
    const { engine } = this;
    const { request, control } = job;
    const compute = request.ResourceConfig;
    const vpc = request.VpcConfig;
    await authorizeInfrastructure(engine, role, {
      imageUris: [request.AlgorithmSpecification?.TrainingImage ?? ''],
      vpc,
      volumeKmsKeyId: compute?.VolumeKmsKeyId,
    });
    const session = dataSession(engine, role, vpc);
    const cluster = new Cluster(folder, compute?.InstanceCount ?? 1, compute?.InstanceType ?? '');
    const channels = new TrainingChannels(
      request.InputDataConfig ?? [],
      request.AlgorithmSpecification?.TrainingInputMode ?? 'File',
    );
    const checkpoints = request.CheckpointConfig && {
      uri: request.CheckpointConfig.S3Uri ?? '',
      path: request.CheckpointConfig.LocalPath ?? '/opt/ml/checkpoints',
    };
    const s3 = session.s3();
    try {
      this.enter(job, 'Downloading', 'Downloading input data');
      await cluster.writeResourceConfig('/opt/ml/input/config');
      await Promise.all(
        cluster.hosts.map(async (root, index) => {
          ['/opt/ml/model', '/opt/ml/output/data', '/opt/ml/code'].forEach((path) => root.make(path));
          await writeFile(
            join(root.make('/opt/ml/input/config'), 'hyperparameters.json'),
            JSON.stringify(root.rerootAll(request.HyperParameters)),
          );
          await channels.writeConfig(root);
          if (checkpoints) {
            const config = { S3Uri: checkpoints.uri, LocalPath: root.reroot(checkpoints.path) };
            await writeFile(root.path('/opt/ml/input/config/checkpointconfig.json'), JSON.stringify(config));
          }
          await channels.fetch(s3, root, session.roleArn, index, cluster.hosts.length);
          if (checkpoints) {
            await this.fetchCheckpoints(session, checkpoints.uri, root.make(checkpoints.path));
          }
        }),
      );
      this.enter(job, 'DownloadingTrainingImage', 'Downloading the training image');
      const codes = await engine.slots.hold(() => {
        this.enter(job, 'Training', 'Training image download completed. Training in progress.');
        job.trainingStartedAt = now(engine);
        control.limit(request.StoppingCondition?.MaxRuntimeInSeconds);
        return Promise.all(
          cluster.hosts.map((root) => this.runHost(job, session, cluster, root, container, checkpoints?.path)),
        );
      });
      control.unlimit();
      this.enter(job, 'Uploading', 'Uploading generated training model');
      if (checkpoints) {
        await uploadFolder(s3, cluster.hosts[0].path(checkpoints.path), { uri: checkpoints.uri, kmsKeyId: 'bucket' });
      }
      await this.uploadResults(job, cluster, session, folder);
      job.trainingEndedAt = now(engine);
      const failed = codes.findIndex((code) => code !== 0);
      if (failed >= 0) {
        // AWS: sagemaker-containers/failed-script-leaves-its-command
        const failure = await readFile(cluster.hosts[failed].path('/opt/ml/output/failure'), 'utf8').catch(() => '');
        const text =
          this.inContainer(failure, cluster.hosts[failed]).slice(0, 980) ||
          `See log stream ${logStream(job.name, cluster.names[failed], job.createdAt)} of /aws/sagemaker/TrainingJobs`;
        throw new Error(`AlgorithmError: ${text}, exit code: ${codes[failed]}`);
      }
    } finally {
      s3.destroy();
    }
  }

  private async fetchCheckpoints(session: RoleSession, uri: string, folder: string): Promise<void> {
    const s3 = session.s3();
    try {
      const { bucket, key } = parseS3Uri(uri);
      // The first run of a job has no checkpoint yet; that is not the error that missing input is.
      const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }));
      if (KeyCount) {
        await download(s3, await findObjects(s3, { uri, type: 'S3Prefix' }, session.roleArn), folder);
      }
    } finally {
      s3.destroy();
    }
  }

  private async runHost(
    job: TrainingJob,
    session: RoleSession,
    cluster: Cluster,
    root: ContainerRoot,
    container: Container,
    checkpointPath: string | undefined,
  ): Promise<number> {
    const { engine } = this;
    const { request } = job;
    const log = new JobLog(
      engine.platform,
      session,
      '/aws/sagemaker/TrainingJobs',
      logStream(job.name, root.host, job.createdAt),
    );
    const processors = cluster.processors();
    const command = await entrypointOr(
      container,
      request.AlgorithmSpecification,
    )({
      root,
      python: engine.platform.containerPython,
      environment: {
        ...baseEnvironment(root, processors),
        ...accessEnvironment(engine, session, request.EnableNetworkIsolation),
        AWS_REGION: engine.platform.region,
        TRAINING_JOB_NAME: job.name,
        TRAINING_JOB_ARN: job.arn,
        ...root.rerootAll(request.Environment),
      },
      launcher: engine.interpreter.writeLauncher(root.path(CONTAINER_PYTHON)),
      processors,
      checkpointFolder: checkpointPath === undefined ? undefined : root.path(checkpointPath),
    });
    const onLine = (text: string): void => {
      const line = asLogged(this.inContainer(text, root));
      log.line(line);
      for (const { MetricName, Value } of job.metrics.read(line, now(engine))) {
        engine.platform.putMetric({
          namespace: '/aws/sagemaker/TrainingJobs',
          name: MetricName ?? '',
          value: Value ?? 0,
          dimensions: { TrainingJobName: job.name },
        });
      }
    };
    try {
      const metrics = log.metrics({ Host: `${job.name}/${root.host}` }, [root.folder]);
      return await measured(
        metrics,
        engine.processes.run({ ...command, root: root.folder }, onLine, job.control.signal),
      );
    } finally {
      log.flush();
    }
  }

  /** Paths as the image has them. */
  private inContainer(text: string, root: ContainerRoot): string {
    return root
      .unroot(text)
      .replaceAll(dirname(dirname(this.engine.platform.containerPython)), dirname(dirname(CONTAINER_PYTHON)))
      .replaceAll(STAND_IN_PACKAGES, `${dirname(dirname(CONTAINER_PYTHON))}/lib/python3/site-packages/`);
  }

  /** model.tar.gz from the first host, output.tar.gz when there is any, to <S3OutputPath>/<job>/output/. */
  private async uploadResults(job: TrainingJob, cluster: Cluster, session: RoleSession, folder: string): Promise<void> {
    const { OutputDataConfig: output } = job.request;
    const target = outputUri(job);
    const [root] = cluster.hosts;
    const s3 = session.s3();
    try {
      if ((await filesBelow(root.path('/opt/ml/model'))).length > 0) {
        const archive = join(folder, 'model.tar.gz');
        await pack(root.path('/opt/ml/model'), archive);
        await uploadFile(s3, archive, { uri: `${target}/model.tar.gz`, kmsKeyId: output?.KmsKeyId });
      }
      const data = root.path('/opt/ml/output/data');
      if (existsSync(data) && (await filesBelow(data)).length > 0) {
        const archive = join(folder, 'output.tar.gz');
        await pack(data, archive);
        await uploadFile(s3, archive, { uri: `${target}/output.tar.gz`, kmsKeyId: output?.KmsKeyId });
      }
    } finally {
      s3.destroy();
    }
  }

  describe(job: TrainingJob): Omit<DescribeTrainingJobCommandOutput, '$metadata'> {
    const { Tags: _, SessionChainingConfig: __, ...request } = job.request;
    const trainingSeconds = seconds(job.trainingStartedAt, job.trainingEndedAt ?? job.endedAt);
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
  summarize(job: TrainingJob, metricName: string): HyperParameterTrainingJobSummary {
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
}

/**
 * How SageMaker's log agent writes a control character: a tab as `#011`. The algorithms' metric definitions expect it
 * so.
 */
function asLogged(text: string): string {
  // AWS: sagemaker-jobs/log-lines-escape-control-characters
  return text.replace(/[\u0000-\u001f]/g, (character) => `#${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/** Where the image has its interpreter. */
const CONTAINER_PYTHON = '/miniconda3/bin/python3';

/** Where this project has what the image's package index lacks. */
const STAND_IN_PACKAGES = new RegExp(
  `${join(__dirname, '../../images').replace(/[^\w/]/g, '\\$&')}/[\\w-]+/python/`,
  'g',
);

function outputUri({ name, request }: TrainingJob): string {
  return `${(request.OutputDataConfig?.S3OutputPath ?? '').replace(/\/$/, '')}/${name}/output`;
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
