import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { PolicyStore } from '../iam/policy-store';
import { AwsError, type BusEvent, type ServiceCall } from '../platform';
import type { ServiceModel, ServiceModels } from '../service-model';
import { checkAlarm } from './alarm-rules';
import { cborAnswer, jsonRequest } from './cbor-bridge';
import { checkMetricData } from './metric-data-rules';
import { type Moto, readAll } from './moto';
import { objectEvent } from './object-events';
import { mirrorPolicies } from './policy-mirror';
import type { ResourceFacts } from './resource-facts';
import type { RequestHead } from './routing';
import { checkMetricQueries, checkMetricStatistics } from './statistic-rules';
import { storeAuthorization } from './store-client';
import type { StoreWriter } from './store-writer';
import { refuseUndone } from './undone-requests';

export interface ForwardedReply {
  readonly statusCode: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | NodeJS.ReadableStream;
}

export interface StoreForwarderOptions {
  readonly moto: Moto;
  readonly models: ServiceModels;
  readonly facts: ResourceFacts;
  readonly writer: StoreWriter;
  readonly policies: PolicyStore;
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  readonly now: () => number;
  readonly emit: (event: BusEvent) => void;
  /** After a call succeeded, for those who watch the store (metric filters, alarms). */
  readonly observed: (call: ServiceCall) => void;
}

/** Headers of one connection, not of the message. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'expect',
  'upgrade',
  'te',
  'proxy-connection',
]);
const READING = /^(Get|List|Describe|Head|BatchGet|Filter|Lookup|Search)/;
const SIGNING_NAMES: Readonly<Record<string, string>> = { cloudwatch: 'monitoring', 'service-quotas': 'servicequotas' };

/** Passes an authorized request on to the store, and does what AWS does around it: default encryption, events. */
export class StoreForwarder {
  constructor(private readonly options: StoreForwarderOptions) {}

  async forward(call: ServiceCall, head: RequestHead, body: Buffer | NodeJS.ReadableStream): Promise<ForwardedReply> {
    const { moto, facts, writer, observed } = this.options;
    refuseUndone(call);
    if (call.service === 'cloudwatch') checkCloudWatch(call, this.options.now());
    if (call.service === 'logs' || call.service === 'cloudwatch') {
      // Who reads logs or metrics sees all that was written before.
      await writer.settled();
    }
    const headers = await this.headers(call, head);
    if (head.headers['smithy-protocol'] !== undefined) {
      return this.forwardCbor(call, headers, this.options.models.get(call.service));
    }
    if (Buffer.isBuffer(body)) {
      // The gateway has read it as its caller wrote it, before the SDK compressed it.
      if (call.service !== 's3') delete headers['content-encoding'];
      headers['content-length'] = String(body.length);
    } else if (head.headers['content-length'] === undefined) {
      headers['transfer-encoding'] = 'chunked';
    }
    const response = await moto.send({ method: head.method, path: head.url, headers, body });
    const statusCode = response.statusCode ?? 500;
    const succeeded = statusCode < 300;
    const answerHeaders = {
      ...forwardable(response),
      'x-amz-request-id': call.requestId,
      'x-amzn-requestid': call.requestId,
    };
    if (succeeded && call.service === 's3' && call.operation === 'GetObject') {
      observed(call);
      return { statusCode, headers: answerHeaders, body: response };
    }
    const answer = await readAll(response);
    if (statusCode >= 500) {
      throw new AwsError(
        'UnsupportedOperation',
        `${call.service}:${call.operation} is not supported by the local account's store (it answered ${statusCode}: ${summary(answer)})`,
      );
    }
    if (succeeded && !READING.test(call.operation)) {
      facts.forget(call.service, call.operation, call.input);
      if (call.operation === 'DeleteLogGroup' || call.operation === 'DeleteLogStream') {
        writer.forgetGroups();
      }
      mirrorPolicies(this.options.policies, this.options, { ...call, answer });
    }
    if (succeeded) {
      observed(call);
      await this.emitObjectEvent(call, response);
    }
    return {
      statusCode,
      headers: { ...answerHeaders, ...(head.method === 'HEAD' ? {} : { 'content-length': String(answer.length) }) },
      body: answer,
    };
  }

  private async forwardCbor(
    call: ServiceCall,
    given: Record<string, string>,
    model: ServiceModel,
  ): Promise<ForwardedReply> {
    const { headers, body } = jsonRequest(model, call.operation, call.input);
    const { 'smithy-protocol': _, 'content-encoding': __, ...rest } = given;
    const message = {
      method: 'POST',
      path: '/',
      headers: { ...rest, ...headers, 'content-length': String(body.length) },
      body,
    };
    const answer = await this.options.moto.call(message);
    const succeeded = answer.statusCode < 300;
    if (succeeded) {
      this.options.observed(call);
    }
    const reply = cborAnswer(model, call.operation, succeeded, answer.body);
    return {
      statusCode: answer.statusCode,
      headers: {
        'content-type': 'application/cbor',
        'smithy-protocol': 'rpc-v2-cbor',
        'content-length': String(reply.length),
        'x-amzn-requestid': call.requestId,
      },
      body: reply,
    };
  }

  private async headers(call: ServiceCall, head: RequestHead): Promise<Record<string, string>> {
    const headers = Object.fromEntries(Object.entries(head.headers).filter(([name]) => !HOP_BY_HOP.has(name)));
    // The store knows one account and checks no signature; it takes service and region from the scope.
    headers.authorization = storeAuthorization(this.options.region, SIGNING_NAMES[call.service] ?? call.service);
    delete headers['x-amz-security-token'];
    if (call.service === 's3' && /^(PutObject|CopyObject|CreateMultipartUpload)$/.test(call.operation)) {
      Object.assign(headers, await this.defaultEncryption(call));
    }
    return headers;
  }

  /** A bucket's default encryption applies to objects that ask for none, and gives the key to those that name none. */
  private async defaultEncryption(call: ServiceCall): Promise<Record<string, string>> {
    const { ServerSideEncryption: algorithm, SSEKMSKeyId: keyId, Bucket: bucket } = call.input;
    if (algorithm === 'AES256' || keyId !== undefined) {
      return {};
    }
    const encryption = await this.options.facts.bucketEncryption(String(bucket));
    if (!encryption) {
      return {};
    }
    return {
      'x-amz-server-side-encryption': 'aws:kms',
      ...(encryption.keyArn ? { 'x-amz-server-side-encryption-aws-kms-key-id': encryption.keyArn } : {}),
      ...(encryption.bucketKey ? { 'x-amz-server-side-encryption-bucket-key-enabled': 'true' } : {}),
    };
  }

  private async emitObjectEvent(call: ServiceCall, response: IncomingMessage): Promise<void> {
    if (call.service !== 's3') {
      return;
    }
    const { facts, partition, accountId, now, emit } = this.options;
    const event = await objectEvent(
      {
        operation: call.operation,
        input: call.input,
        principal: call.principal,
        requestId: call.requestId,
        partition,
        accountId,
        at: now(),
        responseHeaders: response.headers,
      },
      facts,
    );
    if (event) {
      emit(event);
    }
  }
}

function checkCloudWatch({ operation, input }: ServiceCall, now: number): void {
  switch (operation) {
    case 'PutMetricAlarm':
      return checkAlarm(input);
    case 'PutMetricData':
      return checkMetricData(input, now);
    case 'GetMetricData':
      return checkMetricQueries(input);
    case 'GetMetricStatistics':
      return checkMetricStatistics(input);
    default:
  }
}

function forwardable(response: IncomingMessage): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(response.headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

function summary(answer: Buffer): string {
  return answer
    .toString('utf8')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}
