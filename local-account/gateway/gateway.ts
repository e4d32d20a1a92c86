import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { PolicyError } from '../iam/policy-error';
import {
  type AnsweredCall,
  AwsError,
  type Credentials,
  type HttpFace,
  type LocalService,
  type Principal,
  type ServiceCall,
} from '../platform';
import type { ServiceModels } from '../service-model';
import type { CallAuthorizer } from './call-authorizer';
import { CALL_TABLE, type Call } from './calls';
import { type Http2Side, speakHttp2 } from './http2';
import { readAll } from './moto';
import { pagedOutput } from './pager';
import { refuseUnsigned, unknownKey, wrongRegion } from './refused-credentials';
import { errorFormat, findTarget, parseInput, type Target } from './request-parser';
import type { ResourceFacts } from './resource-facts';
import type { RequestHead } from './routing';
import { type Reply, serializeError, serializeOutput, type WireFormat } from './serialize';
import { checkSignature, readSignature } from './signature';
import { answerOf } from './store-answer';
import type { ForwardedReply, StoreForwarder } from './store-forwarder';
import { validateInput, validateOutput } from './validate';

/** Services implemented here; their calls never reach the store. */
export const LOCAL_SERVICE_NAMES: ReadonlySet<string> = new Set([
  'sagemaker',
  'sagemaker-runtime',
  'sagemaker-featurestore-runtime',
  'cloudformation',
  'cloudcontrolapi',
  'sts',
  'lambda',
  'events',
  'states',
  'scheduler',
  'application-autoscaling',
  'budgets',
  'cloudtrail',
  'firehose',
  'kinesis',
]);

/** They say ValidationError where other JSON services say ValidationException. */
const RUNTIMES: ReadonlySet<string> = new Set(['sagemaker-runtime', 'sagemaker-featurestore-runtime']);

/** Services with one endpoint for all regions, signed for whichever region it has. */
const GLOBAL_SERVICES: ReadonlySet<string> = new Set([
  'iam',
  'sts',
  'budgets',
  'organizations',
  'route53',
  'cloudfront',
  'ce',
]);

/** How long a call at work may keep others waiting, in milliseconds. */
const CALL_PATIENCE = 10_000;

export interface GatewayOptions {
  readonly models: ServiceModels;
  readonly authorizer: CallAuthorizer;
  readonly facts: ResourceFacts;
  readonly forwarder: StoreForwarder;
  /** Whose an access key is, and what its owner signs with. */
  readonly owner: (accessKeyId: string) => KeyOwner | undefined;
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  /** Every call that was understood, when it has been answered or refused. */
  readonly answered: (call: AnsweredCall) => void;
  /** Records a defect of the local account itself; the caller gets an error, too. */
  readonly defect: (error: Error, where: string) => void;
}

export interface KeyOwner {
  readonly principal: Principal;
  readonly credentials: Credentials;
}

/** A body as its caller wrote it: the SDKs compress what is large where a service takes it (PutMetricData). */
function asWritten(body: Buffer, head: RequestHead): Buffer {
  return head.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

/** The HTTP face: who calls, may they, do it. */
export class Gateway {
  private readonly services = new Map<string, LocalService>();
  private readonly faces: HttpFace[] = [];
  private readonly server: Server;
  private readonly http2: Http2Side;
  private readonly atWork = new Set<Promise<void>>();
  private held: Promise<void> | undefined;

  constructor(private readonly options: GatewayOptions) {
    this.server = createServer((request, response) => void this.serve(request, response));
    // Jobs and endpoints may take their time; the callers have timeouts of their own.
    this.server.requestTimeout = 0;
    this.server.keepAliveTimeout = 30_000;
    this.http2 = speakHttp2(this.server, (request, response) => void this.serve(request, response));
  }

  register(service: LocalService): void {
    this.services.set(service.name, service);
  }

  registerFace(face: HttpFace): void {
    this.faces.push(face);
  }

  /** Every implemented operation, by service: it has a row in the call table, and a handler or the store. */
  operations(): ReadonlyMap<string, readonly string[]> {
    return new Map(
      Object.entries(CALL_TABLE).map(([service, { operations }]) => {
        const local = this.services.get(service);
        const answered = (operation: string): boolean =>
          local === undefined || local.rest === 'store'
            ? !LOCAL_SERVICE_NAMES.has(service)
            : local.operations.has(operation);
        return [service, Object.keys(operations).filter(answered)];
      }),
    );
  }

  /** Listens on the preferred port, or on one the system chooses when that is taken. Answers the port. */
  async listen(preferredPort = 0): Promise<number> {
    try {
      return await this.tryListen(preferredPort);
    } catch (error) {
      if (preferredPort === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
        throw error;
      }
      return this.tryListen(0);
    }
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    this.http2.closeAllConnections();
    await closed;
  }

  /**
   * Runs the task when every call to the store that is at work has ended, while new ones wait. Services of this process
   * go on: they give their state at once, and what they store afterwards waits.
   */
  async alone<T>(task: () => Promise<T>): Promise<T> {
    while (this.held !== undefined) await this.held;
    let release = (): void => undefined;
    this.held = new Promise((done) => {
      release = done;
    });
    try {
      const ended = Promise.all([...this.atWork]).then(() => true);
      if (!(await Promise.race([ended, later(CALL_PATIENCE)])))
        throw new Error(`${this.atWork.size} calls have not ended within ${CALL_PATIENCE / 1000} seconds`);
      return await task();
    } finally {
      this.held = undefined;
      release();
    }
  }

  private async atTheStore<T>(call: () => Promise<T>): Promise<T> {
    while (this.held !== undefined) await this.held;
    const work = call();
    const ended = work.then(
      () => undefined,
      () => undefined,
    );
    this.atWork.add(ended);
    return work.finally(() => this.atWork.delete(ended));
  }

  private tryListen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', () => {
        this.server.off('error', reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const head = requestHead(request);
    const signature = readSignature(head);
    let format: WireFormat = errorFormat(head, signature?.signingName);
    try {
      if (!signature) refuseUnsigned(head, format);
      const owner = this.options.owner(signature.accessKeyId) ?? unknownKey(format);
      const { principal } = owner;
      // Objects are streamed; every other body is small.
      const raw = signature.signingName === 's3' ? undefined : await readAll(request);
      const { region, signingName, expires } = signature;
      if (region !== this.options.region && !GLOBAL_SERVICES.has(signingName))
        wrongRegion(format, region, this.options.region, expires !== undefined);
      checkSignature(head, signature, owner.credentials, raw, format);
      const early = raw && asWritten(raw, head);
      const face = this.faces.find((one) => one.claims(signingName, head.headers));
      if (face !== undefined) {
        const { method, url, headers } = head;
        send(response, await face.handle({ method, url, headers, body: early ?? Buffer.alloc(0), principal }));
        return;
      }
      const target = findTarget(this.options.models, head, signature, early);
      format = target.format;
      if (this.isLocal(target)) {
        await this.serveLocally(
          target,
          head,
          early ?? (await readAll(request)),
          { principal, accessKeyId: signature.accessKeyId },
          requestId,
          response,
        );
      } else {
        await this.forward(
          target,
          head,
          early,
          request,
          { principal, accessKeyId: signature.accessKeyId },
          requestId,
          response,
        );
      }
    } catch (error) {
      // A refused upload must be drained, or the client never reads the response.
      request.resume();
      this.fail(error as Error, format, `${head.method} ${head.path}`, requestId, response);
    }
  }

  private isLocal({ service, operation }: Target): boolean {
    const local = this.services.get(service);
    if (local?.rest === 'store') return local.operations.has(operation);
    return LOCAL_SERVICE_NAMES.has(service) || local !== undefined;
  }

  private async serveLocally(
    target: Target,
    head: RequestHead,
    body: Buffer,
    caller: Caller,
    requestId: string,
    response: ServerResponse,
  ): Promise<void> {
    const { service: name, operation } = target;
    const service = this.services.get(name);
    const model = this.options.models.get(name);
    const shape = model.operations[operation];
    if (!service?.operations.has(operation) || !shape) {
      throw new AwsError('UnsupportedOperation', `${name}:${operation} is not supported by the local account`);
    }
    const input = parseInput(target, head, body, model);
    const call: ServiceCall = { service: name, operation, input, principal: caller.principal, requestId };
    const output = await this.reported(call, caller, head, () => this.handle(service, call, target, head));
    send(response, serializeOutput(model, shape, output, requestId));
  }

  private async handle(
    service: LocalService,
    call: ServiceCall,
    target: Target,
    head: RequestHead,
  ): Promise<Record<string, unknown>> {
    const { service: name, operation, input, principal } = call;
    const model = this.options.models.get(name);
    const shape = model.operations[operation];
    const code = target.format === 'query' ? 'ValidationError' : 'ValidationException';
    validateInput(model, shape.input?.shape, input, RUNTIMES.has(name) ? 'ValidationError' : code);
    await this.options.authorizer.require(this.call(target, input, head, principal));
    const whole = ((await service.handle(call)) ?? {}) as Record<string, unknown>;
    const output = service.ownPages?.has(operation) ? whole : pagedOutput(model, operation, input, whole);
    validateOutput(model, operation, shape.output?.shape, output);
    return output;
  }

  /** Runs a call's work and reports its result. */
  private async reported(
    call: ServiceCall,
    { accessKeyId }: Caller,
    head: RequestHead,
    work: () => Promise<Record<string, unknown>>,
  ): Promise<Record<string, unknown>> {
    const { answered } = this.options;
    const seen = { ...call, accessKeyId, userAgent: head.headers['user-agent'] ?? '-' };
    try {
      const output = await work();
      answered({ ...seen, output });
      return output;
    } catch (error) {
      const { name, message } = error as Error;
      answered({ ...seen, error: { code: error instanceof AwsError ? error.code : name, message } });
      throw error;
    }
  }

  private async forward(
    target: Target,
    head: RequestHead,
    early: Buffer | undefined,
    request: IncomingMessage,
    caller: Caller,
    requestId: string,
    response: ServerResponse,
  ): Promise<void> {
    // An object on its way in is streamed through; every other body is small.
    const streams = target.service === 's3' && (target.operation === 'PutObject' || target.operation === 'UploadPart');
    const body = streams ? undefined : (early ?? (await readAll(request)));
    const input = parseInput(target, head, body, target.model);
    const { service, operation } = target;
    const { principal } = caller;
    const call: ServiceCall = { service, operation, input, principal, requestId };
    let reply: ForwardedReply | undefined;
    await this.reported(call, caller, head, async () => {
      await this.options.authorizer.require(this.call(target, input, head, principal));
      reply = await this.atTheStore(() => this.options.forwarder.forward(call, head, body ?? request));
      return answerOf(reply);
    }).catch((error: Error) => {
      // The caller gets the store's own error unchanged.
      if (reply === undefined) throw error;
    });
    if (reply === undefined) throw new Error(`${service}:${operation} was not answered`);
    await sendForwarded(response, reply);
  }

  private call(target: Target, input: Record<string, unknown>, head: RequestHead, principal: Principal): Call {
    const { region, accountId, partition, facts } = this.options;
    return {
      service: target.service,
      operation: target.operation,
      input,
      headers: head.headers,
      principal,
      region,
      accountId,
      partition,
      facts,
    };
  }

  private fail(error: Error, format: WireFormat, where: string, requestId: string, response: ServerResponse): void {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    let answer: AwsError;
    if (error instanceof AwsError) {
      answer = error;
      if (error.code === 'InternalFailure') {
        this.options.defect(error, where);
      }
    } else if (error instanceof PolicyError) {
      // AWS: iam/policies-are-read-when-they-are-put
      answer = new AwsError(format === 's3' ? 'MalformedPolicy' : 'MalformedPolicyDocument', error.message);
    } else {
      this.options.defect(error, where);
      answer = new AwsError('InternalFailure', `the local account failed on ${where}: ${error.message}`, 500);
    }
    send(response, serializeError(format, answer, requestId, where.slice(where.indexOf(' ') + 1)));
  }
}

interface Caller {
  readonly principal: Principal;
  readonly accessKeyId: string;
}

function requestHead(request: IncomingMessage): RequestHead {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) {
      headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
  }
  // HTTP/2's name of it, by which its clients sign.
  headers.host ??= headers[':authority'] ?? '';
  return { method: request.method ?? 'GET', url, path, query: new URLSearchParams(query), headers };
}

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.statusCode, { ...reply.headers, 'content-length': String(reply.body.length) });
  response.end(reply.body);
}

async function sendForwarded(response: ServerResponse, reply: ForwardedReply): Promise<void> {
  response.writeHead(reply.statusCode, reply.headers);
  if (Buffer.isBuffer(reply.body)) {
    response.end(reply.body);
    return;
  }
  // A client that hangs up ends the transfer, and is no defect.
  await pipeline(reply.body, response).catch(() => response.destroy());
}

function later(milliseconds: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), milliseconds).unref());
}
