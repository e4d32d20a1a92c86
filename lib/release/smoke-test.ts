import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { asynchronousPrefixes } from '../serving/asynchronous-endpoint';
import type { ServingPattern } from '../serving/serving-pattern';
import type { ServingStage } from '../serving/stage';
import { covers } from '../shared/blueprint/covers';
import { WorkflowFunction } from '../shared/function/workflow-function';
import { useDataKeyThroughS3 } from '../shared/iam/key-statements';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import type { WorkflowContext } from '../shared/stack/workflow-context';

export interface SmokeTestProps {
  readonly context: WorkflowContext;
  readonly serving: ServingStage;
  readonly pattern: Exclude<ServingPattern, 'batch'>;
  /** Where an asynchronous endpoint reads requests and writes results. */
  readonly artifacts: s3.IBucket;
}

/**
 * Sends recorded flights to the new version and checks its predictions (DEPLOYCHK-06: why deployments fail; SYMPTOM-05:
 * errors after a deployment). It prepares nothing itself: the endpoint's code must do it as in training (DEPLOYCHK-05:
 * same preparation in training and serving).
 */
export class SmokeTest extends Construct {
  readonly functionArn: string;

  constructor(scope: Construct, id: string, props: SmokeTestProps) {
    super(scope, id);
    const { function: smokeTest, role } = new WorkflowFunction(this, 'Function', {
      name: 'smoke-test',
      description: 'Sends recorded flights to the endpoint and checks the predictions.',
      timeout: Duration.minutes(4),
      environment: {
        ENDPOINT_NAME: props.serving.endpointName,
        VARIANT_NAME: props.serving.variantName,
        ...ways[props.pattern](props),
        // Requests during an update. With 40, an error rate of 5 % is two errors, and the alarm can see it.
        MINIMUM_INVOCATIONS: '40',
        // A model trained on half a year ranks about 95 % of the pairs of recorded flights correctly; chance is 50 %.
        MINIMUM_CONCORDANCE: '0.7',
      },
      context: props.context,
      statements: [
        new iam.PolicyStatement({
          sid: 'InvokeEndpoint',
          actions: [props.pattern === 'asynchronous' ? 'sagemaker:InvokeEndpointAsync' : 'sagemaker:InvokeEndpoint'],
          resources: [
            Stack.of(this).formatArn({
              service: 'sagemaker',
              resource: 'endpoint',
              resourceName: props.serving.endpointName,
            }),
          ],
        }),
        // Only a canary needs proof that requests reached it.
        ...(props.pattern === 'real-time'
          ? [
              new iam.PolicyStatement({
                sid: 'ReadInvocationMetrics',
                actions: ['cloudwatch:GetMetricStatistics'],
                resources: ['*'],
              }),
            ]
          : []),
        ...(props.pattern === 'asynchronous' ? queueStatements(Stack.of(this), props) : []),
      ],
    });
    if (props.pattern === 'real-time') {
      acknowledgeWildcards(role, {
        pattern: '*',
        reason: 'EV-002: Reading metrics takes no resource (service authorization reference, CloudWatch).',
      });
    }
    if (props.pattern === 'asynchronous') {
      const prefixes = [
        `${asynchronousPrefixes.input}/smoke-test`,
        asynchronousPrefixes.output,
        asynchronousPrefixes.failure,
      ];
      acknowledgeWildcards(
        role,
        ...prefixes.map((prefix) => ({
          pattern: `/${prefix}/*`,
          reason: 'EV-001: Requests have random names, and SageMaker names their results.',
        })),
      );
    }
    this.functionArn = smokeTest.functionArn;
    covers(this, 'DEPLOYCHK-05', 'DEPLOYCHK-06', 'SYMPTOM-05', 'CUE-01');
  }
}

/** How the function calls the endpoint of each pattern; its handler reads these variables. */
const ways: Readonly<Record<SmokeTestProps['pattern'], (props: SmokeTestProps) => Readonly<Record<string, string>>>> = {
  // Tests the released version, not a challenger on the same endpoint.
  'real-time': ({ serving }) => ({ TARGET_VARIANT: serving.variantName }),
  serverless: () => ({}),
  asynchronous: ({ artifacts }) => ({
    REQUESTS_BUCKET: artifacts.bucketName,
    REQUESTS_PREFIX: asynchronousPrefixes.input,
  }),
};

function queueStatements(stack: Stack, { artifacts, context }: SmokeTestProps): iam.PolicyStatement[] {
  const { input, output, failure } = asynchronousPrefixes;
  const results = [output, failure].map((prefix) => `${prefix}/*`);
  return [
    new iam.PolicyStatement({
      sid: 'WriteRequests',
      actions: ['s3:PutObject'],
      resources: [artifacts.arnForObjects(`${input}/smoke-test/*`)],
    }),
    new iam.PolicyStatement({
      sid: 'ReadResults',
      actions: ['s3:GetObject'],
      resources: results.map((pattern) => artifacts.arnForObjects(pattern)),
    }),
    new iam.PolicyStatement({
      sid: 'ListResults',
      actions: ['s3:ListBucket'],
      resources: [artifacts.bucketArn],
      conditions: { StringLike: { 's3:prefix': results } },
    }),
    useDataKeyThroughS3(stack, context.dataKey),
  ];
}
