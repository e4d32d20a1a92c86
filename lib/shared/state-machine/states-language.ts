/**
 * The part of Amazon States Language (JSONPath) that the workflow's machines use. Definitions are plain objects on
 * purpose: they read like the console shows them, and what a machine may call stands in its role, written by hand;
 * CDK's task classes would add statements of their own, some of them with wildcards.
 */
export type State = { readonly Type: string } & Readonly<Record<string, unknown>>;

export interface StateMachineDefinition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

/**
 * Throttling and short outages of the called service pass by themselves. Step Functions names an error as the
 * operation's model does; what the model does not name, such as throttling of most services, arrives as the service's
 * base exception (`Ssm.SsmException`), and so do refusals that no retry mends: those are tried in vain for a minute or
 * so, and told apart by their cause in what follows the Catch.
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
 * For jobs that are waited for (.sync). SageMaker's refusals, throttling among them, mostly come as
 * `AmazonSageMakerException`. A start whose answer was lost is safe to repeat: the job's name is taken then.
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
 * Ends a job that nobody waits for any more: Step Functions itself stops the job of an execution that is stopped, not
 * of a task that timed out ("Run a Job (.sync)"). A job that has ended, or never began, refuses; the error that led
 * here stays as it is.
 */
export function stopJob(resource: string, parameters: Readonly<Record<string, unknown>>, next: string): State {
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
 * What follows when a processing job that was waited for is caught, by the path of its name: it has ended, or it is
 * ended here.
 */
export function endProcessingJob(name: string, next: string): Record<string, State> {
  return {
    DidTheJobEnd: {
      Type: 'Choice',
      Choices: [{ Variable: '$.error.Error', StringEquals: 'States.TaskFailed', Next: next }],
      // Else it takes too long, or runs without our having heard of its start.
      Default: 'StopTheJob',
    },
    StopTheJob: stopJob('arn:aws:states:::aws-sdk:sagemaker:stopProcessingJob', { 'ProcessingJobName.$': name }, next),
  };
}

/** Any error goes to `next`, with the error's name and cause in `$.error`. */
export function catchAll(next: string): Readonly<Record<string, unknown>>[] {
  return [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: next }];
}

/** What was caught, in words. A timeout's cause is empty: its name says it. */
export const caught = "States.Format('{}: {}', $.error.Error, $.error.Cause)";

/** An AWS API call. The result is dropped unless `select` says what to keep, and where. */
export function call(
  resource: string,
  parameters: Readonly<Record<string, unknown>>,
  options: {
    readonly select?: Readonly<Record<string, unknown>>;
    readonly resultPath?: string;
    readonly next?: string;
    readonly onError: string;
    readonly timeoutSeconds?: number;
    readonly comment?: string;
  },
): State {
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

/** What became of the execution, as its output: `{ "outcome": { "result": ..., "detail": ... } }`. */
export function outcome(result: string, detail: string, next: string): State {
  const dynamic = detail.startsWith('$.') || detail.startsWith('States.');
  return {
    Type: 'Pass',
    Parameters: { result, [dynamic ? 'detail.$' : 'detail']: detail },
    ResultPath: '$.outcome',
    Next: next,
  };
}
