import type { Snapshot } from './snapshot/snapshot';

/**
 * What the parts of the local account may ask of each other. The gateway process implements it once;
 * SageMaker, events and CloudFormation receive it and import nothing else of the local account but types.
 */

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The VPC and the endpoint that a request goes through. */
export interface NetworkPath {
  readonly vpcId: string;
  readonly endpointId: string;
}

/** The caller. */
export type Principal =
  | { readonly kind: 'user'; readonly arn: string; readonly accountId: string }
  | {
      readonly kind: 'role';
      readonly roleArn: string;
      /** arn:aws:sts::<account>:assumed-role/<role>/<session> */
      readonly arn: string;
      readonly sessionName: string;
      readonly accountId: string;
      /** Set for requests that come out of a VPC. */
      readonly network?: NetworkPath;
      /** The document of AssumeRole's Policy parameter: the session may do only what it allows too. */
      readonly sessionPolicy?: object;
    }
  | {
      readonly kind: 'service';
      /** Such as events.amazonaws.com. */
      readonly service: string;
      readonly sourceArn?: string;
      /** Some services do not say for whom they act. */
      readonly sourceAccount?: string;
    };

export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/** One call of a service's API, parsed by its botocore model. */
export interface ServiceCall {
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly principal: Principal;
  readonly requestId: string;
}

/** A call that the gateway has answered, with success or an error. */
export interface AnsweredCall extends ServiceCall {
  /** Undefined for a service that acts for itself, without keys. */
  readonly accessKeyId?: string;
  readonly userAgent: string;
  /** The output, if the gateway can read it: no XML of the store, and no streamed payload. */
  readonly output?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly message: string };
}

/**
 * A service that the local account implements itself. Throws AwsError; the gateway validates input and output by the
 * service model.
 */
export interface LocalService {
  /** The signing name: sagemaker, cloudformation, states, events, lambda, ... */
  readonly name: string;
  /** Operations it implements; any other is answered "not supported by the local account". */
  readonly operations: ReadonlySet<string>;
  /** Its other operations are the store's, such as Glue's catalog. @default there are none */
  readonly rest?: 'store';
  /** Lists whose pages it makes itself. The gateway cuts the answers of all others into pages. @default none */
  readonly ownPages?: ReadonlySet<string>;
  /** How its state is saved. @default an account in which it changed something cannot be saved */
  readonly snapshot?: Snapshot | 'no state';
  handle(call: ServiceCall): Promise<unknown>;
}

/** A request that is no operation of a service model. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, as they came in. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly principal: Principal;
}

export interface HttpReply {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** A part of a service that speaks another HTTP API than its model's, such as MLflow's. It asks for permission itself. */
export interface HttpFace {
  claims(signingName: string, headers: Readonly<Record<string, string>>): boolean;
  handle(request: HttpRequest): Promise<HttpReply>;
}

/** An error as AWS words it: code, message, HTTP status. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly statusCode = 400,
    /** What the error says beside its message, such as the OriginalStatusCode of a ModelError. */
    readonly fields?: Readonly<Record<string, unknown>>,
  ) {
    super(message);
    this.name = code;
  }
}

export interface Clock {
  /** Milliseconds since the epoch, virtual. */
  now(): number;
  /** Resolves when the virtual clock has passed `milliseconds`. Rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Runs `task` at each virtual time that `next` gives (undefined: never again). Returns a cancel function. */
  schedule(next: (after: number) => number | undefined, task: (at: number) => Promise<void> | void): () => void;
  /** Real work in progress: the clock does not jump ahead while any is open. */
  working<T>(work: Promise<T>): Promise<T>;
  /** Moves the clock forward, firing what is due in order of its time, each one finished before the next. */
  advance(milliseconds: number): Promise<void>;
}

/** An event on the default bus, as EventBridge delivers it. */
export interface BusEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly resources: readonly string[];
  readonly detail: Record<string, unknown>;
  /** Filled by the bus: version, id, time, region, account. */
}

export interface AuthorizationRequest {
  readonly principal: Principal;
  /** Such as s3:GetObject. */
  readonly action: string;
  /** An ARN, or * for actions that take none. */
  readonly resource: string;
  readonly context?: ConditionContext;
}

export interface Platform {
  /** http://127.0.0.1:<port>; every AWS SDK client of the local account talks to it. */
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  readonly clock: Clock;
  /** Work folder, for this account only; absolute path. */
  readonly folder: string;
  /**
   * Absolute path of the Python interpreter of the hash-locked environment that has the store and the service models.
   */
  readonly python: string;
  /** The interpreter with the libraries of AWS's images: containers run on it. */
  readonly containerPython: string;
  /**
   * A service takes a role, as AWS does before it acts for you: the role's trust policy is evaluated for the service
   * principal (with aws:SourceArn, aws:SourceAccount, where the service sends them). Throws AccessDenied as STS words
   * it.
   */
  assumeRole(service: string, roleArn: string, sessionName: string, sourceArn?: string): Promise<Credentials>;
  /** Keys of the same session for requests that go through a VPC endpoint, whose policy then takes part. */
  throughEndpoint(session: Credentials, network: NetworkPath): Credentials;
  /** Credentials of the account's administrator, for whom nothing is denied by an identity policy. */
  readonly administrator: Credentials;
  /** For what an AWS service reads or stores by itself: the administrator's permissions, and no CloudTrail record. */
  readonly internalCredentials: Credentials;
  /**
   * Evaluates every policy in force and throws AwsError AccessDenied when the answer is no. For hops that are no API
   * call of ours: `hop` names a row of the table of internal hops; what is not in that table is denied with an error
   * that says so.
   */
  authorize(hop: string, request: AuthorizationRequest): void;
  /** Throws where a pipeline step's arguments do not fit the SageMaker operation that it calls. */
  checkStepArguments(operation: string, args: unknown): void;
  /** An AWS service puts an event on the default bus. */
  emit(event: BusEvent): void;
  /** An AWS service publishes a metric datum of its own (AWS/SageMaker, AWS/Lambda, ...); needs no permission. */
  putMetric(datum: {
    namespace: string;
    name: string;
    dimensions: Readonly<Record<string, string>>;
    value: number;
    unit?: string;
    /** Virtual milliseconds. Default: now. */
    at?: number;
  }): void;
  /** An AWS service writes log lines of its own (job logs, function logs). Creates group and stream when absent. */
  log(group: string, stream: string, lines: readonly string[]): void;
  /** Adds an entry to the account's event log. */
  record(entry: { kind: string; summary: string; detail?: unknown }): void;
}
