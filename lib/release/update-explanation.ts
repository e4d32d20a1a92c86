import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { WorkflowFunction } from '../shared/function/workflow-function';
import { acknowledgeWildcards } from '../shared/iam/wildcards';

export interface UpdateExplanationProps {
  readonly servingStackName: string;
  /** @default no endpoint: batch */
  readonly endpointName?: string;
  readonly operationsKey: kms.IKey;
  readonly logRetention: logs.RetentionDays;
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
    const { function: explanation, role } = new WorkflowFunction(this, 'Function', {
      name: 'explain-update',
      description: 'Reads how an update of the Serving stack ended, and why.',
      timeout: Duration.minutes(1),
      environment: {
        SERVING_STACK: props.servingStackName,
        ...(props.endpointName === undefined ? {} : { ENDPOINT_NAME: props.endpointName }),
      },
      operationsKey: props.operationsKey,
      logRetention: props.logRetention,
      statements: [
        new iam.PolicyStatement({
          sid: 'ReadServingStack',
          actions: [
            'cloudformation:DescribeStackEvents',
            ...(props.endpointName === undefined ? [] : ['cloudformation:DescribeStackResource']),
          ],
          resources: [
            stack.formatArn({
              service: 'cloudformation',
              resource: 'stack',
              resourceName: `${props.servingStackName}/*`,
            }),
          ],
        }),
        ...(props.endpointName === undefined
          ? []
          : [
              new iam.PolicyStatement({
                sid: 'ReadEndpoint',
                actions: ['sagemaker:DescribeEndpoint'],
                resources: [
                  stack.formatArn({ service: 'sagemaker', resource: 'endpoint', resourceName: props.endpointName }),
                ],
              }),
            ]),
      ],
    });
    acknowledgeWildcards(role, {
      endsWith: `stack/${props.servingStackName}/*`,
      reason: "EV-006: CloudFormation appends a generated id to the stack's name.",
    });
    this.functionArn = explanation.functionArn;
  }
}
