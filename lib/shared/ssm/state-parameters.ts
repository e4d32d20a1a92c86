import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

import { WorkflowFunction } from '../function/workflow-function';
import type { WorkflowContext } from '../stack/workflow-context';

/** An SSM parameter for other stacks: names as text, so that no CloudFormation export ties the stacks together. */
export interface StateParameter {
  readonly parameterName: string;
  readonly parameterArn: string;
}

export interface StateParametersProps {
  readonly context: WorkflowContext;
  /**
   * Every name that any configuration may use. The function must still be able to delete a parameter that a changed
   * configuration no longer has.
   */
  readonly names: readonly string[];
}

/**
 * SSM parameters whose values releases write: which model is live, whether the endpoint is removed.
 * `AWS::SSM::Parameter` does not fit. Its update handler writes the template's value again whenever any property
 * changes, so a new tag would set "no model is live" (MLOPS-03: where approvals fit).
 * https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-ssm (UpdateHandler)
 *
 * AWS: ssm/update-writes-the-template-value
 */
export class StateParameters extends Construct {
  private readonly keeper: WorkflowFunction;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: StateParametersProps,
  ) {
    super(scope, id);
    this.keeper = new WorkflowFunction(this, 'Function', {
      name: 'keep-parameter',
      description: 'Creates a parameter once and deletes it with its stack. Never overwrites its value.',
      timeout: Duration.minutes(1),
      environment: {},
      statements: [
        new iam.PolicyStatement({
          sid: 'CreateParameters',
          actions: ['ssm:PutParameter'],
          resources: props.names.map((name) => this.arnOf(name)),
          // The function can create a parameter but not change it: only releases do that.
          conditions: { StringNotEquals: { 'ssm:Overwrite': 'true' } },
        }),
        new iam.PolicyStatement({
          sid: 'TagAndDeleteParameters',
          actions: ['ssm:AddTagsToResource', 'ssm:RemoveTagsFromResource', 'ssm:DeleteParameter'],
          resources: props.names.map((name) => this.arnOf(name)),
        }),
      ],
      context: props.context,
    });
  }

  /** Adds a parameter with its value for an account in which nothing has run. */
  add(
    id: string,
    parameter: { readonly name: string; readonly description: string; readonly initialValue: string },
  ): StateParameter {
    const { function: keeper, role } = this.keeper;
    if (!this.props.names.includes(parameter.name))
      throw new Error(`${parameter.name} is not among the names that the function may write`);
    const resource = new CustomResource(this, id, {
      serviceToken: keeper.functionArn,
      resourceType: 'Custom::StateParameter',
      serviceTimeout: Duration.minutes(2),
      properties: {
        Name: parameter.name,
        Description: parameter.description,
        InitialValue: parameter.initialValue,
        Tags: this.props.context.configuration.tags,
      },
    });
    resource.node.addDependency(keeper, role);
    return { parameterName: parameter.name, parameterArn: this.arnOf(parameter.name) };
  }

  private arnOf(name: string): string {
    return Stack.of(this).formatArn({ service: 'ssm', resource: 'parameter', resourceName: name.replace(/^\//, '') });
  }
}
