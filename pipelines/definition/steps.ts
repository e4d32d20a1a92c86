import type { Condition } from './conditions';
import { checkJobNamePrefix } from './job-name-prefixes';
import type { StringValue } from './values';

/** Errors of a service that a step calls. */
type ServiceFault = 'Step.SERVICE_FAULT' | 'Step.THROTTLING';
/** Job failures that the script did not cause. */
type JobFault = 'SageMaker.JOB_INTERNAL_ERROR' | 'SageMaker.CAPACITY_ERROR' | 'SageMaker.RESOURCE_LIMIT';

export interface RetryPolicy<Fault extends ServiceFault | JobFault = ServiceFault | JobFault> {
  readonly ExceptionType: readonly Fault[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  /** Either this or `ExpireAfterMin`. */
  readonly MaxAttempts?: number;
  readonly ExpireAfterMin?: number;
}

/** A step of a pipeline: its name, its type, and the arguments of its API call. */
export interface Step {
  readonly name: string;
  readonly type: 'Processing' | 'Training' | 'Tuning' | 'RegisterModel' | 'Condition' | 'Fail';
  readonly description?: string;
  readonly dependsOn?: readonly Step[];
  readonly retryPolicies?: readonly RetryPolicy[];
  /** ISO 8601 duration in which a step with the same arguments reuses the earlier result. */
  readonly cacheFor?: string;
  readonly propertyFiles?: readonly PropertyFile[];
  readonly arguments: Record<string, unknown>;
}

export interface PropertyFile {
  readonly name: string;
  /** Output of the step that contains the file. */
  readonly outputName: string;
  readonly path: string;
}

interface StepOptions {
  readonly description?: string;
  readonly dependsOn?: readonly Step[];
  readonly retryPolicies?: readonly RetryPolicy[];
  readonly cacheFor?: string;
}

/** For steps that call an API without a job: SageMaker has no job failures there. */
export const retryServiceFaults: readonly RetryPolicy<ServiceFault>[] = [
  { ExceptionType: ['Step.SERVICE_FAULT', 'Step.THROTTLING'], IntervalSeconds: 5, BackoffRate: 2, MaxAttempts: 5 },
];

/**
 * An account's quota may be a single instance. A job then waits up to two hours for the previous one, instead of
 * failing the execution.
 */
const retryResourceLimit: RetryPolicy = {
  ExceptionType: ['SageMaker.RESOURCE_LIMIT'],
  IntervalSeconds: 60,
  BackoffRate: 1.5,
  ExpireAfterMin: 120,
};

/** Temporary failures of the platform, never failures of the script. */
export const retryJobFaults: readonly RetryPolicy[] = [
  ...retryServiceFaults,
  {
    ExceptionType: ['SageMaker.JOB_INTERNAL_ERROR', 'SageMaker.CAPACITY_ERROR'],
    IntervalSeconds: 60,
    BackoffRate: 2,
    MaxAttempts: 3,
  },
  retryResourceLimit,
];

/**
 * A tuning job itself restarts its training jobs after an internal error, so a policy for that has no effect.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
 */
export const retryTuningFaults: readonly RetryPolicy[] = [
  ...retryServiceFaults,
  { ExceptionType: ['SageMaker.CAPACITY_ERROR'], IntervalSeconds: 60, BackoffRate: 2, MaxAttempts: 3 },
  retryResourceLimit,
];

export function processingStep(
  name: string,
  options: StepOptions & {
    readonly propertyFiles?: readonly PropertyFile[];
    readonly arguments: Record<string, unknown>;
  },
): Step {
  return { name, type: 'Processing', ...options };
}

export function trainingStep(
  name: string,
  options: StepOptions & { readonly arguments: Record<string, unknown> },
): Step {
  return { name, type: 'Training', ...options };
}

export function tuningStep(name: string, options: StepOptions & { readonly arguments: Record<string, unknown> }): Step {
  return { name, type: 'Tuning', ...options };
}

export function registerModelStep(
  name: string,
  options: Omit<StepOptions, 'retryPolicies' | 'cacheFor'> & {
    readonly retryPolicies?: readonly RetryPolicy<ServiceFault>[];
    readonly arguments: Record<string, unknown>;
  },
): Step {
  return { name, type: 'RegisterModel', ...options };
}

export function conditionStep(
  name: string,
  options: StepOptions & {
    readonly conditions: readonly Condition[];
    readonly ifSteps: readonly Step[];
    readonly elseSteps: readonly Step[];
  },
): Step {
  const { conditions, ifSteps, elseSteps, ...rest } = options;
  return {
    name,
    type: 'Condition',
    ...rest,
    arguments: { Conditions: conditions, IfSteps: ifSteps.map(stepDocument), ElseSteps: elseSteps.map(stepDocument) },
  };
}

export function failStep(name: string, message: StringValue): Step {
  return { name, type: 'Fail', arguments: { ErrorMessage: message } };
}

export function stepDocument(step: Step): Record<string, unknown> {
  if (!/^[A-Za-z0-9](-*[A-Za-z0-9])*$/.test(step.name) || step.name.length > 64) {
    throw new Error(
      `Step name "${step.name}" is not valid for SageMaker: at most 64 letters and digits, with hyphens between them`,
    );
  }
  checkJobNamePrefix(step);
  return {
    Name: step.name,
    Type: step.type,
    ...(step.description ? { Description: step.description } : {}),
    ...(step.dependsOn?.length ? { DependsOn: step.dependsOn.map(({ name }) => name) } : {}),
    ...(step.retryPolicies ? { RetryPolicies: step.retryPolicies } : {}),
    ...(step.cacheFor ? { CacheConfig: { Enabled: true, ExpireAfter: step.cacheFor } } : {}),
    Arguments: step.arguments,
    ...(step.propertyFiles
      ? {
          PropertyFiles: step.propertyFiles.map((file) => ({
            PropertyFileName: file.name,
            OutputName: file.outputName,
            FilePath: file.path,
          })),
        }
      : {}),
  };
}
