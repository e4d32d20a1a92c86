import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

import { AwsError, type LocalService, type Platform, type ServiceCall } from '../../platform';
import { structuredSnapshot } from '../../snapshot/snapshot';
import type { FunctionInvoker } from '../delivery';
import { ResourceTags } from '../resource-tags';
import { bury } from './dead-letters';
import { type Arrivals, EventSourceMappings } from './event-source/mappings';
import type { Mapping, MappingInput } from './event-source/settings';
import { checkExecutionRole } from './execution-role';
import { type FunctionConfiguration, HostedFunction } from './function';
import { RuntimePool } from './runtime-pool';
import { refuseUndone } from './undone';

interface Code {
  readonly ZipFile?: Uint8Array | string;
  readonly S3Bucket?: string;
  readonly S3Key?: string;
}

interface AsynchronousEvent {
  readonly functionArn: string;
  readonly payload: string;
  /** How often it was tried before. */
  attempt: number;
}

interface Statement {
  readonly Sid: string;
  readonly [member: string]: unknown;
}

/**
 * How often an asynchronous invocation is tried again, and after how long ("Asynchronous invocation", Lambda developer
 * guide).
 */
const ASYNC_RETRY_DELAYS = [60_000, 120_000];

/** AWS Lambda: functions as processes with their role's credentials. */
export class LambdaService implements LocalService, FunctionInvoker {
  readonly name = 'lambda';
  readonly operations = new Set([
    'CreateFunction',
    'UpdateFunctionCode',
    'UpdateFunctionConfiguration',
    'GetFunction',
    'GetFunctionConfiguration',
    'DeleteFunction',
    'ListFunctions',
    'Invoke',
    'AddPermission',
    'RemovePermission',
    'GetPolicy',
    'ListTags',
    'TagResource',
    'UntagResource',
    'ListVersionsByFunction',
    'ListAliases',
    'CreateEventSourceMapping',
    'UpdateEventSourceMapping',
    'DeleteEventSourceMapping',
    'GetEventSourceMapping',
    'ListEventSourceMappings',
    'GetFunctionConcurrency',
    'GetAccountSettings',
  ]);
  private readonly tags = new ResourceTags();
  private readonly functions = new Map<string, HostedFunction>();
  private readonly policies = new Map<string, Statement[]>();
  /** Asynchronous events until they are done with. */
  private readonly pending = new Set<AsynchronousEvent>();
  readonly snapshot = structuredSnapshot(
    this.name,
    () => ({
      tags: this.tags.state(),
      functions: [...this.functions.values()].map((hosted) => hosted.state()),
      policies: this.policies,
      pending: this.pending,
      mappings: this.mappings.state() as Mapping[],
    }),
    ({ tags, functions, policies, pending, mappings }) => {
      this.tags.take(tags);
      for (const one of functions)
        this.functions.set(one.configuration.FunctionName, HostedFunction.of(this.platform, one, this.runtimes));
      for (const [arn, statements] of policies) this.policies.set(arn, statements);
      for (const event of pending) this.pending.add(event);
      this.mappings.take(mappings);
      if (functions.length > 0) this.runtimes.fill();
    },
    {
      // An event is delivered at least once: one at work begins its attempt again.
      resume: () => {
        this.pending.forEach((event) => this.attempt(event));
        this.mappings.resume();
      },
    },
  );

  private readonly runtimes: RuntimePool;
  private readonly mappings: EventSourceMappings;

  /**
   * @param extraEnvironment further environment of every function's process, such as the certificate of the server for
   * custom resources' responses
   * @param arrivals tells event source mappings when a stream has got records
   */
  constructor(
    private readonly platform: Platform,
    extraEnvironment: Readonly<Record<string, string>> = {},
    arrivals: Arrivals = { onArrival: () => () => undefined },
  ) {
    this.runtimes = new RuntimePool(extraEnvironment);
    this.mappings = new EventSourceMappings(platform, arrivals, (name) => mapped(this.find(name)));
  }

  async handle(call: ServiceCall): Promise<unknown> {
    const input = call.input as {
      FunctionName?: string;
      Code?: Code;
      Payload?: Uint8Array;
      InvocationType?: string;
      Resource?: string;
      Tags?: Record<string, string>;
      TagKeys?: string[];
      UUID?: string;
    };
    refuseUndone(call.input);
    switch (call.operation) {
      case 'CreateFunction':
        return this.create(call.input as unknown as FunctionConfiguration & { Code: Code });
      case 'UpdateFunctionCode': {
        const hosted = this.find(input.FunctionName);
        hosted.replaceCode(await this.read(call.input as Code));
        return describe(hosted);
      }
      case 'UpdateFunctionConfiguration': {
        const hosted = this.find(input.FunctionName);
        const change = {
          ...(call.input as unknown as FunctionConfiguration),
          FunctionName: hosted.configuration.FunctionName,
        };
        await checkExecutionRole(this.platform, { ...hosted.configuration, ...change });
        hosted.reconfigure(change);
        return describe(hosted);
      }
      case 'GetFunction':
        return this.getFunction(this.find(input.FunctionName));
      case 'GetFunctionConfiguration':
        return describe(this.find(input.FunctionName));
      case 'ListFunctions':
        return { Functions: [...this.functions.values()].map(describe) };
      case 'DeleteFunction': {
        const hosted = this.find(input.FunctionName);
        hosted.stop();
        this.functions.delete(hosted.configuration.FunctionName);
        this.tags.forget(hosted.arn);
        return {};
      }
      case 'Invoke':
        return this.invoke(input);
      case 'AddPermission':
        return this.addPermission(call.input as unknown as Permission);
      case 'RemovePermission':
        return this.removePermission(call.input as unknown as Permission);
      case 'GetPolicy':
        return { Policy: this.policyOf(this.find(input.FunctionName)) };
      case 'ListVersionsByFunction': {
        const hosted = this.find(input.FunctionName);
        // No version can be published here.
        return { Versions: [{ ...describe(hosted), FunctionArn: `${hosted.arn}:$LATEST` }] };
      }
      case 'ListAliases':
        this.find(input.FunctionName);
        return { Aliases: [] };
      case 'CreateEventSourceMapping': {
        const made = (await this.mappings.create(call.input as MappingInput)) as { EventSourceMappingArn: string };
        this.tags.add(made.EventSourceMappingArn, input.Tags ?? {});
        return made;
      }
      case 'UpdateEventSourceMapping':
        return this.mappings.update(input.UUID ?? '', call.input as MappingInput);
      case 'DeleteEventSourceMapping':
        return this.mappings.delete(input.UUID ?? '');
      case 'GetEventSourceMapping':
        return this.mappings.get(input.UUID ?? '');
      case 'ListEventSourceMappings':
        return { EventSourceMappings: this.mappings.list(call.input as MappingInput) };
      case 'GetFunctionConcurrency':
        this.find(input.FunctionName);
        return {};
      case 'GetAccountSettings':
        return this.accountSettings();
      case 'ListTags':
        return { Tags: this.tags.of(this.tagged(input.Resource)) };
      case 'TagResource':
        this.tags.add(this.tagged(input.Resource), input.Tags ?? {});
        return {};
      case 'UntagResource':
        this.tags.remove(this.tagged(input.Resource), input.TagKeys ?? []);
        return {};
      default:
        throw new Error(`Lambda has no ${call.operation} here`);
    }
  }

  /** An asynchronous event: tried three times, then sent to the function's dead-letter target if there is one. */
  async invokeAsync(functionArn: string, payload: string): Promise<void> {
    this.find(functionArn);
    JSON.parse(payload);
    const event = { functionArn, payload, attempt: 0 };
    this.pending.add(event);
    // The caller gets "202 Accepted" at once; the attempts continue.
    this.attempt(event);
  }

  private attempt(one: AsynchronousEvent): void {
    const { functionArn, payload } = one;
    const { clock } = this.platform;
    void (async () => {
      const hosted = this.find(functionArn);
      const event = JSON.parse(payload) as unknown;
      for (; ; one.attempt += 1) {
        const answer = await clock.working(hosted.invoke(event)).catch((error: Error) => ({
          failure: { errorType: error.name, errorMessage: error.message, trace: [] },
        }));
        if (!answer.failure) return;
        const { FunctionName, DeadLetterConfig } = hosted.configuration;
        this.platform.record({
          kind: 'function-error',
          summary: `${FunctionName}: ${answer.failure.errorType}: ${answer.failure.errorMessage}`,
        });
        const delay = ASYNC_RETRY_DELAYS[one.attempt];
        if (delay === undefined) {
          const target = DeadLetterConfig?.TargetArn;
          if (target)
            await bury(this.platform, {
              target,
              roleArn: hosted.configuration.Role,
              functionArn: hosted.arn,
              payload,
              message: answer.failure.errorMessage,
            });
          return;
        }
        await clock.sleep(delay);
      }
    })()
      .catch((error: Error) =>
        this.platform.record({ kind: 'undelivered', summary: `${functionArn}: ${error.message}` }),
      )
      .finally(() => this.pending.delete(one));
  }

  /** Kills the processes of a function, also in the middle of an event: as when the host below them fails. */
  kill(functionName: string): void {
    this.find(functionName).stop();
  }

  stop(): void {
    this.mappings.stop();
    this.runtimes.stop();
    for (const hosted of this.functions.values()) hosted.stop();
  }

  private getFunction(hosted: HostedFunction): unknown {
    const Tags = this.tags.of(hosted.arn);
    return { Configuration: describe(hosted), ...(Object.keys(Tags).length > 0 ? { Tags } : {}) };
  }

  /** The quotas that every new account has ("Lambda quotas"). */
  private accountSettings(): unknown {
    const sizes = [...this.functions.values()].map(({ codeSize }) => codeSize);
    return {
      AccountLimit: {
        TotalCodeSize: 75 * 1024 ** 3,
        CodeSizeUnzipped: 250 * 1024 ** 2,
        CodeSizeZipped: 50 * 1024 ** 2,
        ConcurrentExecutions: 1000,
        UnreservedConcurrentExecutions: 1000,
      },
      AccountUsage: { TotalCodeSize: sizes.reduce((sum, size) => sum + size, 0), FunctionCount: sizes.length },
    };
  }

  private async create(input: FunctionConfiguration & { Code: Code; Tags?: Record<string, string> }): Promise<unknown> {
    const { Code: code, Tags: _, ...configuration } = input;
    if (this.functions.has(configuration.FunctionName)) {
      throw new AwsError('ResourceConflictException', `Function already exist: ${configuration.FunctionName}`, 409);
    }
    await checkExecutionRole(this.platform, configuration);
    const hosted = new HostedFunction(this.platform, configuration, await this.read(code), this.runtimes);
    this.runtimes.fill();
    this.functions.set(configuration.FunctionName, hosted);
    this.tags.add(hosted.arn, input.Tags ?? {});
    return describe(hosted);
  }

  private async invoke(input: {
    FunctionName?: string;
    Payload?: Uint8Array;
    InvocationType?: string;
    LogType?: string;
  }): Promise<unknown> {
    const hosted = this.find(input.FunctionName);
    const payload = input.Payload && input.Payload.length > 0 ? Buffer.from(input.Payload).toString('utf8') : '{}';
    let event: unknown;
    try {
      event = JSON.parse(payload);
    } catch (error) {
      // AWS: lambda/payloads-are-json
      throw new AwsError(
        'InvalidRequestContentException',
        `Could not parse request body into json: ${(error as Error).message}`,
      );
    }
    if (input.InvocationType === 'DryRun') return { StatusCode: 204 };
    if (input.InvocationType === 'Event') {
      await this.invokeAsync(hosted.arn, payload);
      return { StatusCode: 202 };
    }
    const answer = await hosted.invoke(event);
    const tail = input.LogType === 'Tail' ? { LogResult: tailOf(answer.log) } : {};
    const body = Buffer.from(JSON.stringify(answer.failure ?? answer.result));
    return {
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      Payload: body,
      ...tail,
      ...(answer.failure ? { FunctionError: 'Unhandled' } : {}),
    };
  }

  private async read(code: Code): Promise<Uint8Array> {
    if (code.ZipFile) return typeof code.ZipFile === 'string' ? Buffer.from(code.ZipFile, 'base64') : code.ZipFile;
    const { endpoint, region, internalCredentials } = this.platform;
    const s3 = new S3Client({ endpoint, region, credentials: internalCredentials, maxAttempts: 2 });
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: code.S3Bucket, Key: code.S3Key }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      // AWS: lambda/reads-its-code-once
      throw new AwsError(
        'InvalidParameterValueException',
        `Error occurred while GetObject. S3 Error Message: ${(error as Error).message}`,
      );
    } finally {
      s3.destroy();
    }
  }

  private addPermission(input: Permission): unknown {
    const hosted = this.find(input.FunctionName);
    const statement: Statement = {
      Sid: input.StatementId,
      Effect: 'Allow',
      Principal: input.Principal?.includes('.amazonaws.com') ? { Service: input.Principal } : { AWS: input.Principal },
      Action: input.Action,
      Resource: hosted.arn,
      ...(input.SourceArn ? { Condition: { ArnLike: { 'AWS:SourceArn': input.SourceArn } } } : {}),
    };
    const statements = this.policies.get(hosted.arn) ?? [];
    if (statements.some(({ Sid }) => Sid === input.StatementId)) {
      throw new AwsError(
        'ResourceConflictException',
        `The statement id (${input.StatementId}) provided already exists.`,
        409,
      );
    }
    this.policies.set(hosted.arn, [...statements, statement]);
    return { Statement: JSON.stringify(statement) };
  }

  private removePermission({ FunctionName, StatementId }: Permission): unknown {
    const hosted = this.find(FunctionName);
    this.policies.set(
      hosted.arn,
      (this.policies.get(hosted.arn) ?? []).filter(({ Sid }) => Sid !== StatementId),
    );
    return {};
  }

  private policyOf(hosted: HostedFunction): string {
    const Statement = this.policies.get(hosted.arn) ?? [];
    if (Statement.length === 0)
      throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
    return JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement });
  }

  /** ARN of a function or a mapping. */
  private tagged(resource: string | undefined): string {
    return this.mappings.arnOf(resource) ?? this.find(resource).arn;
  }

  /** By name, ARN, or ARN with a qualifier. */
  private find(nameOrArn: string | undefined): HostedFunction {
    const name = /function:([A-Za-z0-9-_]+)/.exec(nameOrArn ?? '')?.[1] ?? nameOrArn ?? '';
    const hosted = this.functions.get(name);
    if (!hosted) {
      const { partition, region, accountId } = this.platform;
      throw new AwsError(
        'ResourceNotFoundException',
        `Function not found: arn:${partition}:lambda:${region}:${accountId}:function:${name}`,
        404,
      );
    }
    return hosted;
  }
}

function mapped(hosted: HostedFunction) {
  const { Role: roleArn, FunctionName: name } = hosted.configuration;
  return { arn: hosted.arn, roleArn, name, invoke: (event: unknown) => hosted.invoke(event) };
}

interface Permission {
  readonly FunctionName: string;
  readonly StatementId: string;
  readonly Action?: string;
  readonly Principal?: string;
  readonly SourceArn?: string;
}

function describe(hosted: HostedFunction): object {
  const { configuration, arn, lastModified, revisionId, codeSha256, codeSize } = hosted;
  return {
    FunctionName: configuration.FunctionName,
    FunctionArn: arn,
    Runtime: configuration.Runtime,
    Role: configuration.Role,
    Handler: configuration.Handler,
    Description: configuration.Description ?? '',
    Timeout: configuration.Timeout ?? 3,
    MemorySize: configuration.MemorySize ?? 128,
    Environment: configuration.Environment ? { Variables: configuration.Environment.Variables } : undefined,
    LastModified: lastModified,
    Version: '$LATEST',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    RevisionId: revisionId,
    CodeSha256: codeSha256,
    CodeSize: codeSize,
    Architectures: configuration.Architectures ?? ['x86_64'],
    KMSKeyArn: configuration.KMSKeyArn,
    DeadLetterConfig: configuration.DeadLetterConfig,
    LoggingConfig: {
      LogFormat: configuration.LoggingConfig?.LogFormat ?? 'Text',
      LogGroup: hosted.logGroup,
    },
    PackageType: 'Zip',
  };
}

/** The end of an invocation's log, as base64: "the last 4 KB of the execution log" (Invoke, X-Amz-Log-Result). */
function tailOf(lines: readonly string[]): string {
  return Buffer.from(`${lines.join('\n')}\n`)
    .subarray(-4096)
    .toString('base64');
}
