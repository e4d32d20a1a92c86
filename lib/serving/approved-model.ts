import { type CfnCondition, CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

import type { WorkflowConfiguration } from '../config';
import type { ProblemSpec } from '../problem/problem-spec';

/**
 * The SSM parameter that says which model package is live, or `none`. A name, not a reference: it is the default value of a
 * CloudFormation parameter, and a default must be plain text.
 */
export function approvedModelParameterName(configuration: WorkflowConfiguration, problem: ProblemSpec): string {
  return `/${configuration.prefix}/${problem.name}/approved-model-package`;
}

/** The SSM parameter that says which package challenges the live one, or `none`. */
export function challengerModelParameterName(configuration: WorkflowConfiguration, problem: ProblemSpec): string {
  return `/${configuration.prefix}/${problem.name}/challenger-model-package`;
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
