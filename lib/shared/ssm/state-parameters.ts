import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

import { WorkflowFunction } from '../function/workflow-function';
import type { WorkflowContext } from '../stack/workflow-context';

/** An SSM parameter as other stacks name it: by text, so that no export ties the stacks together. */
export interface StateParameter {
  readonly parameterName: string;
  readonly parameterArn: string;
}

export interface StateParametersProps {
  readonly context: WorkflowContext;
  /**
   * Every name that any configuration may ask for: a parameter that a configuration takes out is still deleted by this
   * function.
   */
  readonly names: readonly string[];
}

/**
 * SSM parameters whose value belongs to runs: which model is live, whether the endpoint sleeps. `AWS::SSM::Parameter`
 * is not for them. Its update handler writes the template's value again whenever any property changes, so a new tag
 * would say "no model is live" (MLOPS-03).
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
      description: 'Creates a parameter once, and deletes it with its stack; never writes its value again.',
      timeout: Duration.minutes(1),
      environment: {},
      statements: [
        new iam.PolicyStatement({
          sid: 'CreateOnce',
          actions: ['ssm:PutParameter'],
          resources: props.names.map((name) => this.arnOf(name)),
          // The function can create a parameter and never change one: releases alone do that.
          conditions: { StringNotEquals: { 'ssm:Overwrite': 'true' } },
        }),
        new iam.PolicyStatement({
          sid: 'TagAndDelete',
          actions: ['ssm:AddTagsToResource', 'ssm:RemoveTagsFromResource', 'ssm:DeleteParameter'],
          resources: props.names.map((name) => this.arnOf(name)),
        }),
      ],
      context: props.context,
    });
  }

  /** A parameter with its value for an account in which nothing has run. */
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
