import type { WorkflowConfiguration } from '../config';
import type { ProblemSpec } from '../problem/problem-spec';

/**
 * Keys of the Serving template's parameters. A release sets the approved package, and the endpoint's state if the template
 * has one (`idleEndpoint.removeAfterHours`), and keeps the others. `cdk deploy` keeps all of them (it sends
 * UsePreviousValue), so a deployment never changes which model is live.
 */
export const servingParameterKeys = {
  approved: 'ApprovedModelPackage',
  challenger: 'ChallengerModelPackage',
  endpointState: 'EndpointState',
} as const;

/** SSM parameter with the ARN of the live model package, or `none`, for readers other than CloudFormation. */
export function approvedModelParameterName(configuration: WorkflowConfiguration, problem: ProblemSpec): string {
  return `/${configuration.prefix}/${problem.name}/approved-model-package`;
}

/** SSM parameter with the ARN of the challenger package, or `none`. */
export function challengerModelParameterName(configuration: WorkflowConfiguration, problem: ProblemSpec): string {
  return `/${configuration.prefix}/${problem.name}/challenger-model-package`;
}

/** SSM parameter with the ARN of the last package whose release succeeded, or `none`. */
export function provenModelParameterName(configuration: WorkflowConfiguration, problem: ProblemSpec): string {
  return `/${configuration.prefix}/${problem.name}/proven-model-package`;
}

/** SSM parameter with the state of the endpoint: `deployed` or `removed`. */
export function endpointStateParameterName(configuration: WorkflowConfiguration, problem: ProblemSpec): string {
  return `/${configuration.prefix}/${problem.name}/endpoint-state`;
}
