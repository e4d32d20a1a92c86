import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ServingStage } from '../serving/stage';
import { WorkflowFunction } from '../shared/function/workflow-function';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import type { WorkflowContext } from '../shared/stack/workflow-context';

export interface UpdateExplanationProps {
  readonly context: WorkflowContext;
  readonly serving: ServingStage;
}

/**
 * Reads why an update was rolled back, and whether the endpoint really has the configuration of a complete update. If a
 * release fails for lack of an instance, a good model keeps its approval (DEPLOYCHK-07: a new model that performs poorly).
 */
export class UpdateExplanation extends Construct {
  readonly functionArn: string;

  constructor(scope: Construct, id: string, props: UpdateExplanationProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const { context, serving } = props;
    const hasEndpoint = context.pattern !== 'batch';
    const { function: explanation, role } = new WorkflowFunction(this, 'Function', {
      name: 'explain-update',
      description: 'Reads how an update of the Serving stack ended, and why.',
      timeout: Duration.minutes(1),
      environment: {
        SERVING_STACK: serving.stackName,
        ...(hasEndpoint && { ENDPOINT_NAME: serving.endpointName }),
      },
      context,
      statements: [
        new iam.PolicyStatement({
          sid: 'ReadServingStack',
          actions: [
            'cloudformation:DescribeStackEvents',
            ...(hasEndpoint ? ['cloudformation:DescribeStackResource'] : []),
          ],
          resources: [
            stack.formatArn({
              service: 'cloudformation',
              resource: 'stack',
              resourceName: `${serving.stackName}/*`,
            }),
          ],
        }),
        ...(hasEndpoint
          ? [
              new iam.PolicyStatement({
                sid: 'DescribeEndpoint',
                actions: ['sagemaker:DescribeEndpoint'],
                resources: [
                  stack.formatArn({ service: 'sagemaker', resource: 'endpoint', resourceName: serving.endpointName }),
                ],
              }),
            ]
          : []),
      ],
    });
    acknowledgeWildcards(role, {
      pattern: `stack/${serving.stackName}/*`,
      reason: "EV-006: CloudFormation appends a generated id to the stack's name.",
    });
    this.functionArn = explanation.functionArn;
  }
}
