import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { unzipSync } from 'fflate';

import { AwsError, type Credentials, type Platform } from '../../platform';
import type { RuntimePool } from './runtime-pool';
import { type Answer, Worker } from './worker';

/** CreateFunction's members that running it depends on. */
export interface FunctionConfiguration {
  readonly FunctionName: string;
  readonly Runtime?: string;
  readonly Role: string;
  readonly Handler?: string;
  readonly Description?: string;
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
  readonly LoggingConfig?: { readonly LogGroup?: string; readonly LogFormat?: string };
  readonly DeadLetterConfig?: { readonly TargetArn?: string };
  readonly Architectures?: readonly string[];
  readonly KMSKeyArn?: string;
}

/**
 * Virtual milliseconds. "Lambda terminates execution environments every few hours" (developer guide, "Execution
 * environment lifecycle").
 */
const ENVIRONMENT_LIVES = 6 * 3_600_000;
/** Processes of one function that may run side by side. */
const CONCURRENCY = 4;

export interface FunctionState {
  readonly configuration: FunctionConfiguration;
  readonly zip: Uint8Array;
  readonly lastModified: string;
  readonly revisionId: string;
}

interface Running {
  readonly worker: Worker;
  readonly since: number;
  readonly stream: string;
}

/** A deployed function: its unpacked code and its processes. */
export class HostedFunction {
  private idle: Running[] = [];
  /** All processes that run this code and configuration, also those at work. */
  private readonly current = new Set<Worker>();
  private busy = 0;
  private readonly waiting: (() => void)[] = [];
  readonly arn: string;
  private readonly folder: string;
  /** They change with code and configuration, and only then. */
  lastModified = '';
  revisionId = '';
  codeSha256 = '';
  codeSize = 0;

  constructor(
    private readonly platform: Platform,
    public configuration: FunctionConfiguration,
    private zip: Uint8Array,
    private readonly runtimes: RuntimePool,
  ) {
    const { partition, region, accountId } = platform;
    this.arn = `arn:${partition}:lambda:${region}:${accountId}:function:${configuration.FunctionName}`;
    this.folder = join(platform.folder, 'functions', configuration.FunctionName);
    if (!configuration.Runtime?.startsWith('nodejs')) {
      throw new AwsError(
        'InvalidParameterValueException',
        `Runtime ${configuration.Runtime ?? 'none'} of ${configuration.FunctionName} is not supported by the local account: it runs nodejs functions`,
      );
    }
    this.unpack(zip);
    this.modified();
  }

  /** One of a snapshot. */
  static of(platform: Platform, { configuration, zip, ...more }: FunctionState, runtimes: RuntimePool): HostedFunction {
    return Object.assign(new HostedFunction(platform, configuration, zip, runtimes), more);
  }

  state(): FunctionState {
    const { configuration, zip, lastModified, revisionId } = this;
    return { configuration, zip, lastModified, revisionId };
  }

  get logGroup(): string {
    return this.configuration.LoggingConfig?.LogGroup ?? `/aws/lambda/${this.configuration.FunctionName}`;
  }

  replaceCode(zip: Uint8Array): void {
    this.retire();
    this.unpack(zip);
    this.modified();
  }

  reconfigure(configuration: FunctionConfiguration): void {
    this.retire();
    this.configuration = { ...this.configuration, ...configuration };
    this.modified();
  }

  private modified(): void {
    // Lambda writes the offset without a colon: 2030-01-15T12:00:00.000+0000.
    this.lastModified = new Date(this.platform.clock.now()).toISOString().replace('Z', '+0000');
    this.revisionId = randomUUID();
  }

  /** Ends every process, also in the middle of an event. */
  stop(): void {
    this.idle = [];
    for (const worker of this.current) worker.kill();
    this.current.clear();
  }

  /** Processes at work finish their event with what they were started with, and take no other. */
  private retire(): void {
    for (const { worker } of this.idle.splice(0)) worker.kill();
    this.current.clear();
  }

  /** Runs one event and writes its log as Lambda does, with the function's role. */
  async invoke(event: unknown): Promise<Answer & { readonly log: readonly string[] }> {
    const running = await this.acquire();
    const requestId = randomUUID();
    const started = performance.now();
    const { Timeout = 3, MemorySize = 128, FunctionName } = this.configuration;
    const { clock } = this.platform;
    const lambda = {
      functionName: FunctionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: this.arn,
      memoryLimitInMB: String(MemorySize),
      awsRequestId: requestId,
      logGroupName: this.logGroup,
      logStreamName: running.stream,
    };
    try {
      const answer = await clock.working(running.worker.invoke(event, Timeout, { lambda, environment: {} }));
      const milliseconds = performance.now() - started;
      const { LoggingConfig } = this.configuration;
      const around = LoggingConfig?.LogFormat === 'JSON' ? jsonPlatformLines : textPlatformLines;
      const { before, after } = around(requestId, milliseconds, answer);
      const log = [...before, ...running.worker.takeLines(), ...after];
      this.writeLog(running.stream, log);
      this.publish(answer, milliseconds);
      return { ...answer, log };
    } finally {
      this.release(running);
    }
  }

  private unpack(zip: Uint8Array): void {
    rmSync(this.folder, { recursive: true, force: true });
    this.zip = zip;
    this.codeSha256 = createHash('sha256').update(zip).digest('base64');
    this.codeSize = zip.length;
    for (const [name, content] of Object.entries(unzipSync(zip))) {
      const path = resolve(this.folder, name);
      if (!path.startsWith(`${this.folder}/`) || name.endsWith('/')) continue;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  }

  private async acquire(): Promise<Running> {
    while (this.busy >= CONCURRENCY) await new Promise<void>((wake) => this.waiting.push(wake));
    this.busy += 1;
    const { clock } = this.platform;
    for (;;) {
      const running = this.idle.pop();
      if (!running) break;
      if (running.worker.alive && clock.now() - running.since < ENVIRONMENT_LIVES) return running;
      running.worker.kill();
      this.current.delete(running.worker);
    }
    try {
      const credentials = await this.platform.assumeRole(
        'lambda.amazonaws.com',
        this.configuration.Role,
        this.configuration.FunctionName,
        this.arn,
      );
      const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
      const worker = new Worker(this.runtimes.take(), this.environment(credentials), this.folder);
      this.current.add(worker);
      return {
        worker,
        since: clock.now(),
        stream: `${day}/[$LATEST]${randomUUID().replaceAll('-', '')}`,
      };
    } catch (error) {
      this.busy -= 1;
      this.waiting.shift()?.();
      throw error;
    }
  }

  private release(running: Running): void {
    this.busy -= 1;
    if (running.worker.alive && this.current.has(running.worker)) this.idle.push(running);
    else running.worker.kill();
    this.waiting.shift()?.();
  }

  /** What Lambda sets, and where AWS is; nothing of the local account's own environment leaks in. */
  private environment(credentials: Credentials): Record<string, string> {
    const { region, endpoint } = this.platform;
    const { FunctionName, MemorySize = 128, Handler = 'index.handler', Environment } = this.configuration;
    return {
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...(credentials.sessionToken ? { AWS_SESSION_TOKEN: credentials.sessionToken } : {}),
      AWS_ENDPOINT_URL: endpoint,
      AWS_LAMBDA_FUNCTION_NAME: FunctionName,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
      AWS_EXECUTION_ENV: `AWS_Lambda_${this.configuration.Runtime ?? ''}`,
      LAMBDA_TASK_ROOT: this.folder,
      _HANDLER: Handler,
      AWS_LAMBDA_LOG_FORMAT: this.configuration.LoggingConfig?.LogFormat ?? 'Text',
      ...Environment?.Variables,
    };
  }

  private writeLog(stream: string, lines: readonly string[]): void {
    const { accountId, region, partition } = this.platform;
    const name = this.configuration.Role.split('/').pop() ?? '';
    const resource = `arn:${partition}:logs:${region}:${accountId}:log-group:${this.logGroup}:log-stream:${stream}`;
    const principal = {
      kind: 'role' as const,
      roleArn: this.configuration.Role,
      arn: `arn:${partition}:sts::${accountId}:assumed-role/${name}/${this.configuration.FunctionName}`,
      sessionName: this.configuration.FunctionName,
      accountId,
    };
    try {
      for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents'])
        this.platform.authorize('function log', { principal, action, resource });
    } catch (error) {
      // Lambda runs a function whose role cannot write its log; the event log says why the log is missing.
      this.platform.record({
        kind: 'log-denied',
        summary: `${this.configuration.FunctionName} cannot write its log: ${(error as Error).message}`,
      });
      return;
    }
    this.platform.log(this.logGroup, stream, lines);
  }

  private publish(answer: Answer, milliseconds: number): void {
    const dimensions = { FunctionName: this.configuration.FunctionName };
    const metric = (name: string, value: number, unit: string) =>
      this.platform.putMetric({ namespace: 'AWS/Lambda', name, dimensions, value, unit });
    metric('Invocations', 1, 'Count');
    metric('Errors', answer.failure ? 1 : 0, 'Count');
    metric('Duration', milliseconds, 'Milliseconds');
  }
}

/** What Lambda itself writes around a function's lines. */
interface PlatformLines {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

function textPlatformLines(requestId: string, milliseconds: number, { failure }: Answer): PlatformLines {
  const timedOut = failure?.errorType === 'Sandbox.Timedout' ? [`${requestId} ${failure.errorMessage}`] : [];
  const report = `REPORT RequestId: ${requestId}\tDuration: ${milliseconds.toFixed(2)} ms\tBilled Duration: ${Math.ceil(milliseconds)} ms`;
  return {
    before: [`START RequestId: ${requestId} Version: $LATEST`],
    after: [...timedOut, `END RequestId: ${requestId}`, report],
  };
}

/** "Lambda Telemetry API Event schema reference": the same as events, for the JSON log format. */
function jsonPlatformLines(requestId: string, milliseconds: number, { failure }: Answer): PlatformLines {
  const line = (type: string, record: object) =>
    JSON.stringify({ time: new Date().toISOString(), type, record: { requestId, ...record } });
  const timedOut = failure?.errorType === 'Sandbox.Timedout';
  const metrics = { durationMs: Number(milliseconds.toFixed(3)), billedDurationMs: Math.ceil(milliseconds) };
  return {
    before: [line('platform.start', { version: '$LATEST' })],
    after: [line('platform.report', { metrics, status: timedOut ? 'timeout' : failure ? 'error' : 'success' })],
  };
}
