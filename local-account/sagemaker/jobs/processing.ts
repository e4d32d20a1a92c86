import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  CreateProcessingJobCommandInput,
  DescribeProcessingJobCommandInput,
  DescribeProcessingJobCommandOutput,
  ListProcessingJobsCommandInput,
  ProcessingInput,
} from '@aws-sdk/client-sagemaker';
import type { ImageStandIn } from '../../images/image';
import { accessEnvironment } from '../container/access';
import { measured } from '../container/instance-metrics';
import { JobLog } from '../container/job-log';
import { baseEnvironment, type ContainerRoot } from '../container/root';
import { download, findObjects, uploadFolder } from '../container/transfer';
import { type Engine, emit, type Operations } from '../engine';
import { inUse, validation } from '../errors';
import { authorizeInfrastructure, dataSession, validateNetworkPermissions } from '../infrastructure';
import { refuseVolumeKey } from '../local-storage';
import { arnOf } from '../names';
import { RoleSession } from '../role-session';
import { list, Store } from '../store';
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
  stateOf,
  stopJob,
} from './job';
import { checkInputs } from './processing-inputs';

type Request = CreateProcessingJobCommandInput;
type Container = NonNullable<ImageStandIn['processing']>;

export interface ProcessingJob extends Job<Request> {
  exitMessage?: string;
  readonly monitoring?: MonitoringOrigin;
}

/** What a monitoring schedule adds to the jobs it starts. */
export interface MonitoringOrigin {
  readonly scheduleArn: string;
  /** Looks at the first host's files when its container has ended well. */
  readonly inspect: (root: ContainerRoot, session: RoleSession) => Promise<void>;
}

/** With the ARN of its schedule, for a job that a schedule started. */
type ProcessingState = Omit<JobState<ProcessingJob>, 'monitoring'> & { readonly monitoring: string | undefined };

export class ProcessingJobs {
  readonly store = new Store<ProcessingJob>(
    // AWS: sagemaker-jobs/missing-jobs-by-their-words
    (name) => validation(`Could not find requested job with name: ${name}`),
    (_, arn) =>
      inUse(
        `Job name must be unique within an AWS account and region, and a job with this name already exists (${arn})`,
      ),
  );

  constructor(private readonly engine: Engine) {}

  readonly operations: Operations = {
    CreateProcessingJob: async (input: Request) => ({ ProcessingJobArn: (await this.create(input)).arn }),
    DescribeProcessingJob: (input: DescribeProcessingJobCommandInput) =>
      this.describe(this.store.get(input.ProcessingJobName ?? '')),
    StopProcessingJob: (input: DescribeProcessingJobCommandInput) => {
      const job = this.store.get(input.ProcessingJobName ?? '');
      if (job.status !== 'InProgress') {
        // AWS: sagemaker-jobs/ended-jobs-cannot-be-stopped
        throw validation(`The request was rejected because the processing job is in status ${job.status}.`);
      }
      stopJob(this.engine, job, () => this.changed(job));
    },
    DeleteProcessingJob: (input: DescribeProcessingJobCommandInput) =>
      removeRecord(this.store, input.ProcessingJobName ?? ''),
    ListProcessingJobs: (input: ListProcessingJobsCommandInput) => {
      const { page, NextToken } = list(this.store.all(), input, {
        // AWS: sagemaker-jobs/lists-sort-by-their-own-defaults
        ascending: true,
        matches: ({ status }) => input.StatusEquals === undefined || status === input.StatusEquals,
        status: ({ status }) => status,
      });
      const ProcessingJobSummaries = page.map((job) => ({
        ProcessingJobName: job.name,
        ProcessingJobArn: job.arn,
        CreationTime: job.createdAt,
        ProcessingEndTime: job.endedAt,
        LastModifiedTime: job.modifiedAt,
        ProcessingJobStatus: job.status,
        FailureReason: job.failureReason,
        ExitMessage: job.exitMessage,
      }));
      return { ProcessingJobSummaries, NextToken };
    },
  };

  state(): ProcessingState[] {
    return this.store.all().map((job) => ({ ...stateOf(job), monitoring: job.monitoring?.scheduleArn }));
  }

  take(jobs: readonly ProcessingState[]): void {
    this.store.take(
      jobs.map(({ cause, monitoring, ...job }) => ({
        ...job,
        ...controlOf({ cause }),
        // Nothing of the container is left to be inspected.
        monitoring: monitoring === undefined ? undefined : { scheduleArn: monitoring, inspect: async () => undefined },
      })),
    );
  }

  endInterrupted(): void {
    for (const job of this.store.all()) endInterruptedJob(this.engine, job, () => this.changed(job));
  }

  async create(request: Request, monitoring?: MonitoringOrigin): Promise<ProcessingJob> {
    const { engine } = this;
    const name = request.ProcessingJobName ?? '';
    this.store.ensureFree(name);
    const compute = request.ProcessingResources?.ClusterConfig;
    checkInputs(request.ProcessingInputs);
    refuseVolumeKey('VolumeKmsKeyId', compute?.VolumeKmsKeyId, [compute?.InstanceType]);
    const arn = arnOf(engine.platform, 'processing-job', name);
    const container = engine.images.find(request.AppSpecification?.ImageUri ?? '', 'processing');
    const session = await RoleSession.take(engine.platform, request.RoleArn ?? '', arn);
    validateNetworkPermissions(session, request.NetworkConfig?.VpcConfig);
    const job: ProcessingJob = { ...newJob(engine, name, arn, request.RoleArn ?? '', request), monitoring };
    this.store.add(job);
    engine.tags.add(arn, request.Tags);
    runJob(
      engine,
      job,
      session,
      (work) => this.run(job, work, container),
      () => this.changed(job),
    );
    return job;
  }

  private changed(job: ProcessingJob): void {
    emit(this.engine, 'SageMaker Processing Job State Change', [job.arn], { ...this.describe(job), Tags: undefined });
  }

  private async run(job: ProcessingJob, { session: role, folder }: JobWork, container: Container): Promise<void> {
    const { engine } = this;
    const { request, control } = job;
    const { AppSpecification: app, ProcessingResources: resources, NetworkConfig: network } = request;
    const compute = resources?.ClusterConfig;
    const vpc = network?.VpcConfig;
    await authorizeInfrastructure(engine, role, {
      imageUris: [app?.ImageUri ?? ''],
      vpc,
      volumeKmsKeyId: compute?.VolumeKmsKeyId,
    });
    const session = dataSession(engine, role, vpc);
    const cluster = new Cluster(folder, compute?.InstanceCount ?? 1, compute?.InstanceType ?? '');
    await cluster.writeHosts();
    await cluster.writeResourceConfig('/opt/ml/config');
    cluster.hosts.forEach((root) =>
      writeFileSync(
        join(root.make('/opt/ml/config'), 'processingjobconfig.json'),
        JSON.stringify({ ...request, ProcessingJobArn: job.arn }),
      ),
    );
    const s3 = session.s3();
    try {
      await Promise.all(
        (request.ProcessingInputs ?? []).flatMap((input) =>
          cluster.hosts.map((root, index) => this.fetch(input, session, root, { index, count: cluster.hosts.length })),
        ),
      );
      const outputs = request.ProcessingOutputConfig?.Outputs ?? [];
      cluster.hosts.forEach((root) =>
        outputs.forEach((output) =>
          root.make(output.S3Output?.LocalPath ?? `/opt/ml/processing/output/${output.OutputName}`),
        ),
      );
      const codes = await engine.slots.hold(async () => {
        control.limit(request.StoppingCondition?.MaxRuntimeInSeconds);
        return Promise.all(cluster.hosts.map((root) => this.runHost(job, session, cluster, root, container)));
      });
      control.unlimit();
      job.exitMessage = await readFile(cluster.hosts[0].path('/opt/ml/output/message'), 'utf8').then(
        (text) => text.slice(0, 1024),
        () => undefined,
      );
      // What is there is uploaded also when the container failed: that is where scripts leave their evidence.
      await Promise.all(
        cluster.hosts.flatMap((root) =>
          outputs.map(({ S3Output: target }) =>
            uploadFolder(s3, root.path(target?.LocalPath ?? ''), {
              uri: target?.S3Uri ?? '',
              kmsKeyId: request.ProcessingOutputConfig?.KmsKeyId,
            }),
          ),
        ),
      );
      const failed = codes.find((code) => code !== 0);
      if (failed === undefined) {
        await job.monitoring?.inspect(cluster.hosts[0], session);
      } else {
        throw new Error(
          `AlgorithmError: ${job.exitMessage ?? 'See job logs for more information'}, exit code: ${failed}`,
        );
      }
    } finally {
      s3.destroy();
    }
  }

  private async fetch(
    input: ProcessingInput,
    session: RoleSession,
    root: ContainerRoot,
    shard: { index: number; count: number },
  ): Promise<void> {
    const source = input.S3Input;
    if (!source) {
      throw new Error(
        `ClientError: input ${input.InputName} is a DatasetDefinition; the local account supports S3Input only`,
      );
    }
    const s3 = session.s3();
    try {
      const sharded = source.S3DataDistributionType === 'ShardedByS3Key';
      const found = await findObjects(
        s3,
        { uri: source.S3Uri ?? '', type: source.S3DataType ?? 'S3Prefix', shard: sharded ? shard : undefined },
        session.roleArn,
      );
      await download(s3, found, root.make(source.LocalPath ?? `/opt/ml/processing/input/${input.InputName}`));
    } finally {
      s3.destroy();
    }
  }

  private async runHost(
    job: ProcessingJob,
    session: RoleSession,
    cluster: Cluster,
    root: ContainerRoot,
    container: Container,
  ): Promise<number> {
    const { engine } = this;
    const { request } = job;
    const command = await container({
      root,
      python: engine.platform.containerPython,
      environment: {
        ...baseEnvironment(root, cluster.processors()),
        ...accessEnvironment(engine, session, request.NetworkConfig?.EnableNetworkIsolation),
        AWS_REGION: engine.platform.region,
        PROCESSING_JOB_ARN: job.arn,
        PROCESSING_JOB_NAME: job.name,
        ...root.rerootAll(request.Environment),
      },
      entrypoint: request.AppSpecification?.ContainerEntrypoint ?? [],
      arguments: request.AppSpecification?.ContainerArguments ?? [],
    });
    const log = new JobLog(
      engine.platform,
      session,
      '/aws/sagemaker/ProcessingJobs',
      logStream(job.name, root.host, job.createdAt),
    );
    try {
      const metrics = log.metrics({ Host: `${job.name}/${root.host}` }, [root.folder]);
      return await measured(
        metrics,
        engine.processes.run({ ...command, root: root.folder }, log.line, job.control.signal),
      );
    } finally {
      log.flush();
    }
  }

  private describe(job: ProcessingJob): Omit<DescribeProcessingJobCommandOutput, '$metadata'> & { Tags?: undefined } {
    const { Tags: _, ...request } = job.request;
    return {
      ...request,
      ProcessingJobName: job.name,
      ProcessingJobArn: job.arn,
      AppSpecification: request.AppSpecification,
      ProcessingResources: request.ProcessingResources,
      StoppingCondition: request.StoppingCondition ?? { MaxRuntimeInSeconds: 86_400 },
      ProcessingJobStatus: job.status,
      ExitMessage: job.exitMessage,
      FailureReason: job.failureReason,
      CreationTime: job.createdAt,
      LastModifiedTime: job.modifiedAt,
      ProcessingStartTime: job.startedAt,
      ProcessingEndTime: job.endedAt,
      MonitoringScheduleArn: job.monitoring?.scheduleArn,
    };
  }
}
