/**
 * The part of Amazon States Language (JSONPath) that the project's state machines use. Definitions are plain objects:
 * they read as the console shows them. CDK's task classes would add statements to the role, some with wildcards; here
 * each role's statements are written by hand, next to the definition.
 *
 * `Name` is the union of a state machine's state names: a misspelled `Next` is a type error.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
 */
export type State<Name extends string = string> = {
  readonly Type: string;
  readonly Next?: Name;
  readonly Default?: Name;
  readonly Choices?: readonly ({ readonly Next: Name } & Readonly<Record<string, unknown>>)[];
  readonly Catch?: readonly Catcher<Name>[];
} & Readonly<Record<string, unknown>>;

export interface Catcher<Name extends string = string> {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath: string | null;
  readonly Next: Name;
}

/** Some of a state machine's states: a definition is put together from several such parts. */
export type States<Name extends string> = Readonly<Partial<Record<Name, State<Name>>>>;

export interface StateMachineDefinition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

/** A definition whose parts name their states by `Name`. Fails where a state leads to one that no part defines. */
export function stateMachineDefinition<Name extends string>(
  definition: Omit<StateMachineDefinition, 'StartAt' | 'States'> & {
    readonly StartAt: Name;
    readonly States: States<Name>;
  },
): StateMachineDefinition {
  const states = definition.States as Readonly<Record<string, State>>;
  const missing = [definition.StartAt, ...Object.values(states).flatMap(nextStates)].filter(
    (name) => states[name] === undefined,
  );
  if (missing.length > 0) throw new Error(`No part of "${definition.Comment}" defines ${missing.join(', ')}`);
  return { ...definition, States: states };
}

/** Every state that may follow a state, its failure paths included. */
export function nextStates({ Next, Default, Choices = [], Catch = [] }: State): string[] {
  return [...Choices.map((choice) => choice.Next), Next, Default, ...Catch.map((one) => one.Next)].filter(
    (name) => name !== undefined,
  );
}

/**
 * Retries throttling and short outages of the called service. Step Functions names an error as the operation's model
 * does. Errors that the model does not name, such as throttling of most services, arrive as the service's base exception
 * (`Ssm.SsmException`). So do refusals that a retry cannot repair: they are retried in vain for about a minute, and the
 * state after the Catch reads their cause.
 *
 * AWS: step-functions/errors-under-the-base-name
 */
export const retryTransient = [
  {
    ErrorEquals: [
      'Lambda.TooManyRequestsException',
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      ...['CloudFormation', 'CloudWatch', 'S3', 'SageMaker', 'Sfn', 'Ssm'].flatMap((service) => [
        `${service}.${service}Exception`,
        `${service}.ThrottlingException`,
      ]),
      'SageMaker.ConflictException',
      'Ssm.InternalServerErrorException',
      'Ssm.TooManyUpdatesException',
      'SNS.AmazonSNSException',
      'SNS.InternalErrorException',
      'SNS.KMSThrottlingException',
      'SNS.ThrottledException',
    ],
    IntervalSeconds: 5,
    MaxAttempts: 4,
    BackoffRate: 2,
    JitterStrategy: 'FULL',
  },
];

/**
 * Retries the start of a job that the state waits for (.sync). Most of SageMaker's refusals, throttling included, arrive
 * as `AmazonSageMakerException`. Repeating a start whose response was lost is safe: the job's name is already taken.
 */
export const retryJobStart = [
  {
    ErrorEquals: [
      'SageMaker.AmazonSageMakerException',
      'SageMaker.SageMakerException',
      'SageMaker.ThrottlingException',
      'SageMaker.ResourceLimitExceededException',
      'SageMaker.SdkClientException',
    ],
    IntervalSeconds: 60,
    MaxAttempts: 3,
    BackoffRate: 2,
    JitterStrategy: 'FULL',
  },
];

/**
 * Stops a job that no state waits for any more. Step Functions stops the job of an execution that is stopped, but not the
 * job of a task that timed out ("Run a Job (.sync)"). A job that has ended or never started refuses the call; then the
 * error that led here stays in `$.error`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
 */
export function stopJob<Name extends string>(
  resource: string,
  parameters: Readonly<Record<string, unknown>>,
  next: Name,
): State<Name> {
  return {
    Type: 'Task',
    Resource: resource,
    Parameters: parameters,
    ResultPath: null,
    TimeoutSeconds: 120,
    Retry: retryTransient,
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: next }],
    Next: next,
  };
}

/**
 * The states after a processing job's task has failed: a job that still runs is stopped. `name` is the JSONPath of the
 * job's name.
 */
export function endProcessingJob<Name extends string>(
  name: string,
  next: Name,
): Record<'DidJobEnd' | 'StopJob', State<Name | 'StopJob'>> {
  return {
    DidJobEnd: {
      Type: 'Choice',
      Choices: [{ Variable: '$.error.Error', StringEquals: 'States.TaskFailed', Next: next }],
      // Otherwise the job takes too long, or its start succeeded and the response was lost.
      Default: 'StopJob',
    },
    StopJob: stopJob('arn:aws:states:::aws-sdk:sagemaker:stopProcessingJob', { 'ProcessingJobName.$': name }, next),
  };
}

/** Any error leads to `next`, with the error's name and cause in `$.error`. */
export function catchAll<Name extends string>(next: Name): Catcher<Name>[] {
  return [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: next }];
}

/** The caught error as text. A timeout has no cause, so its name comes first. */
export const caught = "States.Format('{}: {}', $.error.Error, $.error.Cause)";

/** An AWS API call. The result is dropped unless `select` and `resultPath` say what to keep and where. */
export function call<Name extends string>(
  resource: string,
  parameters: Readonly<Record<string, unknown>>,
  options: {
    readonly select?: Readonly<Record<string, unknown>>;
    readonly resultPath?: string;
    readonly next?: Name;
    readonly onError: Name;
    readonly timeoutSeconds?: number;
    readonly comment?: string;
  },
): State<Name> {
  return {
    Type: 'Task',
    ...(options.comment === undefined ? {} : { Comment: options.comment }),
    Resource: resource,
    Parameters: parameters,
    ...(options.select === undefined ? {} : { ResultSelector: options.select }),
    ResultPath: options.resultPath ?? null,
    TimeoutSeconds: options.timeoutSeconds ?? 120,
    Retry: retryTransient,
    Catch: catchAll(options.onError),
    ...(options.next === undefined ? { End: true } : { Next: options.next }),
  };
}

/** Writes the execution's result into its output: `{ "outcome": { "result": ..., "detail": ... } }`. */
export function outcome<Name extends string>(result: string, detail: string, next: Name): State<Name> {
  const dynamic = detail.startsWith('$.') || detail.startsWith('States.');
  return {
    Type: 'Pass',
    Parameters: { result, [dynamic ? 'detail.$' : 'detail']: detail },
    ResultPath: '$.outcome',
    Next: next,
  };
}
