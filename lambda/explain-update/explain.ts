/** What CloudFormation says of one resource. */
export interface ResourceEvent {
  readonly resource: string;
  readonly status: string;
  readonly reason?: string;
}

export interface Explanation {
  /** The account lacked something; the model is not to blame, and its approval stays. */
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

/** Why an update was rolled back, from the stack's events since it began, in any order. */
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

/**
 * SageMaker may put the old fleet back by itself and be in service again: what counts is the configuration that the
 * endpoint has.
 */
export function isInPlace(stackConfiguration: string, endpointConfiguration: string): boolean {
  // ARNs hold names in lower case.
  const name = (one: string): string => (one.split('/').pop() ?? '').toLowerCase();
  return name(stackConfiguration) === name(endpointConfiguration);
}
