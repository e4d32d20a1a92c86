import { duration } from './cache';
import { type RetryPolicy, refuse, type StepDefinition, type StepType } from './definition';

/**
 * Types whose runs can be taken from the cache, and types that can be tried again ("Caching pipeline steps", "Retry
 * Policy for Pipeline Steps").
 */
const CACHED: readonly StepType[] = ['Processing', 'Training', 'Tuning', 'Transform'];
const RETRIED: readonly StepType[] = [...CACHED, 'Model', 'RegisterModel'];
const OF_EVERY_STEP = ['Step.SERVICE_FAULT', 'Step.THROTTLING'];
const OF_JOBS = ['SageMaker.JOB_INTERNAL_ERROR', 'SageMaker.CAPACITY_ERROR', 'SageMaker.RESOURCE_LIMIT'];

/** Refuses options that a step's type does not have. */
// AWS: sagemaker-pipelines/options-by-step-type
export function checkStepOptions(step: StepDefinition): void {
  const { Name, Type } = step;
  if (step.CacheConfig !== undefined) {
    if (!CACHED.includes(Type)) throw refuse(`step ${Name} of type ${Type} cannot have a CacheConfig`);
    if (step.CacheConfig.ExpireAfter !== undefined) duration(step.CacheConfig.ExpireAfter);
  }
  if (step.PropertyFiles !== undefined && Type !== 'Processing')
    throw refuse(`step ${Name} of type ${Type} cannot have PropertyFiles`);
  if (step.RetryPolicies !== undefined && !RETRIED.includes(Type))
    throw refuse(`step ${Name} of type ${Type} cannot have RetryPolicies`);
  for (const policy of step.RetryPolicies ?? []) checkRetryPolicy(step, policy);
}

// AWS: sagemaker-pipelines/register-model-retries
function checkRetryPolicy({ Name, Type }: StepDefinition, policy: RetryPolicy): void {
  const allowed = CACHED.includes(Type) ? [...OF_EVERY_STEP, ...OF_JOBS] : OF_EVERY_STEP;
  const wrong = [policy.ExceptionType].flat().find((type) => !allowed.includes(type));
  if (wrong !== undefined)
    throw refuse(`the exception type ${wrong} is not supported in a retry policy of step ${Name} of type ${Type}`);
  if (policy.MaxAttempts !== undefined && policy.ExpireAfterMin !== undefined) {
    throw refuse(`a retry policy of step ${Name} has both MaxAttempts and ExpireAfterMin; only one of them is allowed`);
  }
}
