import type { Condition } from './conditions';
import { checkJobNamePrefix } from './job-name-prefixes';
import type { StringValue } from './values';

/** Faults of a service that a step calls. */
type ServiceFault = 'Step.SERVICE_FAULT' | 'Step.THROTTLING';
/** How a job fails through no fault of its script. */
type JobFault = 'SageMaker.JOB_INTERNAL_ERROR' | 'SageMaker.CAPACITY_ERROR' | 'SageMaker.RESOURCE_LIMIT';

export interface RetryPolicy<Fault extends ServiceFault | JobFault = ServiceFault | JobFault> {
  readonly ExceptionType: readonly Fault[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  /** This or a number of minutes, not both. */
  readonly MaxAttempts?: number;
  readonly ExpireAfterMin?: number;
}

/** A step of a pipeline: what SageMaker calls it, and the arguments of the API call it makes. */
export interface Step {
  readonly name: string;
  readonly type: 'Processing' | 'Training' | 'Tuning' | 'RegisterModel' | 'Condition' | 'Fail';
  readonly description?: string;
  readonly dependsOn?: readonly Step[];
  readonly retryPolicies?: readonly RetryPolicy[];
  /** ISO 8601 duration in which a run with the same arguments is not repeated. */
  readonly cacheFor?: string;
  readonly propertyFiles?: readonly PropertyFile[];
  readonly arguments: Record<string, unknown>;
}

export interface PropertyFile {
  readonly name: string;
  /** Output of the step that holds the file. */
  readonly outputName: string;
  readonly path: string;
}

interface StepOptions {
  readonly description?: string;
  readonly dependsOn?: readonly Step[];
  readonly retryPolicies?: readonly RetryPolicy[];
  readonly cacheFor?: string;
}

/** For steps that make a call and start no job: SageMaker knows no job faults there. */
export const retryServiceFaults: readonly RetryPolicy<ServiceFault>[] = [
  { ExceptionType: ['Step.SERVICE_FAULT', 'Step.THROTTLING'], IntervalSeconds: 5, BackoffRate: 2, MaxAttempts: 5 },
];

/**
 * An account's quota may be one instance: a job then waits for its predecessor, up to two hours, instead of failing the
 * execution.
 */
const retryResourceLimit: RetryPolicy = {
  ExceptionType: ['SageMaker.RESOURCE_LIMIT'],
  IntervalSeconds: 60,
  BackoffRate: 1.5,
  ExpireAfterMin: 120,
};

/** What passes by itself: the platform's faults, never the script's. */
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
 * A tuning job starts its training jobs again itself after an internal error; a policy for that has no effect ("Retry
 * Policy for Pipeline Steps").
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
      `Step name "${step.name}" is not one that SageMaker accepts: at most 64 letters and digits, hyphens between them`,
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
