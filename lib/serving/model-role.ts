import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { DataLakeStage } from '../data-lake/stage';

import { covers } from '../shared/blueprint/covers';
import { keyThroughService } from '../shared/iam/key-statements';
import {
  dataKeyStatements,
  instanceMetricStatement,
  logStatements,
  networkStatements,
  pullStatements,
} from '../shared/iam/sagemaker-statements';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import { acknowledgeInlinePolicies } from '../shared/security/acknowledge';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { asynchronousPrefixes } from './asynchronous-endpoint';
import type { AsynchronousTopics } from './asynchronous-topics';
import { captures, rollsBack } from './serving-pattern';

export interface ModelRoleProps {
  readonly context: WorkflowContext;
  readonly lake: DataLakeStage;
  readonly endpointName: string;
  /** ECR repositories of the model's images. */
  readonly repositoryArns: readonly string[];
  /** Key patterns of batch input in the artifacts bucket. */
  readonly batchInputs: readonly string[];
  /** Topics of an asynchronous endpoint. @default the pattern is another one */
  readonly topics?: AsynchronousTopics;
}

/**
 * Execution role of the model: SageMaker fetches the model, runs it in our subnets, and writes captures and batch
 * predictions with it (SECCHK-01: which role a service uses; SEC-03: service roles). The model's own code is network
 * isolated and never gets these credentials (SECCHK-03: no access keys in containers).
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
 */
export class ModelRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: ModelRoleProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const { pattern } = props.context;
    this.role = new iam.Role(this, 'Role', {
      description: 'Execution role of the live model: endpoint and batch transform.',
      assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: {
        Data: new iam.PolicyDocument({ statements: dataStatements(stack, props) }),
        Runtime: new iam.PolicyDocument({ statements: runtimeStatements(stack, props) }),
        ...(props.topics && {
          Queue: new iam.PolicyDocument({ statements: queueStatements(stack, props, props.topics) }),
        }),
      },
    });
    acknowledgeInlinePolicies(this.role);
    acknowledgeWildcards(
      this.role,
      { pattern: '/models/*', reason: 'EV-001: Training names each artifact after its job.' },
      ...props.batchInputs.map((pattern) => ({
        pattern: `/${pattern}`,
        reason: 'EV-001: Each job reads a folder named after the job, created when it starts.',
      })),
      { pattern: '/batch/output/*', reason: 'EV-001: Each transform job writes under its own name.' },
      ...(captures(pattern)
        ? [
            {
              pattern: '/capture/*',
              reason: 'EV-001: SageMaker names captures by hour and with a random part.',
            },
          ]
        : []),
      ...(props.topics ? asynchronousWildcards : []),
      ...(rollsBack(pattern)
        ? [
            {
              pattern: ':alarm:*',
              reason: 'EV-007: CloudFormation generates the alarm names; the state of an alarm reveals no data.',
            },
          ]
        : []),
      ...[`Endpoints/${props.endpointName}`, 'TransformJobs'].map((group) => ({
        pattern: `log-group:/aws/sagemaker/${group}:*`,
        reason: 'EV-003: SageMaker names log streams after instances and jobs.',
      })),
      {
        pattern: ':network-interface/*',
        reason: 'EV-004: AWS generates the ids of interfaces; the same statement names subnets and security group.',
      },
      {
        pattern: '*',
        reason:
          'EV-002: ECR login, ec2:Describe actions and metrics support no resource; metrics are limited by namespace.',
      },
    );
    covers(this.role, 'SEC-03', 'SECCHK-01', 'ART-04', 'DATA-07');
  }
}

function dataStatements(stack: Stack, { context, lake, batchInputs }: ModelRoleProps): iam.PolicyStatement[] {
  const { artifacts, capture } = lake;
  return [
    new iam.PolicyStatement({
      sid: 'ReadModelsAndBatchInput',
      actions: ['s3:GetObject'],
      resources: ['models/*', ...batchInputs].map((pattern) => artifacts.arnForObjects(pattern)),
    }),
    new iam.PolicyStatement({
      sid: 'WriteCapturesAndPredictions',
      actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
      resources: [
        artifacts.arnForObjects('batch/output/*'),
        ...(captures(context.pattern) ? [capture.arnForObjects('capture/*')] : []),
      ],
    }),
    new iam.PolicyStatement({
      sid: 'ListBatchInput',
      actions: ['s3:ListBucket'],
      resources: [artifacts.bucketArn],
      conditions: { StringLike: { 's3:prefix': [...batchInputs] } },
    }),
    ...dataKeyStatements(stack, context.dataKey),
  ];
}

const asynchronousWildcards = Object.values(asynchronousPrefixes).map((prefix) => ({
  pattern: `/${prefix}/*`,
  reason: 'EV-001: Each request has its own name, and SageMaker names its prediction.',
}));

/**
 * SageMaker fetches requests, writes predictions and sends notifications with the model's role.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-create-endpoint-prerequisites.html
 */
function queueStatements(
  stack: Stack,
  { context, lake }: ModelRoleProps,
  topics: AsynchronousTopics,
): iam.PolicyStatement[] {
  const { artifacts } = lake;
  const { input, output, failure } = asynchronousPrefixes;
  return [
    new iam.PolicyStatement({
      sid: 'ReadRequests',
      actions: ['s3:GetObject'],
      resources: [artifacts.arnForObjects(`${input}/*`)],
    }),
    new iam.PolicyStatement({
      sid: 'WriteResults',
      actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
      resources: [output, failure].map((prefix) => artifacts.arnForObjects(`${prefix}/*`)),
    }),
    new iam.PolicyStatement({
      sid: 'PublishToAsyncTopics',
      actions: ['sns:Publish'],
      resources: [topics.success.topicArn, topics.error.topicArn],
    }),
    keyThroughService(stack, 'sns', context.operationsKey, {
      sid: 'EncryptNotifications',
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    }),
  ];
}

function runtimeStatements(stack: Stack, props: ModelRoleProps): iam.PolicyStatement[] {
  const { pattern, network } = props.context;
  return [
    ...pullStatements(props.repositoryArns),
    ...logStatements(stack, [`/aws/sagemaker/Endpoints/${props.endpointName}`, '/aws/sagemaker/TransformJobs']),
    ...networkStatements(stack, network.subnetIds, network.securityGroup.securityGroupId),
    instanceMetricStatement('/aws/sagemaker/Endpoints', '/aws/sagemaker/TransformJobs'),
    ...(rollsBack(pattern) ? [readAlarms(stack)] : []),
  ];
}

/**
 * Auto-rollback reads the alarms with this role.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
 */
function readAlarms(stack: Stack): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'DescribeRollbackAlarms',
    actions: ['cloudwatch:DescribeAlarms'],
    resources: [
      stack.formatArn({
        service: 'cloudwatch',
        resource: 'alarm',
        resourceName: '*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
  });
}
