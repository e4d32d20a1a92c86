import { CustomResource, type Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

import { covers } from '../blueprint/covers';
import type { WorkflowContext } from '../stack/workflow-context';
import { WorkflowFunction } from './workflow-function';

export interface RemoveOnDeleteProps {
  readonly context: WorkflowContext;
  /** Folder of the function under lambda/. */
  readonly functionName: string;
  readonly description: string;
  readonly timeout: Duration;
  readonly statements: iam.PolicyStatement[];
  /** What to remove; the function gets it unchanged. */
  readonly target: Readonly<Record<string, string | string[]>>;
}

/**
 * Removes resources that the workflow created at run time, when the stack is deleted. CloudFormation does not know
 * them: without this, `cdk destroy` fails at a group that is not empty, or leaves log groups behind (COST-07: what a
 * teardown must remove). Resources that the function still needs are dependencies of `resource`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
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
    // The role's statements are inline, so the function works as long as it and its role exist.
    this.resource.node.addDependency(remover, role);
    covers(this, 'COST-07');
  }
}
