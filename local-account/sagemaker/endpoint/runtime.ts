import { randomUUID } from 'node:crypto';
import type { InvokeEndpointAsyncCommandInput, InvokeEndpointCommandInput } from '@aws-sdk/client-sagemaker-runtime';
import { AwsError, type LocalService, type ServiceCall } from '../../platform';
import { type Engine, now } from '../engine';
import type { Endpoint } from './endpoint';
import type { Endpoints } from './endpoints';
import type { FleetVariant } from './fleet';
import type { Inference } from './model-server';
import { queuedMicroseconds } from './processor-queue';
import { route } from './routing';
import { Serverless } from './serverless';

/** Maximum response time of a real-time request. */
const TIMEOUT_MILLISECONDS = 60_000;
/** Largest body ("InvokeEndpoint", API reference: Body, maximum length). */
const MAXIMUM_BYTES = 6_291_456;

/** ModelError carries the container's response in additional members. */
class ModelError extends AwsError {
  constructor(message: string, fields: Readonly<Record<string, unknown>>) {
    super('ModelError', message, 424, fields);
  }
}

/** Amazon SageMaker AI Runtime. */
export class SageMakerRuntime implements LocalService {
  readonly name = 'sagemaker-runtime';
  readonly operations = new Set(['InvokeEndpoint', 'InvokeEndpointAsync']);
  /** The queues are the endpoints'. */
  readonly snapshot = 'no state';

  constructor(
    private readonly engine: Engine,
    private readonly endpoints: Endpoints,
    private readonly timeoutMilliseconds = TIMEOUT_MILLISECONDS,
  ) {}

  async handle({ operation, input }: ServiceCall): Promise<unknown> {
    return operation === 'InvokeEndpointAsync'
      ? this.invokeAsync(input as unknown as InvokeEndpointAsyncCommandInput)
      : this.invoke(input as unknown as InvokeEndpointCommandInput);
  }

  // AWS: sagemaker-hosting/runtime-answers-validation-error
  private inService(name: string): Endpoint & { fleet: NonNullable<Endpoint['fleet']> } {
    const endpoint = this.endpoints.store.find(name);
    if (!endpoint?.fleet || endpoint.status === 'Deleting') {
      throw new AwsError('ValidationError', `Endpoint ${name} of account ${this.engine.platform.accountId} not found.`);
    }
    return endpoint as Endpoint & { fleet: NonNullable<Endpoint['fleet']> };
  }

  private invokeAsync(input: InvokeEndpointAsyncCommandInput): unknown {
    const { queue, name } = this.inService(input.EndpointName ?? '');
    if (!queue) {
      // AWS: sagemaker-hosting/runtime-answers-validation-error
      throw new AwsError(
        'ValidationError',
        `Endpoint ${name} is not an asynchronous endpoint: invoke it with InvokeEndpoint.`,
      );
    }
    return queue.accept(input);
  }

  private async invoke(input: InvokeEndpointCommandInput): Promise<unknown> {
    const received = process.hrtime.bigint();
    const name = input.EndpointName ?? '';
    const body = Buffer.from((input.Body ?? new Uint8Array()) as Uint8Array);
    if (body.length > MAXIMUM_BYTES) {
      // Refused in front of the service: no code but the status, which clients then show as the code.
      // AWS: sagemaker-hosting/runtime-body-limit
      throw new AwsError('413', `HTTP content length exceeded ${MAXIMUM_BYTES} bytes.`, 413);
    }
    const endpoint = this.inService(name);
    if (endpoint.queue) {
      // AWS: sagemaker-hosting/runtime-answers-validation-error
      throw new AwsError(
        'ValidationError',
        `Endpoint ${name} is an asynchronous endpoint: invoke it with InvokeEndpointAsync.`,
      );
    }
    if (input.TargetModel !== undefined) {
      // AWS: sagemaker-hosting/target-models-need-a-multi-model-endpoint
      throw new AwsError(
        'ValidationError',
        `Endpoint ${name} is not a multi-model endpoint and does not support target model header.`,
      );
    }
    const { fleet, variant } = route(endpoint, endpoint.fleet, input.TargetVariant);
    const response = await this.ask(endpoint, variant, input, body, received);
    const { shadow } = fleet;
    if (shadow && copied(endpoint, shadow.weight / variant.weight)) {
      // The caller does not wait for it; only metrics and data capture see its response.
      const copy = this.ask(endpoint, shadow, input, body, process.hrtime.bigint());
      this.engine.background(`shadow of ${name}`, this.engine.platform.clock.working(copy));
    }
    if (!good(response)) {
      throw this.modelError(endpoint, variant, response);
    }
    return {
      Body: response.body,
      ContentType: response.contentType,
      InvokedProductionVariant: variant.name,
      CustomAttributes: response.customAttributes,
    };
  }

  /** Invokes one variant, publishes its metrics, and captures request and response. */
  private async ask(
    endpoint: Endpoint,
    variant: FleetVariant,
    input: InvokeEndpointCommandInput,
    body: Buffer,
    started: bigint,
  ): Promise<Inference> {
    const elapsed = (): number => Number((process.hrtime.bigint() - started) / 1000n);
    const queued = queuedMicroseconds();
    const at = now(this.engine);
    const request = {
      body,
      contentType: input.ContentType,
      accept: input.Accept,
      customAttributes: input.CustomAttributes,
    };
    const response: Inference = await variant.server.invoke(request, this.timeoutMilliseconds).catch((error: Error) => {
      // Throttled in front of the container.
      if (error instanceof AwsError) throw error;
      const took = { microseconds: elapsed(), elapsedMicroseconds: elapsed() };
      return {
        status: 0,
        body: Buffer.alloc(0),
        contentType: 'text/plain',
        container: variant.model.containers[0].hostname,
        ...took,
      };
    });
    this.measure(
      endpoint,
      variant,
      response,
      elapsed() - response.elapsedMicroseconds - (queuedMicroseconds() - queued),
    );
    if (good(response)) {
      this.endpoints.capture(endpoint, variant)?.add({
        at,
        eventId: randomUUID(),
        inferenceId: input.InferenceId,
        customAttributes: input.CustomAttributes,
        input: { contentType: input.ContentType ?? 'application/octet-stream', body },
        output: { contentType: response.contentType, body: response.body },
      });
    }
    return response;
  }

  /**
   * ModelLatency and OverheadLatency are in microseconds (developer guide, "Monitor SageMaker AI in Amazon
   * CloudWatch").
   */
  private measure(endpoint: Endpoint, variant: FleetVariant, response: Inference, overhead: number): void {
    const dimensions = { EndpointName: endpoint.name, VariantName: variant.name };
    const put = (name: string, value: number, unit: string): void =>
      this.engine.platform.putMetric({ namespace: 'AWS/SageMaker', name, dimensions, value, unit });
    const failed = response.status === 0 || response.status >= 500;
    put('Invocations', 1, 'None');
    if (variant.server instanceof Serverless) {
      put('ServerlessConcurrentExecutionsUtilization', variant.server.utilization, 'None');
      if (response.setupMicroseconds !== undefined) {
        put('ModelSetupTime', response.setupMicroseconds, 'Microseconds');
      }
    } else {
      put('InvocationsPerInstance', 1 / variant.instances, 'None');
    }
    put('Invocation4XXErrors', response.status >= 400 && response.status < 500 ? 1 : 0, 'None');
    put('Invocation5XXErrors', failed ? 1 : 0, 'None');
    put('InvocationModelErrors', response.status < 200 || response.status > 299 ? 1 : 0, 'None');
    put('ModelLatency', response.microseconds, 'Microseconds');
    put('OverheadLatency', Math.max(overhead, 0), 'Microseconds');
  }

  private modelError(endpoint: Endpoint, variant: FleetVariant, response: Inference): ModelError {
    const { partition, region, accountId } = this.engine.platform;
    const group = `/aws/sagemaker/Endpoints/${endpoint.name}`;
    const text = response.body.toString('utf8').slice(0, 2048);
    const see =
      `See https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logEventViewer:group=${group} ` +
      `in account ${accountId} for more information.`;
    const message =
      response.status === 0
        ? `Your invocation timed out while waiting for a response from container ${response.container}. Review the latency metrics for each container in ` +
          'Amazon CloudWatch, resolve the issue, and try again.'
        : `Received ${response.status < 500 ? 'client' : 'server'} error (${response.status}) from ${response.container} with message "${text}". ${see}`;
    return new ModelError(message, {
      OriginalStatusCode: response.status,
      OriginalMessage: text,
      LogStreamArn: `arn:${partition}:logs:${region}:${accountId}:log-group:${group}:log-stream:${variant.logStream}`,
    });
  }
}

const good = ({ status }: Inference): boolean => status >= 200 && status < 300;

/** Whether the shadow gets a copy of this request: its weight is its part of the production variant's traffic. */
function copied(endpoint: Endpoint, share: number): boolean {
  const part = Math.min(share, 1);
  return (
    endpoint.shadowing.choose([
      { target: 'copied', weight: part },
      { target: 'not', weight: 1 - part },
    ]) === 'copied'
  );
}
