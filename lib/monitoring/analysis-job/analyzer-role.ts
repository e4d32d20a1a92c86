import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { DataLakeStage } from '../../data-lake/stage';
import { covers } from '../../shared/blueprint/covers';
import {
  dataKeyStatements,
  instanceMetricStatement,
  logStatements,
  processingNetworkStatements,
  pullStatements,
} from '../../shared/iam/sagemaker-statements';
import { type AllowedWildcard, acknowledgeWildcards, processingNetworkWildcard } from '../../shared/iam/wildcards';
import { acknowledgeInlinePolicies } from '../../shared/security/acknowledge';
import type { WorkflowContext } from '../../shared/stack/workflow-context';

export interface AnalyzerRoleProps {
  readonly context: WorkflowContext;
  readonly lake: DataLakeStage;
  /** Key prefixes of the baselines in the artifacts bucket, each with a slash at its end. */
  readonly baselinePrefixes: readonly string[];
  /** ARN of the steps' code in the deployment bucket. @default none: AWS's image contains its own code */
  readonly codeArn?: string;
  /** Whether the job reads the outcomes of predictions. @default false: the drift analysis needs no labels */
  readonly readsGroundTruth?: boolean;
  /** Whether the job reads a manifest of captures. @default false: it reads all captures below a prefix */
  readonly readsManifests?: boolean;
  /**
   * Whether Model Monitor merges captures with ground truth in a job before the analysis. That job uses the role, too.
   * @default false
   */
  readonly merges?: boolean;
  readonly repositoryArns: readonly string[];
  /**
   * CloudWatch namespace in which Model Monitor publishes with this role. @default none: our own job has no network
   */
  readonly publishesTo?: string;
  /**
   * The endpoint that Clarify creates for its job, outside our subnets. @default none: the job is isolated, in our subnets
   */
  readonly shadowEndpoint?: ShadowEndpoint;
}

/** Names, with wildcards. */
export interface ShadowEndpoint {
  readonly modelNamePattern: string;
  readonly endpoints: string;
  readonly endpointConfigs: string;
}

/** Role of an analysis job: it reads captures and a baseline. It sees requests, so it may write results only. */
export class AnalyzerRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: AnalyzerRoleProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.role = new iam.Role(this, 'Role', {
      description: 'Analysis job: reads captures and a baseline, writes results.',
      assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: {
        Data: new iam.PolicyDocument({ statements: dataStatements(stack, props) }),
        Runtime: new iam.PolicyDocument({
          statements: [
            ...pullStatements(props.repositoryArns),
            ...logStatements(stack, ['/aws/sagemaker/ProcessingJobs']),
            ...(props.shadowEndpoint
              ? shadowEndpointStatements(stack, props.shadowEndpoint)
              : processingNetworkStatements()),
            instanceMetricStatement('/aws/sagemaker/ProcessingJobs'),
            ...metricStatements(props),
          ],
        }),
      },
    });
    acknowledgeInlinePolicies(this.role);
    acknowledgeWildcards(
      this.role,
      { pattern: '/capture/*', reason: 'EV-001: Captures are named by SageMaker, by hour and with a random part.' },
      ...(props.readsGroundTruth
        ? [
            {
              pattern: '/ground-truth/*',
              reason: 'EV-001: Ground truth is filed by the hour in which it was collected.',
            },
          ]
        : []),
      ...(props.merges
        ? [
            {
              pattern: `/${merged}*`,
              reason: 'EV-001: Merged captures are named by SageMaker, by hour and with a random part.',
            },
          ]
        : []),
      ...(props.readsManifests
        ? [{ pattern: `/${manifests}*`, reason: 'EV-001: Each run lists its captures under its own name.' }]
        : []),
      { pattern: '/monitoring/*', reason: "EV-001: Each analysis writes below its own job's name." },
      ...props.baselinePrefixes.map(
        (prefix): AllowedWildcard => ({
          pattern: `/${prefix}*`,
          reason: 'EV-001: Each pipeline execution writes below its own id, each training job below its own name.',
        }),
      ),
      {
        pattern: 'log-group:/aws/sagemaker/ProcessingJobs:*',
        reason: 'EV-003: SageMaker names log streams after jobs.',
      },
      ...(props.shadowEndpoint
        ? [
            ...[
              `endpoint/${props.shadowEndpoint.endpoints}`,
              `endpoint-config/${props.shadowEndpoint.endpointConfigs}`,
            ].map(
              (pattern): AllowedWildcard => ({
                pattern,
                reason: 'EV-008: Clarify chooses the name of its shadow endpoint, with this prefix.',
              }),
            ),
            {
              pattern: `model/${props.shadowEndpoint.modelNamePattern}`,
              reason:
                'EV-006: CloudFormation generates the name around the logical id LiveModel; ARNs hold it in lower case.',
            },
            { pattern: '*', reason: 'EV-002: ECR log-in and metrics support no resource.' },
          ]
        : [processingNetworkWildcard]),
    );
    covers(this.role, 'SEC-02', 'SEC-09', 'SECCHK-07');
  }
}

/** Prefix of the manifests of captures. */
const manifests = 'monitoring/manifests/';
/** Prefix that a merge job writes and the analysis reads. It is below the job definition's output, monitoring/. */
const merged = 'monitoring/merge/';

function dataStatements(stack: Stack, props: AnalyzerRoleProps): iam.PolicyStatement[] {
  const observed = [
    'capture/*',
    ...(props.readsGroundTruth ? ['ground-truth/*'] : []),
    ...(props.readsManifests ? [`${manifests}*`] : []),
    ...(props.merges ? [`${merged}*`] : []),
  ];
  return [
    new iam.PolicyStatement({
      sid: 'ReadCapturesBaselineAndCode',
      actions: ['s3:GetObject'],
      resources: [
        ...observed.map((pattern) => props.lake.capture.arnForObjects(pattern)),
        ...props.baselinePrefixes.map((prefix) => props.lake.artifacts.arnForObjects(`${prefix}*`)),
        ...(props.codeArn === undefined ? [] : [props.codeArn]),
      ],
    }),
    new iam.PolicyStatement({
      sid: 'ListCaptures',
      actions: ['s3:ListBucket'],
      resources: [props.lake.capture.bucketArn],
      conditions: { StringLike: { 's3:prefix': observed } },
    }),
    new iam.PolicyStatement({
      sid: 'ListBaselines',
      actions: ['s3:ListBucket'],
      resources: [props.lake.artifacts.bucketArn],
      conditions: { StringLike: { 's3:prefix': props.baselinePrefixes.map((prefix) => `${prefix}*`) } },
    }),
    ...(props.codeArn === undefined ? [] : [listCode(props.codeArn)]),
    new iam.PolicyStatement({
      sid: 'WriteMonitoringResults',
      actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
      resources: [props.lake.capture.arnForObjects('monitoring/*')],
    }),
    ...dataKeyStatements(stack, props.context.dataKey),
  ];
}

/** SageMaker treats every input as a prefix, even a single object, and lists it before it reads. */
function listCode(codeArn: string): iam.PolicyStatement {
  const [bucketArn, key] = splitObjectArn(codeArn);
  return new iam.PolicyStatement({
    sid: 'ListCode',
    actions: ['s3:ListBucket'],
    resources: [bucketArn],
    conditions: { StringLike: { 's3:prefix': [`${key}*`] } },
  });
}

function splitObjectArn(arn: string): [string, string] {
  const at = arn.lastIndexOf('/');
  return [arn.slice(0, at), arn.slice(at + 1)];
}

function metricStatements(props: AnalyzerRoleProps): iam.PolicyStatement[] {
  if (props.publishesTo === undefined) return [];
  return [
    new iam.PolicyStatement({
      sid: 'PublishMetrics',
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': [props.publishesTo, `/${props.publishesTo}`] } },
    }),
  ];
}

/**
 * The permissions that Clarify needs to create an endpoint of the live model for the duration of the job.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
 */
function shadowEndpointStatements(
  stack: Stack,
  { modelNamePattern, endpoints, endpointConfigs }: ShadowEndpoint,
): iam.PolicyStatement[] {
  const sagemaker = (resource: string, resourceName: string) =>
    stack.formatArn({ service: 'sagemaker', resource, resourceName });
  const config = sagemaker('endpoint-config', endpointConfigs);
  const endpoint = sagemaker('endpoint', endpoints);
  return [
    new iam.PolicyStatement({
      sid: 'DescribeLiveModel',
      actions: ['sagemaker:DescribeModel'],
      resources: [sagemaker('model', modelNamePattern)],
    }),
    new iam.PolicyStatement({
      sid: 'CreateAndDeleteShadowEndpoint',
      actions: [
        'sagemaker:CreateEndpointConfig',
        'sagemaker:DescribeEndpointConfig',
        'sagemaker:DeleteEndpointConfig',
        'sagemaker:CreateEndpoint',
        'sagemaker:DescribeEndpoint',
        'sagemaker:DeleteEndpoint',
        'sagemaker:AddTags',
      ],
      resources: [endpoint, config],
    }),
    new iam.PolicyStatement({
      sid: 'InvokeShadowEndpoint',
      actions: ['sagemaker:InvokeEndpoint'],
      resources: [endpoint],
    }),
  ];
}
