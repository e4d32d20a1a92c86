import { type CfnCondition, CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

import type { WorkflowConfiguration } from '../config';
import type { ProblemSpec } from '../problem/problem-spec';

/**
 * Keys of the Serving template's parameters. Whoever changes what serves gives the new value for one of them and keeps
 * the others; `cdk deploy` keeps them all (it sends UsePreviousValue), so a deployment never changes which model is
 * live.
 */
export const servingParameterKeys = {
  approved: 'ApprovedModelPackage',
  challenger: 'ChallengerModelPackage',
  endpointState: 'EndpointState',
} as const;

/** The SSM parameter that tells everybody else which model package is live, or `none`. */
export function approvedModelParameterName(configuration: WorkflowConfiguration, problem: ProblemSpec): string {
  return `/${configuration.prefix}/${problem.name}/approved-model-package`;
}

/** The SSM parameter that says which package challenges the live one, or `none`. */
export function challengerModelParameterName(configuration: WorkflowConfiguration, problem: ProblemSpec): string {
  return `/${configuration.prefix}/${problem.name}/challenger-model-package`;
}

/** The SSM parameter that names the last package whose release ended well, or `none`. */
export function provenModelParameterName(configuration: WorkflowConfiguration, problem: ProblemSpec): string {
  return `/${configuration.prefix}/${problem.name}/proven-model-package`;
}

/** The SSM parameter that says whether the endpoint is `awake` or `asleep`. */
export function endpointStateParameterName(configuration: WorkflowConfiguration, problem: ProblemSpec): string {
  return `/${configuration.prefix}/${problem.name}/endpoint-state`;
}

/** A new account has no model to serve: what serves one exists only with it. */
export function existsOnlyWith(hasApprovedModel: CfnCondition, construct: IConstruct): void {
  for (const child of construct.node.findAll()) {
    if (child instanceof CfnResource) child.cfnOptions.condition = hasApprovedModel;
  }
}
