import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

import { answers } from '../blueprint/answers';
import { acknowledgeWildcards } from '../foundation/wildcards';
import { WorkflowFunction } from '../foundation/workflow-function';

export interface SmokeTestProps {
  readonly endpointName: string;
  readonly variantName: string;
  readonly operationsKey: kms.IKey;
  readonly logRetention: logs.RetentionDays;
}

/** Sends recorded flights, judges the answers (DEPLOYCHK-05, DEPLOYCHK-06, SYMPTOM-05). */
export class SmokeTest extends Construct {
  readonly functionArn: string;

  constructor(scope: Construct, id: string, props: SmokeTestProps) {
    super(scope, id);
    const { function: smokeTest, role } = new WorkflowFunction(this, 'Function', {
      name: 'smoke-test',
      description: 'Sends recorded flights to the endpoint and judges what comes back.',
      timeout: Duration.minutes(4),
      environment: {
        ENDPOINT_NAME: props.endpointName,
        VARIANT_NAME: props.variantName,
        // Of both fleets' traffic in a few rounds: enough that 5 % errors would be several errors.
        MINIMUM_INVOCATIONS: '40',
        // A model trained on half a year ranks about 95 % of these pairs the right way; chance is 50 %.
        MINIMUM_CONCORDANCE: '0.7',
      },
      operationsKey: props.operationsKey,
      logRetention: props.logRetention,
      statements: [
        new iam.PolicyStatement({
          sid: 'AskEndpoint',
          actions: ['sagemaker:InvokeEndpoint'],
          resources: [
            Stack.of(this).formatArn({ service: 'sagemaker', resource: 'endpoint', resourceName: props.endpointName }),
          ],
        }),
        new iam.PolicyStatement({
          sid: 'CountInvocations',
          actions: ['cloudwatch:GetMetricStatistics'],
          resources: ['*'],
        }),
      ],
    });
    acknowledgeWildcards(role, { endsWith: '*', reason: 'EV-002: Reading metrics takes no resource (service authorization reference, CloudWatch).' });
    this.functionArn = smokeTest.functionArn;
    answers(this, 'DEPLOYCHK-05', 'DEPLOYCHK-06', 'SYMPTOM-05', 'CUE-01');
  }
}
