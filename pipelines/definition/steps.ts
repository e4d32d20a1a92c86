import type { Condition } from './conditions';
import type { StringValue } from './values';

export interface RetryPolicy {
  readonly ExceptionType: readonly (
    | 'Step.SERVICE_FAULT'
    | 'Step.THROTTLING'
    | 'SageMaker.JOB_INTERNAL_ERROR'
    | 'SageMaker.CAPACITY_ERROR'
    | 'SageMaker.RESOURCE_LIMIT'
  )[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxAttempts: number;
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

/** What kinds of trouble pass by themselves: the platform's, never the script's. */
export const retryTransientFaults: readonly RetryPolicy[] = [
  { ExceptionType: ['Step.SERVICE_FAULT', 'Step.THROTTLING'], IntervalSeconds: 5, BackoffRate: 2, MaxAttempts: 5 },
  { ExceptionType: ['SageMaker.JOB_INTERNAL_ERROR', 'SageMaker.CAPACITY_ERROR'], IntervalSeconds: 60, BackoffRate: 2, MaxAttempts: 3 },
];

export function processingStep(
  name: string,
  options: StepOptions & { readonly propertyFiles?: readonly PropertyFile[]; readonly arguments: Record<string, unknown> },
): Step {
  return { name, type: 'Processing', ...options };
}

export function trainingStep(name: string, options: StepOptions & { readonly arguments: Record<string, unknown> }): Step {
  return { name, type: 'Training', ...options };
}

export function tuningStep(name: string, options: StepOptions & { readonly arguments: Record<string, unknown> }): Step {
  return { name, type: 'Tuning', ...options };
}

export function registerModelStep(name: string, options: StepOptions & { readonly arguments: Record<string, unknown> }): Step {
  return { name, type: 'RegisterModel', ...options };
}

export function conditionStep(
  name: string,
  options: StepOptions & { readonly conditions: readonly Condition[]; readonly ifSteps: readonly Step[]; readonly elseSteps: readonly Step[] },
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
  if (!/^[A-Za-z0-9](-*[A-Za-z0-9])*$/.test(step.name) || step.name.length > 256) {
    throw new Error(`Step name "${step.name}" is not one that SageMaker accepts: letters and digits, hyphens between them`);
  }
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
