import type { RetryPolicy, StepDefinition } from './definition';

/** What went wrong with a step, in the words of retry policies. */
export function exceptionTypes(error: unknown): string[] {
  const name = error instanceof Error ? error.name : '';
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const message = error instanceof Error ? error.message : String(error);
  return [
    ...(/Throttl|TooManyRequests/.test(name) ? ['Step.THROTTLING'] : []),
    ...(status !== undefined && status >= 500 ? ['Step.SERVICE_FAULT'] : []),
    ...(name === 'ResourceLimitExceeded' ? ['SageMaker.RESOURCE_LIMIT'] : []),
    ...(message.startsWith('InternalServerError') ? ['SageMaker.JOB_INTERNAL_ERROR'] : []),
    ...(message.includes('CapacityError') ? ['SageMaker.CAPACITY_ERROR'] : []),
  ];
}

/**
 * Pipelines tries again by itself after faults of the services that it calls; a step's own policy takes the place of
 * this one.
 */
const ALWAYS: RetryPolicy = { ExceptionType: ['Step.SERVICE_FAULT', 'Step.THROTTLING'] };

/** How long to wait before trying again; undefined when the policies give up. Each policy counts its own attempts. */
// AWS: sagemaker-pipelines/retries
export class Retries {
  private readonly attempts = new Map<RetryPolicy, number>();
  private readonly policies: readonly RetryPolicy[];

  constructor(
    private readonly step: StepDefinition,
    private readonly startedAt: number,
  ) {
    this.policies = [...(step.RetryPolicies ?? []), ALWAYS];
  }

  /** What a failed step adds to its reason when no policy is about a limit that it met. */
  unhandled(error: unknown, executionArn: string): string {
    const limit = exceptionTypes(error).includes('SageMaker.RESOURCE_LIMIT') && this.policyFor(error) === undefined;
    return limit
      ? `\nRetry not appropriate on execution of step with PipelineExecutionArn ${executionArn} and StepId ${this.step.Name}. ` +
          'No retry policy configured for the exception type SAGEMAKER_RESOURCE_LIMIT.'
      : '';
  }

  private policyFor(error: unknown): RetryPolicy | undefined {
    // Tuning jobs try their training jobs again themselves.
    const types = exceptionTypes(error).filter(
      (type) => !(this.step.Type === 'Tuning' && type === 'SageMaker.JOB_INTERNAL_ERROR'),
    );
    return this.policies.find(({ ExceptionType }) => types.some((type) => [ExceptionType].flat().includes(type)));
  }

  waitBefore(error: unknown, now: number): number | undefined {
    const policy = this.policyFor(error);
    if (!policy) {
      return undefined;
    }
    const made = this.attempts.get(policy) ?? 0;
    this.attempts.set(policy, made + 1);
    const expired = policy.ExpireAfterMin !== undefined && now - this.startedAt >= policy.ExpireAfterMin * 60_000;
    if (expired || (policy.ExpireAfterMin === undefined && made >= (policy.MaxAttempts ?? 5))) {
      return undefined;
    }
    return (policy.IntervalSeconds ?? 1) * 1000 * (policy.BackoffRate ?? 2) ** made;
  }
}
