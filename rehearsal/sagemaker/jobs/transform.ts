import type {
  CreateTransformJobCommandInput,
  DescribeTransformJobCommandInput,
  DescribeTransformJobCommandOutput,
  ListTransformJobsCommandInput,
} from '@aws-sdk/client-sagemaker';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { gunzipSync } from 'node:zlib';
import { JobLog } from '../container/job-log';
import { Fetch, findObjects, inParallel, putObject } from '../container/transfer';
import { ModelServer } from '../endpoint/model-server';
import { Engine, Operations, emit } from '../engine';
import { inUse, notFound, validation } from '../errors';
import { authorizeInfrastructure, dataSession } from '../infrastructure';
import { arnOf } from '../names';
import { Model, Models } from '../registry/models';
import { RoleSession } from '../role-session';
import { Store, list } from '../store';
import { logStream } from './cluster';
import { Job, JobWork, newJob, runJob, stopJob } from './job';
import { batches, csvFilter, lines } from './transform-records';

type Request = CreateTransformJobCommandInput;
export type TransformJob = Job<Request>;

const MEGABYTE = 1024 * 1024;

export class TransformJobs {
  readonly store = new Store<TransformJob>(
    (name) => notFound(`Could not find requested job with name: ${name}`),
    (_, arn) => inUse(`Job name must be unique within an AWS account and region, and a job with this name already exists (${arn})`),
  );

  constructor(
    private readonly engine: Engine,
    private readonly models: Models,
  ) {}

  readonly operations: Operations = {
    CreateTransformJob: async (input: Request) => ({ TransformJobArn: (await this.create(input)).arn }),
    DescribeTransformJob: (input: DescribeTransformJobCommandInput) => this.describe(this.store.get(input.TransformJobName ?? '')),
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

  private async create(request: Request): Promise<TransformJob> {
    const { engine } = this;
    const name = request.TransformJobName ?? '';
    this.store.ensureFree(name);
    const model = this.models.store.get(request.ModelName ?? '');
    const { TransformInput: input, DataProcessing: processing } = request;
    const splits = input?.SplitType === 'Line';
    if (processing?.JoinSource === 'Input' && !splits) {
      throw validation('JoinSource Input needs SplitType Line in the rehearsal');
    }
    if (input?.SplitType === 'RecordIO' || input?.SplitType === 'TFRecord') {
      throw validation(`SplitType ${input.SplitType} is not supported by the rehearsal; use Line or None`);
    }
    if ((processing?.InputFilter || processing?.OutputFilter || processing?.JoinSource === 'Input') && input?.ContentType !== 'text/csv') {
      throw validation('The rehearsal filters and joins records of text/csv only');
    }
    const arn = arnOf(engine.platform, 'transform-job', name);
    const session = await RoleSession.take(engine.platform, model.roleArn, arn);
    const job: TransformJob = newJob(engine, name, arn, model.roleArn, request);
    this.store.add(job);
    engine.tags.add(arn, request.Tags);
    runJob(engine, job, session, (work) => this.run(job, model, work), () => this.changed(job));
    return job;
  }

  private changed(job: TransformJob): void {
    emit(this.engine, 'SageMaker Transform Job State Change', [job.arn], this.describe(job));
  }

  private async run(job: TransformJob, model: Model, { session: role }: JobWork): Promise<void> {
    const { engine } = this;
    const { request } = job;
    const vpc = model.request.VpcConfig;
    await authorizeInfrastructure(engine, role, { imageUri: model.container.image, vpc, volumeKmsKeyId: request.TransformResources?.VolumeKmsKeyId });
    const session = dataSession(engine, role, vpc);
    const source = request.TransformInput?.DataSource?.S3DataSource;
    const s3 = session.s3();
    const stream = logStream(job.name, 'algo-1', job.createdAt);
    const log = new JobLog(engine.platform, session, '/aws/sagemaker/TransformJobs', stream);
    const dataLog = new JobLog(engine.platform, session, '/aws/sagemaker/TransformJobs', `${stream}/data-log`);
    try {
      const objects = await findObjects(
        s3,
        { uri: source?.S3Uri ?? '', type: source?.S3DataType === 'ManifestFile' ? 'ManifestFile' : 'S3Prefix' },
        session.roleArn,
      );
      await engine.slots.hold(async () => {
        const environment = { SAGEMAKER_BATCH: 'true', ...request.Environment };
        const server = await ModelServer.start(engine, model, session, environment, log.line).catch((error: Error) => {
          throw new Error(`AlgorithmError: ${error.message}`);
        });
        try {
          await inParallel(objects, (object) => this.transform(job, server, s3, object, dataLog), request.TransformResources?.InstanceCount ?? 1);
        } finally {
          await server.stop();
        }
      });
    } finally {
      log.flush();
      dataLog.flush();
      s3.destroy();
    }
  }

  /** One input object to one output object, <key>.out. */
  private async transform(job: TransformJob, server: ModelServer, s3: S3Client, object: Fetch, log: JobLog): Promise<void> {
    const { request, control } = job;
    const { TransformInput: input, TransformOutput: output, DataProcessing: processing } = request;
    const place = `${object.bucket}/${object.key}`;
    const stored = await s3.send(new GetObjectCommand({ Bucket: object.bucket, Key: object.key }));
    const raw = Buffer.from((await stored.Body?.transformToByteArray()) ?? []);
    const text = (input?.CompressionType === 'Gzip' ? gunzipSync(raw) : raw).toString('utf8');
    const split = input?.SplitType === 'Line';
    const records = split ? lines(text) : [text];
    const filter = csvFilter(processing?.InputFilter);
    const joins = processing?.JoinSource === 'Input';
    const outputFilter = csvFilter(processing?.OutputFilter);
    const payloads = split
      ? batches(records.map(filter), (request.MaxPayloadInMB ?? 6) * MEGABYTE, request.BatchStrategy === 'SingleRecord')
      : [records];
    const answers = new Array<string>(payloads.length);
    await inParallel(
      payloads.map((payload, index) => ({ payload, index })),
      async ({ payload, index }) => {
        if (control.signal.aborted) {
          throw new Error('the job was stopped');
        }
        answers[index] = await this.ask(job, server, split ? `${payload.join('\n')}\n` : payload[0], place, log);
      },
      request.MaxConcurrentTransforms ?? 1,
    );
    const assembled = output?.AssembleWith === 'Line' || joins;
    let result = assembled ? answers.flatMap((answer) => lines(answer)) : answers;
    if (joins) {
      if (result.length !== records.length) {
        log.line(`${place}: ${records.length} input records, ${result.length} output records: they cannot be joined`);
        throw new Error('ClientError: The number of records in the output does not match that of the input, so they cannot be joined. See job logs for more information');
      }
      result = result.map((line, index) => outputFilter(`${records[index]},${line}`));
    } else if (processing?.OutputFilter) {
      result = result.map(outputFilter);
    }
    const body = assembled ? result.map((line) => `${line}\n`).join('') : result.join('');
    const uri = `${(output?.S3OutputPath ?? '').replace(/\/$/, '')}/${object.relative || object.key.slice(object.key.lastIndexOf('/') + 1)}.out`;
    await putObject(s3, { uri, kmsKeyId: output?.KmsKeyId }, body, output?.Accept ?? 'application/octet-stream');
  }

  private async ask(job: TransformJob, server: ModelServer, payload: string, place: string, log: JobLog): Promise<string> {
    const { TransformInput: input, TransformOutput: output, ModelClientConfig: client } = job.request;
    const retries = client?.InvocationsMaxRetries ?? 0;
    for (let attempt = 0; ; attempt += 1) {
      const response = await server
        .invoke(
          { body: Buffer.from(payload), contentType: input?.ContentType, accept: output?.Accept },
          (client?.InvocationsTimeoutInSeconds ?? 600) * 1000,
        )
        .catch((error: Error) => ({ status: 0, body: Buffer.from(error.message) }));
      if (response.status >= 200 && response.status < 300) {
        return response.body.toString('utf8');
      }
      // A request that the container refuses is refused again; only its own trouble is worth another try.
      const transient = response.status === 0 || response.status >= 500;
      if (!transient || attempt >= retries) {
        log.line(`${place}: Bad HTTP status received from algorithm: ${response.status}`);
        log.line(`${place}: Message: ${response.body.toString('utf8').slice(0, 2000)}`);
        throw new Error(`${transient ? 'AlgorithmError' : 'ClientError'}: ${place}: Bad HTTP status received from algorithm: ${response.status}. See job logs for more information`);
      }
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
