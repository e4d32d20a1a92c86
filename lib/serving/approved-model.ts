import type { WorkflowConfiguration } from '../config';
import type { ProblemSpec } from '../problem/problem-spec';

/**
 * The SSM parameter that says which model package is live, or `none`. A name, not a reference: it is the default value of a
 * CloudFormation parameter, and a default must be plain text.
 */
export function approvedModelParameterName(configuration: WorkflowConfiguration, problem: ProblemSpec): string {
  return `/${configuration.prefix}/${problem.name}/approved-model-package`;
}
