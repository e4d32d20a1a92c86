import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SecondaryStatus } from '@aws-sdk/client-sagemaker';
import { pack } from '../container/archive';
import { filesBelow, uploadFile } from '../container/transfer';
import { type Engine, now } from '../engine';
import { authorizeInfrastructure, dataSession } from '../infrastructure';
import type { RoleSession } from '../role-session';
import { type CheckpointCopy, Checkpoints } from './checkpoints';
import { Cluster, logStream } from './cluster';
import { type JobWork, seconds } from './job';
import { TrainingChannels } from './training-channels';
import { inContainer, runHost, type TrainingContainer } from './training-host';
import { outputUri, type TrainingJob } from './training-job';

/** What a run says of its progress. */
export interface RunProgress {
  enter(status: SecondaryStatus, message: string): void;
  /** Ends the job because its time is over. */
  exceeded(cause: 'runtime' | 'wait'): void;
}

/** Runs the container of a training job: once, or until no spot interruption comes between. */
export class TrainingRun {
  private readonly checkpoints: Checkpoints | undefined;
  private session: RoleSession;
  private attempts = 0;

  constructor(
    private readonly engine: Engine,
    private readonly job: TrainingJob,
    private readonly work: JobWork,
    private readonly container: TrainingContainer,
    private readonly progress: RunProgress,
  ) {
    this.session = work.session;
    const { CheckpointConfig } = job.request;
    this.checkpoints = CheckpointConfig && new Checkpoints(CheckpointConfig);
  }

  async run(): Promise<void> {
    const { AlgorithmSpecification, ResourceConfig, VpcConfig } = this.job.request;
    await authorizeInfrastructure(this.engine, this.work.session, {
      imageUris: [AlgorithmSpecification?.TrainingImage ?? ''],
      vpc: VpcConfig,
      volumeKmsKeyId: ResourceConfig?.VolumeKmsKeyId,
    });
    this.session = dataSession(this.engine, this.work.session, VpcConfig);
    const s3 = this.session.s3();
    try {
      // AWS: sagemaker-jobs/spot-interruptions-start-again
      for (let away = await this.train(s3); away !== undefined; away = await this.train(s3)) {
        this.progress.enter('Interrupted', 'The managed spot training instances were interrupted');
        await this.waitForCapacity(away);
        if (this.job.control.cause !== undefined) return;
        this.progress.enter('Starting', 'Launching requested ML instances');
      }
    } finally {
      s3.destroy();
    }
  }

  /** Trains on new instances. @returns milliseconds without capacity if they were taken away */
  private async train(s3: S3Client): Promise<number | undefined> {
    const { job, engine } = this;
    const { request, control } = job;
    const compute = request.ResourceConfig;
    this.attempts += 1;
    // Nothing of an earlier instance is left on a new one.
    const disk = join(this.work.folder, `instances-${this.attempts}`);
    const cluster = new Cluster(disk, compute?.InstanceCount ?? 1, compute?.InstanceType ?? '');
    const channels = new TrainingChannels(
      engine,
      request.InputDataConfig ?? [],
      request.AlgorithmSpecification?.TrainingInputMode,
    );
    try {
      this.progress.enter('Downloading', 'Downloading input data');
      await this.prepare(s3, cluster, channels);
      this.progress.enter('DownloadingTrainingImage', 'Downloading the training image');
      const codes = await engine.slots.hold(() => this.runHosts(s3, cluster, channels));
      control.unlimit();
      const away = job.spot.release();
      await channels.close();
      channels.failed.throwIfAborted();
      if (away !== undefined && control.cause === undefined) {
        job.earlierSeconds = this.trainedSeconds();
        job.instancesSince = undefined;
        return away;
      }
      this.progress.enter('Uploading', 'Uploading generated training model');
      await this.uploadResults(s3, cluster);
      job.trainingEndedAt = now(engine);
      await this.refuseFailure(cluster, codes);
      return undefined;
    } finally {
      await channels.close();
      await rm(disk, { recursive: true, force: true });
    }
  }

  /** What a container finds when it starts. */
  private async prepare(s3: S3Client, cluster: Cluster, channels: TrainingChannels): Promise<void> {
    const { checkpoints, session } = this;
    await cluster.writeHosts();
    await cluster.writeResourceConfig('/opt/ml/input/config');
    await Promise.all(
      cluster.hosts.map(async (root, index) => {
        ['/opt/ml/model', '/opt/ml/output/data', '/opt/ml/code'].forEach((path) => root.make(path));
        await writeFile(
          join(root.make('/opt/ml/input/config'), 'hyperparameters.json'),
          JSON.stringify(root.rerootAll(this.job.request.HyperParameters)),
        );
        await channels.writeConfig(root);
        if (checkpoints) {
          const config = { S3Uri: checkpoints.uri, LocalPath: root.reroot(checkpoints.path) };
          await writeFile(root.path('/opt/ml/input/config/checkpointconfig.json'), JSON.stringify(config));
        }
        await channels.provide(s3, root, session.roleArn, { index, count: cluster.hosts.length });
        await checkpoints?.fetch(s3, session.roleArn, root.make(checkpoints.path));
      }),
    );
  }

  /** @returns the exit code of each */
  private async runHosts(s3: S3Client, cluster: Cluster, channels: TrainingChannels): Promise<number[]> {
    const { job, engine, session, container, checkpoints } = this;
    const { control, spot } = job;
    this.progress.enter('Training', 'Training image download completed. Training in progress.');
    job.instancesSince = now(engine);
    job.trainingStartedAt ??= job.instancesSince;
    const { MaxRuntimeInSeconds } = job.request.StoppingCondition ?? {};
    if (MaxRuntimeInSeconds !== undefined)
      control.limit(MaxRuntimeInSeconds - job.earlierSeconds, () => this.progress.exceeded('runtime'));
    const wait = this.remainingWait();
    if (wait !== undefined) control.limit(wait / 1000, () => this.progress.exceeded('wait'));
    const signal = AbortSignal.any([control.signal, channels.failed, spot.acquire()]);
    const copies: CheckpointCopy[] = [];
    if (checkpoints) {
      for (const root of cluster.hosts)
        copies.push(await checkpoints.keep(s3, root.path(checkpoints.path), () => spot.checkpointCopied()));
    }
    try {
      return await Promise.all(
        cluster.hosts.map((root) =>
          runHost(engine, job, { session, cluster, root, container, signal, checkpointPath: checkpoints?.path }),
        ),
      );
    } finally {
      for (const copy of copies) await copy.end();
    }
  }

  /** MaxWaitTimeInSeconds counts from the request, over all that the job waits and runs. */
  private remainingWait(): number | undefined {
    const { MaxWaitTimeInSeconds: wait } = this.job.request.StoppingCondition ?? {};
    return wait === undefined ? undefined : this.job.createdAt.getTime() + wait * 1000 - now(this.engine).getTime();
  }

  private async waitForCapacity(away: number): Promise<void> {
    const { control } = this.job;
    const remaining = this.remainingWait() ?? Number.POSITIVE_INFINITY;
    await this.work.activity.sleep(Math.max(Math.min(away, remaining), 0), control.signal).catch((error: unknown) => {
      if (!control.signal.aborted) throw error;
    });
    if (away >= remaining && control.cause === undefined) this.progress.exceeded('wait');
  }

  private trainedSeconds(): number {
    return this.job.earlierSeconds + seconds(this.job.instancesSince, now(this.engine));
  }

  private async refuseFailure(cluster: Cluster, codes: readonly number[]): Promise<void> {
    const { engine, job } = this;
    const failed = codes.findIndex((code) => code !== 0);
    if (failed < 0) return;
    // AWS: sagemaker-containers/failed-script-leaves-its-command
    const failure = await readFile(cluster.hosts[failed].path('/opt/ml/output/failure'), 'utf8').catch(() => '');
    const text =
      inContainer(engine, failure, cluster.hosts[failed]).slice(0, 980) ||
      `See log stream ${logStream(job.name, cluster.names[failed], job.createdAt)} of /aws/sagemaker/TrainingJobs`;
    throw new Error(`AlgorithmError: ${text}, exit code: ${codes[failed]}`);
  }

  /** model.tar.gz from the first host, output.tar.gz when there is any, to <S3OutputPath>/<job>/output/. */
  private async uploadResults(s3: S3Client, { hosts: [root] }: Cluster): Promise<void> {
    const { KmsKeyId: kmsKeyId } = this.job.request.OutputDataConfig ?? {};
    for (const [path, name] of [
      ['/opt/ml/model', 'model.tar.gz'],
      ['/opt/ml/output/data', 'output.tar.gz'],
    ]) {
      const source = root.path(path);
      if (!existsSync(source) || (await filesBelow(source)).length === 0) continue;
      const archive = join(this.work.folder, name);
      await pack(source, archive);
      await uploadFile(s3, archive, { uri: `${outputUri(this.job)}/${name}`, kmsKeyId });
    }
  }
}
