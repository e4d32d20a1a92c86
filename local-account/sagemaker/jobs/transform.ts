import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type {
  CreateTransformJobCommandInput,
  DescribeTransformJobCommandInput,
  DescribeTransformJobCommandOutput,
  ListTransformJobsCommandInput,
} from '@aws-sdk/client-sagemaker';
import { JobLog } from '../container/job-log';
import { type Fetch, findObjects, inParallel, putObject } from '../container/transfer';
import { ModelServer } from '../endpoint/model-server';
import { type Engine, emit, type Operations } from '../engine';
import { inUse, validation } from '../errors';
import { authorizeInfrastructure, dataSession } from '../infrastructure';
import { refuseVolumeKey } from '../local-storage';
import { arnOf } from '../names';
import type { Model, Models } from '../registry/models';
import { RoleSession } from '../role-session';
import { list, Store } from '../store';
import { logStream } from './cluster';
import {
  controlOf,
  endInterruptedJob,
  type Job,
  type JobState,
  type JobWork,
  newJob,
  runJob,
  stateOf,
  stopJob,
} from './job';
import { checkTransform, settings, TransformRecords } from './transform-request';

type Request = CreateTransformJobCommandInput;
export type TransformJob = Job<Request>;

/** The whole of a failed job's FailureReason; what happened is in its data log. */
const SEE_LOGS = (whose: 'ClientError' | 'AlgorithmError'): string => `${whose}: See job logs for more information`;

export class TransformJobs {
  readonly store = new Store<TransformJob>(
    // AWS: sagemaker-jobs/missing-jobs-by-their-words
    (name) => validation(`Could not find requested job with name: ${name}`),
    (_, arn) =>
      inUse(
        `Job name must be unique within an AWS account and region, and a job with this name already exists (${arn})`,
      ),
  );

  constructor(
    private readonly engine: Engine,
    private readonly models: Models,
  ) {}

  readonly operations: Operations = {
    CreateTransformJob: async (input: Request) => ({ TransformJobArn: (await this.create(input)).arn }),
    DescribeTransformJob: (input: DescribeTransformJobCommandInput) =>
      this.describe(this.store.get(input.TransformJobName ?? '')),
    StopTransformJob: (input: DescribeTransformJobCommandInput) => {
      const job = this.store.get(input.TransformJobName ?? '');
      stopJob(this.engine, job, () => this.changed(job));
    },
    ListTransformJobs: (input: ListTransformJobsCommandInput) => {
      const { page, NextToken } = list(this.store.all(), input, {
        matches: ({ status }) => input.StatusEquals === undefined || status === input.StatusEquals,
        status: ({ status }) => status,
      });
      const TransformJobSummaries = page.map((job) => ({
        TransformJobName: job.name,
        TransformJobArn: job.arn,
        CreationTime: job.createdAt,
        TransformEndTime: job.endedAt,
        LastModifiedTime: job.modifiedAt,
        TransformJobStatus: job.status,
        FailureReason: job.failureReason,
      }));
      return { TransformJobSummaries, NextToken };
    },
  };

  state(): JobState<TransformJob>[] {
    return this.store.all().map(stateOf);
  }

  take(jobs: readonly JobState<TransformJob>[]): void {
    this.store.take(jobs.map(({ cause, ...job }) => ({ ...job, ...controlOf({ cause }) })));
  }

  endInterrupted(): void {
    for (const job of this.store.all()) endInterruptedJob(this.engine, job, () => this.changed(job));
  }

  private async create(request: Request): Promise<TransformJob> {
    const { engine } = this;
    const name = request.TransformJobName ?? '';
    this.store.ensureFree(name);
    const model = this.models.store.get(request.ModelName ?? '');
    checkTransform(request);
    refuseVolumeKey('VolumeKmsKeyId', request.TransformResources?.VolumeKmsKeyId, [
      request.TransformResources?.InstanceType,
    ]);
    const arn = arnOf(engine.platform, 'transform-job', name);
    const session = await RoleSession.take(engine.platform, model.roleArn, arn);
    const job: TransformJob = newJob(engine, name, arn, model.roleArn, request);
    this.store.add(job);
    engine.tags.add(arn, request.Tags);
    runJob(
      engine,
      job,
      session,
      (work) => this.run(job, model, work),
      () => this.changed(job),
    );
    return job;
  }

  private changed(job: TransformJob): void {
    emit(this.engine, 'SageMaker Transform Job State Change', [job.arn], this.describe(job));
  }

  private async run(job: TransformJob, model: Model, { session: role }: JobWork): Promise<void> {
    const { engine } = this;
    const { request } = job;
    const vpc = model.request.VpcConfig;
    await authorizeInfrastructure(engine, role, {
      imageUris: model.containers.map(({ image }) => image),
      vpc,
      volumeKmsKeyId: request.TransformResources?.VolumeKmsKeyId,
    });
    const session = dataSession(engine, role, vpc);
    const source = request.TransformInput?.DataSource?.S3DataSource;
    const s3 = session.s3();
    const stream = logStream(job.name, 'algo-1', job.createdAt);
    const log = new JobLog(engine.platform, session, '/aws/sagemaker/TransformJobs', stream);
    const dataLog = new JobLog(engine.platform, session, '/aws/sagemaker/TransformJobs', `${stream}/data-log`);
    const failures: Error[] = [];
    try {
      dataLog.line(`[sagemaker logs]: ${settings(request)}`);
      const objects = await findObjects(
        s3,
        { uri: source?.S3Uri ?? '', type: source?.S3DataType === 'ManifestFile' ? 'ManifestFile' : 'S3Prefix' },
        session.roleArn,
      );
      // An object is one instance's: a single file is not shared out ("Use Batch Transform to Get Inferences from Large
      // Datasets").
      const hosts = Math.min(request.TransformResources?.InstanceCount ?? 1, objects.length);
      await engine.slots.hold(() =>
        inParallel(
          Array.from({ length: hosts }, (_, host) => objects.filter((_object, index) => index % hosts === host)),
          async (share) => {
            const server = await this.startServer(job, model, session, log);
            try {
              // What the other objects hold is scored and uploaded all the same; the job is marked failed
              // (TransformOutput, "S3OutputPath").
              for (const object of share)
                await this.transform(job, server, s3, object, dataLog).catch((error: Error) => failures.push(error));
            } finally {
              await server.stop();
            }
          },
          hosts,
        ),
      );
    } finally {
      log.flush();
      dataLog.flush();
      s3.destroy();
    }
    if (failures[0]) throw failures[0];
  }

  private async startServer(
    { request }: TransformJob,
    model: Model,
    session: RoleSession,
    log: JobLog,
  ): Promise<ModelServer> {
    // Developer guide, "Use Your Own Inference Code with Batch Transform".
    const environment = {
      SAGEMAKER_BATCH: 'true',
      SAGEMAKER_MAX_PAYLOAD_IN_MB: String(request.MaxPayloadInMB ?? 6),
      SAGEMAKER_BATCH_STRATEGY: request.BatchStrategy === 'SingleRecord' ? 'SINGLE_RECORD' : 'MULTI_RECORD',
      SAGEMAKER_MAX_CONCURRENT_TRANSFORMS: String(request.MaxConcurrentTransforms || 1),
      ...request.Environment,
    };
    return ModelServer.start(this.engine, model, session, environment, log.line).catch((error: Error) => {
      throw new Error(`AlgorithmError: ${error.message}`);
    });
  }

  /** One input object to one output object, <key>.out, or to none. */
  private async transform(
    job: TransformJob,
    server: ModelServer,
    s3: S3Client,
    object: Fetch,
    log: JobLog,
  ): Promise<void> {
    const { request, control } = job;
    const { TransformInput: input, TransformOutput: output } = request;
    const place = `${object.bucket}/${object.key}`;
    const stored = await s3.send(new GetObjectCommand({ Bucket: object.bucket, Key: object.key }));
    const raw = Buffer.from((await stored.Body?.transformToByteArray()) ?? []);
    const text = (input?.CompressionType === 'Gzip' ? gunzipSync(raw) : raw).toString('utf8');
    try {
      const work = new TransformRecords(request, text);
      const answers = new Array<string>(work.payloads.length);
      await inParallel(
        work.payloads.map((payload, index) => ({ payload, index })),
        async ({ payload, index }) => {
          if (control.signal.aborted) throw new Error('the job was stopped');
          answers[index] = await this.ask(job, server, payload, place, log);
        },
        request.MaxConcurrentTransforms || 1,
      );
      const uri = `${(output?.S3OutputPath ?? '').replace(/\/$/, '')}/${object.relative || object.key.slice(object.key.lastIndexOf('/') + 1)}.out`;
      await putObject(
        s3,
        { uri, kmsKeyId: output?.KmsKeyId },
        work.assemble(answers),
        output?.Accept ?? 'application/octet-stream',
      );
    } catch (error) {
      const { message } = error as Error;
      if (!message.startsWith('ClientError: ')) throw error;
      log.line(`[sagemaker logs]: ${place}: ${message}`);
      throw new Error(SEE_LOGS('ClientError'));
    }
  }

  private async ask(
    job: TransformJob,
    server: ModelServer,
    payload: string,
    place: string,
    log: JobLog,
  ): Promise<string> {
    const { TransformInput: input, TransformOutput: output, ModelClientConfig: client } = job.request;
    // AWS: sagemaker-jobs/transform-retries-three-times
    const retries = client?.InvocationsMaxRetries ?? 3;
    for (let attempt = 0; ; attempt += 1) {
      const response = await server
        .invoke(
          { body: Buffer.from(payload), contentType: input?.ContentType, accept: output?.Accept },
          (client?.InvocationsTimeoutInSeconds ?? 600) * 1000,
        )
        .catch(() => undefined);
      if (response && response.status >= 200 && response.status < 300) {
        return response.body.toString('utf8');
      }
      // A request that the container refuses is refused again; only its own trouble is worth another try.
      const refused = response !== undefined && response.status < 500;
      if (!refused && attempt < retries) continue;
      const say = (what: string): void => log.line(`[sagemaker logs]: ${place}: ${what}`);
      if (!response) say('Unable to get response from algorithm');
      else {
        say(
          refused ? `ClientError: ${response.status}` : `Bad HTTP status received from algorithm: ${response.status}`,
        );
        say('Message:');
        say(response.body.toString('utf8').slice(0, 2000));
      }
      throw new Error(SEE_LOGS(refused ? 'ClientError' : 'AlgorithmError'));
    }
  }

  private describe(job: TransformJob): Omit<DescribeTransformJobCommandOutput, '$metadata'> {
    const { Tags: _, ...request } = job.request;
    return {
      ...request,
      TransformJobName: job.name,
      TransformJobArn: job.arn,
      TransformJobStatus: job.status,
      ModelName: request.ModelName,
      TransformInput: request.TransformInput,
      TransformResources: request.TransformResources,
      CreationTime: job.createdAt,
      TransformStartTime: job.startedAt,
      TransformEndTime: job.endedAt,
      FailureReason: job.failureReason,
    };
  }
}
