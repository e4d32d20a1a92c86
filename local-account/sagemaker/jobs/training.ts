import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type {
  CreateTrainingJobCommandInput,
  DescribeTrainingJobCommandInput,
  ListTrainingJobsCommandInput,
  SecondaryStatus,
} from '@aws-sdk/client-sagemaker';
import { pack } from '../container/archive';
import { download, filesBelow, findObjects, parseS3Uri, uploadFile, uploadFolder } from '../container/transfer';
import { type Engine, emit, now, type Operations } from '../engine';
import { inUse, validation } from '../errors';
import { authorizeInfrastructure, dataSession } from '../infrastructure';
import { refuseVolumeKey } from '../local-storage';
import { arnOf } from '../names';
import { RoleSession } from '../role-session';
import { list, Store } from '../store';
import { metricDefinitions } from './algorithm-rules';
import { checkChannels } from './channel-rules';
import { Cluster, logStream } from './cluster';
import { endInterruptedJob, type JobWork, newJob, removeRecord, runJob, stopJob } from './job';
import { TrainingChannels } from './training-channels';
import { checkEntrypoint } from './training-entrypoint';
import { inContainer, runHost, type TrainingContainer } from './training-host';
import {
  describeTraining,
  outputUri,
  type TrainingJob,
  type TrainingState,
  type TuningOrigin,
  trainingJob,
  trainingState,
} from './training-job';
import { TrainingMetrics } from './training-metrics';

type Request = CreateTrainingJobCommandInput;

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

  private async run(job: TrainingJob, { session: role, folder }: JobWork, container: TrainingContainer): Promise<void> {
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
      engine,
      request.InputDataConfig ?? [],
      request.AlgorithmSpecification?.TrainingInputMode,
    );
    const checkpoints = request.CheckpointConfig && {
      uri: request.CheckpointConfig.S3Uri ?? '',
      path: request.CheckpointConfig.LocalPath ?? '/opt/ml/checkpoints',
    };
    const s3 = session.s3();
    try {
      this.enter(job, 'Downloading', 'Downloading input data');
      await cluster.writeHosts();
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
          await channels.provide(s3, root, session.roleArn, { index, count: cluster.hosts.length });
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
        const signal = AbortSignal.any([control.signal, channels.failed]);
        return Promise.all(
          cluster.hosts.map((root) =>
            runHost(engine, job, { session, cluster, root, container, signal, checkpointPath: checkpoints?.path }),
          ),
        );
      });
      control.unlimit();
      await channels.close();
      channels.failed.throwIfAborted();
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
          inContainer(engine, failure, cluster.hosts[failed]).slice(0, 980) ||
          `See log stream ${logStream(job.name, cluster.names[failed], job.createdAt)} of /aws/sagemaker/TrainingJobs`;
        throw new Error(`AlgorithmError: ${text}, exit code: ${codes[failed]}`);
      }
    } finally {
      await channels.close();
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
