import { RetryPolicy, StepDefinition } from './definition';

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

/** How long to wait before trying again; undefined when the policies give up. Each policy counts its own attempts. */
export class Retries {
  private readonly attempts = new Map<RetryPolicy, number>();

  constructor(
    private readonly step: StepDefinition,
    private readonly startedAt: number,
  ) {}

  waitBefore(error: unknown, now: number): number | undefined {
    const types = exceptionTypes(error);
    const policy = this.step.RetryPolicies?.find(({ ExceptionType }) => types.some((type) => [ExceptionType].flat().includes(type)));
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
