import { type CfnCondition, CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Puts the condition on each resource of a construct: a new account has no model to serve yet. */
export function existsOnlyWith(hasApprovedModel: CfnCondition, construct: IConstruct): void {
  for (const child of construct.node.findAll()) {
    if (child instanceof CfnResource) child.cfnOptions.condition = hasApprovedModel;
  }
}
