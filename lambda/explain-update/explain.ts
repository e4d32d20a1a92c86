/** An event of one resource of a stack. */
export interface ResourceEvent {
  readonly resource: string;
  readonly status: string;
  readonly reason?: string;
}

export interface Explanation {
  /** A quota, capacity or throttling was the cause; the model is not at fault and stays approved. */
  readonly blameless: boolean;
  readonly text: string;
}

/**
 * Quotas, capacity and throttling, in the words of SageMaker, EC2 and CloudFormation's handlers.
 *
 * AWS: sagemaker-hosting/no-instance-for-a-second-fleet
 */
const lackOfCapacity =
  /ResourceLimitExceeded|account-level service limit|LimitExceeded|Insufficient\w*Capacity|CapacityError|Unable to provision requested ML compute capacity|Throttling|Rate exceeded|ServiceUnavailable/i;

/** Why an update was rolled back, from the stack's events since the update began, in any order. */
export function explain(events: readonly ResourceEvent[]): Explanation {
  const failures = events.filter(
    ({ status, reason }) => status.endsWith('_FAILED') && reason !== undefined && !/cancelled/i.test(reason),
  );
  const text = failures.map(({ resource, reason }) => `${resource}: ${reason ?? ''}`).join('; ');
  return {
    blameless: failures.length > 0 && failures.every(({ reason }) => lackOfCapacity.test(reason ?? '')),
    text: `CloudFormation rolled the update back. ${text === '' ? 'No event says why.' : text}`.slice(0, 900),
  };
}

/** SageMaker may restore the previous fleet without an error, so the endpoint's configuration decides. */
export function isInPlace(stackConfiguration: string, endpointConfiguration: string): boolean {
  // SageMaker writes names in ARNs in lower case.
  const name = (one: string): string => (one.split('/').pop() ?? '').toLowerCase();
  return name(stackConfiguration) === name(endpointConfiguration);
}
