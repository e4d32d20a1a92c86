import { CustomResource, type Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

import { answers } from '../blueprint/answers';
import type { WorkflowContext } from '../stack/workflow-context';
import { WorkflowFunction } from './workflow-function';

export interface RemoveOnDeleteProps {
  readonly context: WorkflowContext;
  /** Folder under lambda/ of the function that removes. */
  readonly functionName: string;
  readonly description: string;
  readonly timeout: Duration;
  readonly statements: iam.PolicyStatement[];
  /** What to remove; given to the function as it is. */
  readonly target: Readonly<Record<string, string | string[]>>;
}

/**
 * Removes what the workflow made at run time and CloudFormation therefore does not know, when the stack is deleted:
 * without it `cdk destroy` fails at a group that is not empty, or leaves log groups behind (COST-07). Whatever must
 * still exist meanwhile is made a dependency of the resource.
 */
export class RemoveOnDelete extends Construct {
  readonly resource: CustomResource;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: RemoveOnDeleteProps) {
    super(scope, id);
    const { function: remover, role } = new WorkflowFunction(this, 'Function', {
      name: props.functionName,
      description: props.description,
      timeout: props.timeout,
      environment: {},
      statements: props.statements,
      context: props.context,
    });
    this.role = role;
    this.resource = new CustomResource(this, 'Resource', {
      serviceToken: remover.functionArn,
      resourceType: 'Custom::RemoveOnDelete',
      serviceTimeout: props.timeout,
      properties: { Target: props.target },
    });
    // The role's statements are part of the role, so the function works as long as the function itself is there.
    this.resource.node.addDependency(remover, role);
    answers(this, 'COST-07');
  }
}
