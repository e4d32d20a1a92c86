import type { WorkflowConfiguration } from '../config';

/**
 * Requests per minute for each instance that automatic scaling aims at:
 * SageMakerVariantInvocationsPerInstance = (MAX_RPS * SAFETY_FACTOR) * 60.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-loadtest.html
 */
export function requestsPerMinuteAndInstance(realTime: WorkflowConfiguration['serving']['realTime']): number {
  return realTime.requestsPerSecond * realTime.safetyFactor * 60;
}
