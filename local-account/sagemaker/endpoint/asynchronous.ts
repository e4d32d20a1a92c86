import { randomUUID } from 'node:crypto';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { AsyncInferenceConfig } from '@aws-sdk/client-sagemaker';
import type {
  InvokeEndpointAsyncCommandInput,
  InvokeEndpointAsyncCommandOutput,
} from '@aws-sdk/client-sagemaker-runtime';
import { AwsError } from '../../platform';
import { Activity } from '../activity';
import { parseS3Uri, putObject } from '../container/transfer';
import type { Engine } from '../engine';
import { messageOf } from '../errors';
import { RoleSession } from '../role-session';
import type { ModelResponse } from './container-server';
import type { FleetVariant } from './fleet';
import { publishInference } from './inference-notification';

const MINUTE = 60_000;
/** "If no value is provided, SageMaker chooses an optimal value": this number is ours. */
const CONCURRENCY = 4;
/** InvokeEndpointAsync: RequestTTLSeconds, InvocationTimeoutSeconds. */
const TTL_SECONDS = 21_600;
const TIMEOUT_SECONDS = 900;
/** InvokeEndpointAsync: a body instead of a location may hold so many bytes. */
const INLINE_BYTES = 128_000;

export interface Waiting {
  readonly inferenceId: string;
  readonly request: InvokeEndpointAsyncCommandInput;
  readonly receivedAt: number;
  readonly outputLocation: string;
  readonly failureLocation?: string;
}

/** What the queue needs of its endpoint. */
export interface AsynchronousEndpoint {
  readonly name: string;
  readonly arn: string;
  /** Of the configuration in force. */
  readonly settings: AsyncInferenceConfig;
  /** Variants with instances, and how many all of them have. */
  readonly instances: number;
  choose(): FleetVariant;
  readonly isGone: boolean;
}

/** Why an inference failed, and which metric counts it. */
class InferenceFailure extends Error {
  constructor(
    message: string,
    readonly metric?: 'RequestDownloadFailures' | 'ResponseUploadFailures' | 'ExpiredRequests',
    readonly response?: ModelResponse,
  ) {
    super(message);
  }
}

/**
 * The queue of an asynchronous endpoint: requests wait in it until an instance is free; answers and failures go to S3
 * and to topics, all as the model's role. Source: developer guide, "Asynchronous inference", "Alarms and logs for
 * tracking metrics from asynchronous endpoints".
 */
export class AsynchronousQueue {
  private readonly waiting: Waiting[] = [];
  private atWork = 0;
  /** Requests that an instance works on. */
  private readonly taken = new Set<Waiting>();
  private readonly cancelMetrics: () => void;

  constructor(
    private readonly engine: Engine,
    private readonly endpoint: AsynchronousEndpoint,
  ) {
    // A second before full minutes: an alarm that evaluates the minute finds its datum.
    this.cancelMetrics = engine.platform.clock.schedule(
      (after) => (endpoint.isGone ? undefined : Math.ceil((after + 1_001) / MINUTE) * MINUTE - 1_000),
      () => this.publishBacklog(),
    );
  }

  stop(): void {
    this.cancelMetrics();
    this.waiting.length = 0;
  }

  /** Those at work are among them: they are begun again. */
  state(): readonly Waiting[] {
    return [...this.taken, ...this.waiting];
  }

  take(waiting: readonly Waiting[]): void {
    this.waiting.push(...waiting);
  }

  accept(request: InvokeEndpointAsyncCommandInput): Omit<InvokeEndpointAsyncCommandOutput, '$metadata'> {
    const { S3OutputPath, S3FailurePath } = this.endpoint.settings.OutputConfig ?? {};
    const inline = inlineBody(request);
    if ((request.InputLocation === undefined) === (inline === undefined)) {
      // AWS: sagemaker-hosting/asynchronous-payloads
      throw new AwsError('ValidationError', 'Exactly one of InputLocation and Body must be provided.');
    }
    if (inline !== undefined && inline.length > INLINE_BYTES) {
      // AWS: sagemaker-hosting/asynchronous-payloads
      throw new AwsError(
        'ValidationError',
        `Body exceeds ${INLINE_BYTES} bytes; put the payload into S3 and give its InputLocation.`,
      );
    }
    const { S3OutputPathExtension, Filename } = request as { S3OutputPathExtension?: string; Filename?: string };
    if (S3OutputPathExtension !== undefined || Filename !== undefined) {
      throw new AwsError(
        'ValidationError',
        'S3OutputPathExtension and Filename are not supported by the local account',
      );
    }
    if (S3OutputPath === undefined) {
      throw new AwsError(
        'ValidationError',
        `Endpoint ${this.endpoint.name} has no S3OutputPath, which is not supported by the local account.`,
      );
    }
    const id = randomUUID();
    const below = (path: string, name: string): string => `${path.replace(/\/$/, '')}/${name}`;
    const one: Waiting = {
      inferenceId: request.InferenceId ?? randomUUID(),
      request,
      receivedAt: this.engine.platform.clock.now(),
      outputLocation: below(S3OutputPath, `${id}.out`),
      ...(S3FailurePath === undefined ? {} : { failureLocation: below(S3FailurePath, `${id}-error.out`) }),
    };
    this.waiting.push(one);
    this.work();
    return { InferenceId: one.inferenceId, OutputLocation: one.outputLocation, FailureLocation: one.failureLocation };
  }

  /** Takes from the queue what the instances can do at once. */
  work(): void {
    const each = this.endpoint.settings.ClientConfig?.MaxConcurrentInvocationsPerInstance ?? CONCURRENCY;
    while (this.waiting.length > 0 && this.atWork < this.endpoint.instances * each) {
      const one = this.waiting.shift() as Waiting;
      this.atWork += 1;
      this.taken.add(one);
      const done = Activity.run(this.engine.platform.clock, () => this.infer(one)).finally(() => {
        this.atWork -= 1;
        this.taken.delete(one);
        this.work();
      });
      this.engine.background(`inference ${one.inferenceId}`, done);
    }
  }

  // AWS: sagemaker-hosting/asynchronous-failures-are-told
  private async infer(one: Waiting): Promise<void> {
    const { clock } = this.engine.platform;
    const variant = this.endpoint.choose();
    const session = await RoleSession.take(this.engine.platform, variant.model.roleArn, this.endpoint.arn);
    const put = this.metrics(variant);
    put('TimeInBacklog', (clock.now() - one.receivedAt) * 1_000, 'Microseconds');
    try {
      const response = await this.answer(one, variant, session);
      await this.upload(session, one.outputLocation, response.body, response.contentType, 'ResponseUploadFailures');
      put('InvocationsProcessed', 1, 'Count');
      await this.notify(one, session, put, { contentType: response.contentType });
    } catch (error) {
      put('InvocationFailures', 1, 'Count');
      put('InvocationsProcessed', 1, 'Count');
      const failure = error instanceof InferenceFailure ? error : new InferenceFailure(messageOf(error));
      if (failure.metric) {
        put(failure.metric, 1, 'Count');
      }
      await this.fail(one, session, failure, put);
    }
    put('TotalProcessingTime', clock.now() - one.receivedAt, 'Milliseconds');
  }

  // AWS: sagemaker-hosting/asynchronous-failures-are-told
  private async answer(one: Waiting, variant: FleetVariant, session: RoleSession): Promise<ModelResponse> {
    const { request, receivedAt } = one;
    if (this.engine.platform.clock.now() > receivedAt + (request.RequestTTLSeconds ?? TTL_SECONDS) * 1_000) {
      // AWS: sagemaker-hosting/runtime-asynchronous-requests-expire
      throw new InferenceFailure(
        'ClientError: The request expired in the queue: RequestTTLSeconds has passed.',
        'ExpiredRequests',
      );
    }
    const body = await this.payload(one, session);
    const response = await variant.server
      .invoke(
        { body, contentType: request.ContentType, accept: request.Accept, customAttributes: request.CustomAttributes },
        (request.InvocationTimeoutSeconds ?? TIMEOUT_SECONDS) * 1_000,
      )
      .catch((error: Error) => {
        throw new InferenceFailure(`ServerError: the model did not answer: ${error.message}`);
      });
    const put = this.metrics(variant);
    put('ModelLatency', response.microseconds, 'Microseconds');
    put('Invocation4XXErrors', response.status >= 400 && response.status < 500 ? 1 : 0, 'None');
    put('Invocation5XXErrors', response.status >= 500 ? 1 : 0, 'None');
    if (response.status < 200 || response.status > 299) {
      const kind = response.status < 500 ? 'client' : 'server';
      throw new InferenceFailure(
        `ClientError: Received ${kind} error (${response.status}) from model. See the SageMaker Endpoint logs in your account for more information.`,
        undefined,
        response,
      );
    }
    return response;
  }

  // AWS: sagemaker-hosting/asynchronous-failures-are-told
  private async payload({ request }: Waiting, session: RoleSession): Promise<Uint8Array> {
    const inline = inlineBody(request);
    if (inline !== undefined) {
      return inline;
    }
    const { bucket, key } = parseS3Uri(request.InputLocation ?? '');
    const s3 = session.s3();
    try {
      const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      throw new InferenceFailure(
        `ClientError: S3 download failure for ${request.InputLocation ?? ''}: ${messageOf(error)}`,
        'RequestDownloadFailures',
      );
    } finally {
      s3.destroy();
    }
  }

  // AWS: sagemaker-hosting/asynchronous-failures-are-told
  private async upload(
    session: RoleSession,
    uri: string,
    body: Buffer,
    contentType: string,
    metric?: InferenceFailure['metric'],
  ): Promise<void> {
    const s3 = session.s3();
    try {
      await putObject(s3, { uri, kmsKeyId: this.endpoint.settings.OutputConfig?.KmsKeyId }, body, contentType);
    } catch (error) {
      throw new InferenceFailure(`ClientError: S3 upload failure for ${uri}: ${messageOf(error)}`, metric);
    } finally {
      s3.destroy();
    }
  }

  private async fail(one: Waiting, session: RoleSession, failure: InferenceFailure, put: Put): Promise<void> {
    this.engine.platform.record({
      kind: 'inference',
      summary: `inference ${one.inferenceId} of ${this.endpoint.name} failed: ${failure.message}`,
    });
    if (one.failureLocation !== undefined) {
      // The model's message, or why it was not invoked.
      const { body, contentType } = failure.response ?? {
        body: Buffer.from(failure.message),
        contentType: 'text/plain',
      };
      await this.upload(session, one.failureLocation, body, contentType).catch((error: Error) => {
        this.engine.platform.record({ kind: 'denied', summary: error.message });
        put('ResponseUploadFailures', 1, 'Count');
      });
    }
    await this.notify(one, session, put, { failureReason: failure.message });
  }

  private async notify(
    one: Waiting,
    session: RoleSession,
    put: Put,
    result: { contentType: string } | { failureReason: string },
  ): Promise<void> {
    const { SuccessTopic, ErrorTopic } = this.endpoint.settings.OutputConfig?.NotificationConfig ?? {};
    const topicArn = 'contentType' in result ? SuccessTopic : ErrorTopic;
    if (topicArn === undefined) {
      return;
    }
    try {
      await publishInference(this.engine, session, topicArn, { endpointName: this.endpoint.name, ...one, result });
    } catch (error) {
      put('NotificationFailures', 1, 'Count');
      this.engine.platform.record({
        kind: 'undelivered',
        summary: `inference ${one.inferenceId} could not notify ${topicArn}: ${messageOf(error)}`,
      });
    }
  }

  private metrics(variant: FleetVariant): Put {
    const dimensions = { EndpointName: this.endpoint.name, VariantName: variant.name };
    return (name, value, unit) =>
      this.engine.platform.putMetric({ namespace: 'AWS/SageMaker', name, dimensions, value, unit });
  }

  private publishBacklog(): void {
    const { clock, putMetric } = this.engine.platform;
    const { name, instances } = this.endpoint;
    const backlog = this.waiting.length + this.atWork;
    const put: Put = (metric, value, unit) =>
      putMetric({ namespace: 'AWS/SageMaker', name: metric, dimensions: { EndpointName: name }, value, unit });
    put('ApproximateBacklogSize', backlog, 'Count');
    put('HasBacklogWithoutCapacity', backlog > 0 && instances === 0 ? 1 : 0, 'Count');
    put(
      'ApproximateAgeOfOldestRequest',
      this.waiting.length === 0 ? 0 : (clock.now() - this.waiting[0].receivedAt) / 1_000,
      'Seconds',
    );
    // Nothing can be divided by no instances.
    if (instances > 0) {
      put('ApproximateBacklogSizePerInstance', backlog / instances, 'Count');
    }
  }
}

/** A request whose payload is in S3 has an empty body. */
function inlineBody(request: InvokeEndpointAsyncCommandInput): Uint8Array | undefined {
  const { Body } = request as { Body?: Uint8Array };
  return Body === undefined || Body.length === 0 ? undefined : Body;
}

type Put = (name: string, value: number, unit: string) => void;
