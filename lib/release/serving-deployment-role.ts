import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { monitoringScheduleName, outcomeScheduleName } from '../monitoring/analysis-job/monitor-names';
import { backlogAlarmName } from '../serving/asynchronous-endpoint';
import type { ServingStage } from '../serving/stage';
import { covers } from '../shared/blueprint/covers';
import { type AllowedWildcard, acknowledgeWildcards } from '../shared/iam/wildcards';
import { acknowledgeInlinePolicies } from '../shared/security/acknowledge';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import type { TrainingStage } from '../training/stage';

export interface ServingDeploymentRoleProps {
  readonly context: WorkflowContext;
  readonly training: TrainingStage;
  readonly serving: ServingStage;
}

/**
 * The role that CloudFormation uses to update the Serving stack in a release (SEC-03: service roles). It may replace
 * the model, the endpoint configuration, the endpoint and its scaling: nothing else depends on the approved package. An
 * update that changes a role or a bucket is denied, because a release deploys a model, not infrastructure (SEC-02:
 * least privilege; BALANCE-06: convenience against least privilege).
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
 */
export class ServingDeploymentRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: ServingDeploymentRoleProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.role = new iam.Role(this, 'Role', {
      description: 'CloudFormation updates the Serving stack as this role when a model is released.',
      // CloudFormation documents no source condition keys for a stack's service role, so the trust policy cannot name
      // the stack. Instead, few may pass the role (iam:PassRole), and only to CloudFormation.
      assumedBy: new iam.ServicePrincipal('cloudformation.amazonaws.com'),
      inlinePolicies: {
        Model: new iam.PolicyDocument({ statements: modelStatements(stack, props) }),
        ...(scales(props) && { Scaling: new iam.PolicyDocument({ statements: scalingStatements(stack, props) }) }),
      },
    });
    acknowledgeInlinePolicies(this.role);
    acknowledgeWildcards(
      this.role,
      {
        pattern: 'model/*livemodel*',
        reason:
          'EV-006: CloudFormation generates the name around the logical id LiveModel; ARNs hold it in lower case.',
      },
      { pattern: 'model/*LiveModel*', reason: 'EV-006: The same name as CloudFormation writes it.' },
      ...(props.context.pattern === 'serverless' ? serverlessWildcards : []),
      ...(props.context.pattern === 'batch' ? [] : endpointWildcards),
      ...(props.serving.monitors === undefined ? [] : monitorWildcards),
      ...(scales(props) ? scalingWildcards : []),
      {
        pattern: `model-package/${props.training.modelPackageGroupName}/*`,
        reason: 'EV-005: Versions of our own model package group.',
      },
    );
    covers(this.role, 'SEC-02', 'SEC-03', 'BALANCE-06', 'TRAP-10');
  }
}

/** Serverless endpoints scale by themselves, and batch has none. */
function scales({ context: { pattern } }: ServingDeploymentRoleProps): boolean {
  return pattern === 'real-time' || pattern === 'asynchronous';
}

const endpointWildcards: AllowedWildcard[] = [
  {
    pattern: 'endpoint-config/*liveendpointconfig*',
    reason: 'EV-006: Generated around the logical id LiveEndpointConfig, in lower case.',
  },
  { pattern: 'endpoint-config/*LiveEndpointConfig*', reason: 'EV-006: The same name as CloudFormation writes it.' },
];

const serverlessWildcards: AllowedWildcard[] = [
  {
    pattern: 'model/*livemodelserverless*',
    reason: 'EV-006: Generated around the logical id LiveModelServerless, in lower case.',
  },
  { pattern: 'model/*LiveModelServerless*', reason: 'EV-006: The same name as CloudFormation writes it.' },
];

const scalingWildcards: AllowedWildcard[] = [
  {
    pattern: 'scalable-target/*',
    reason: 'EV-007: A scalable target gets its id when it is registered; the service namespace is a condition.',
  },
  {
    pattern: '*',
    reason:
      "EV-002: Application Auto Scaling's Describe actions take no resource; what it tries as the caller names none.",
  },
];

/** Kinds of AWS's monitors: as the API calls them, as ARNs do, and the logical id of the definition. */
const monitors = [
  {
    kind: 'DataQuality',
    resource: 'data-quality-job-definition',
    logicalId: 'LiveDataQuality',
    scheduleName: monitoringScheduleName,
  },
  {
    kind: 'ModelQuality',
    resource: 'model-quality-job-definition',
    logicalId: 'LiveModelQuality',
    scheduleName: outcomeScheduleName.quality,
  },
  {
    kind: 'ModelExplainability',
    resource: 'model-explainability-job-definition',
    logicalId: 'LiveModelExplainability',
    scheduleName: outcomeScheduleName.explainability,
  },
  {
    kind: 'ModelBias',
    resource: 'model-bias-job-definition',
    logicalId: 'LiveModelBias',
    scheduleName: outcomeScheduleName.bias,
  },
] as const;

const monitorWildcards: AllowedWildcard[] = monitors.flatMap(({ logicalId, resource }) => [
  {
    pattern: `${resource}/*${logicalId}*`,
    reason: `EV-006: CloudFormation generates the name around the logical id ${logicalId}.`,
  },
  {
    pattern: `${resource}/*${logicalId.toLowerCase()}*`,
    reason: 'EV-006: The same name as SageMaker writes it in ARNs.',
  },
]);

function modelStatements(stack: Stack, props: ServingDeploymentRoleProps): iam.PolicyStatement[] {
  const sagemaker = (resource: string, resourceName: string) =>
    stack.formatArn({ service: 'sagemaker', resource, resourceName });
  // CloudFormation generates names with capitals, SageMaker writes them in ARNs in lower case, and IAM's comparison is
  // case-sensitive.
  const models = [sagemaker('model', '*LiveModel*'), sagemaker('model', '*livemodel*')];
  const configs = [
    sagemaker('endpoint-config', '*LiveEndpointConfig*'),
    sagemaker('endpoint-config', '*liveendpointconfig*'),
  ];
  const endpoint = sagemaker('endpoint', props.serving.endpointName);
  return [
    new iam.PolicyStatement({
      sid: 'ReplaceModel',
      actions: ['sagemaker:DescribeModel', 'sagemaker:DeleteModel'],
      resources: models,
    }),
    new iam.PolicyStatement({
      sid: 'CreateIsolatedModel',
      actions: ['sagemaker:CreateModel'],
      resources: models,
      // Even with a changed template, this role cannot deploy a model that has a network.
      conditions: { Bool: { 'sagemaker:NetworkIsolation': 'true' } },
    }),
    ...(props.context.pattern === 'serverless'
      ? [
          // Serverless inference takes no isolated model: this one alone may be without.
          new iam.PolicyStatement({
            sid: 'CreateServerlessModel',
            actions: ['sagemaker:CreateModel'],
            resources: [sagemaker('model', '*LiveModelServerless*'), sagemaker('model', '*livemodelserverless*')],
          }),
        ]
      : []),
    new iam.PolicyStatement({
      sid: 'DescribeModelPackage',
      actions: ['sagemaker:DescribeModelPackage'],
      resources: [props.training.modelPackageArnPattern],
    }),
    ...(props.context.pattern === 'batch' ? [] : endpointStatements(endpoint, configs, scales(props))),
    new iam.PolicyStatement({
      sid: 'TagServingResources',
      actions: ['sagemaker:AddTags', 'sagemaker:ListTags'],
      resources: props.context.pattern === 'batch' ? models : [endpoint, ...configs, ...models],
    }),
    new iam.PolicyStatement({
      sid: 'PassModelRole',
      actions: ['iam:PassRole'],
      resources: [props.serving.modelRole.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    }),
    ...(props.context.pattern === 'batch' ? [] : [volumeGrant(stack, props.context.dataKey)]),
    ...monitorStatements(stack, props),
  ];
}

/** Where the endpoint scales, the statements for scaling include the two Describe actions on every endpoint. */
function endpointStatements(endpoint: string, configs: readonly string[], readsEvery: boolean): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'ReplaceEndpointConfig',
      actions: [
        'sagemaker:CreateEndpointConfig',
        ...(readsEvery ? [] : ['sagemaker:DescribeEndpointConfig']),
        'sagemaker:DeleteEndpointConfig',
      ],
      resources: [...configs],
    }),
    new iam.PolicyStatement({
      sid: 'ManageEndpoint',
      actions: [
        'sagemaker:CreateEndpoint',
        'sagemaker:UpdateEndpoint',
        ...(readsEvery ? [] : ['sagemaker:DescribeEndpoint']),
        'sagemaker:DeleteEndpoint',
      ],
      // CreateEndpoint and UpdateEndpoint are authorized on the configuration, too.
      resources: [endpoint, ...configs],
    }),
  ];
}

/**
 * SageMaker creates a grant on the key for the endpoint's volumes, with the permissions of the caller that creates or
 * updates the endpoint.
 */
function volumeGrant(stack: Stack, dataKey: kms.IKey): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'EncryptEndpointVolumes',
    actions: ['kms:CreateGrant'],
    resources: [dataKey.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `sagemaker.${stack.region}.amazonaws.com` } },
  });
}

function scalingStatements(stack: Stack, props: ServingDeploymentRoleProps): iam.PolicyStatement[] {
  const targets = stack.formatArn({
    service: 'application-autoscaling',
    resource: 'scalable-target',
    resourceName: '*',
  });
  return [
    new iam.PolicyStatement({
      sid: 'ScaleEndpoint',
      actions: [
        'application-autoscaling:RegisterScalableTarget',
        'application-autoscaling:DeregisterScalableTarget',
        'application-autoscaling:PutScalingPolicy',
        'application-autoscaling:DeleteScalingPolicy',
        'application-autoscaling:TagResource',
        'application-autoscaling:ListTagsForResource',
      ],
      // A scalable target gets its id when it is registered, so the condition names the service instead.
      resources: [targets],
      conditions: { StringEqualsIfExists: { 'application-autoscaling:service-namespace': 'sagemaker' } },
    }),
    new iam.PolicyStatement({
      sid: 'DescribeScaling',
      actions: [
        'application-autoscaling:DescribeScalableTargets',
        'application-autoscaling:DescribeScalingPolicies',
        'application-autoscaling:DescribeScheduledActions',
      ],
      resources: ['*'],
    }),
    // Before it registers a target or a policy, Application Auto Scaling tries these calls as the caller, without
    // parameters. If one is denied, it returns a ValidationException that lists the missing permissions. Such a try
    // names no resource, so both of AWS's pages ask for `*`.
    // https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_permission_validation.html
    // https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-prerequisites.html
    // AWS: application-auto-scaling/validates-as-the-caller
    new iam.PolicyStatement({
      sid: 'AllowAutoScalingPermissionValidation',
      actions: [
        'sagemaker:DescribeEndpoint',
        'sagemaker:DescribeEndpointConfig',
        'sagemaker:UpdateEndpointWeightsAndCapacities',
        'cloudwatch:PutMetricAlarm',
        'cloudwatch:DescribeAlarms',
        'cloudwatch:DeleteAlarms',
      ],
      resources: ['*'],
    }),
    ...(props.context.pattern === 'asynchronous' ? [backlogAlarm(stack, props.serving.endpointName)] : []),
    new iam.PolicyStatement({
      sid: 'CreateScalingServiceLinkedRole',
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [
        stack.formatArn({
          service: 'iam',
          region: '',
          resource: 'role',
          resourceName:
            'aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint',
        }),
      ],
      conditions: { StringEquals: { 'iam:AWSServiceName': 'sagemaker.application-autoscaling.amazonaws.com' } },
    }),
  ];
}

/**
 * Tags of the alarm that starts an instance for an endpoint without instances. It is part of the endpoint's scaling.
 */
function backlogAlarm(stack: Stack, endpointName: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'TagBacklogAlarm',
    actions: ['cloudwatch:TagResource', 'cloudwatch:UntagResource', 'cloudwatch:ListTagsForResource'],
    resources: [
      stack.formatArn({
        service: 'cloudwatch',
        resource: 'alarm',
        resourceName: backlogAlarmName(endpointName),
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
  });
}

function monitorStatements(stack: Stack, props: ServingDeploymentRoleProps): iam.PolicyStatement[] {
  const { monitors: awsMonitors, endpointName } = props.serving;
  if (awsMonitors === undefined) return [];
  const sagemaker = (resource: string, resourceName: string) =>
    stack.formatArn({ service: 'sagemaker', resource, resourceName });
  return [
    ...monitors.map(
      ({ kind, resource, logicalId, scheduleName }) =>
        new iam.PolicyStatement({
          sid: `Schedule${kind}`,
          actions: [
            `sagemaker:Create${kind}JobDefinition`,
            `sagemaker:Describe${kind}JobDefinition`,
            `sagemaker:Delete${kind}JobDefinition`,
            'sagemaker:CreateMonitoringSchedule',
            'sagemaker:DescribeMonitoringSchedule',
            'sagemaker:UpdateMonitoringSchedule',
            'sagemaker:DeleteMonitoringSchedule',
            'sagemaker:AddTags',
            'sagemaker:ListTags',
          ],
          resources: [
            sagemaker(resource, `*${logicalId}*`),
            sagemaker(resource, `*${logicalId.toLowerCase()}*`),
            sagemaker('monitoring-schedule', scheduleName(endpointName)),
          ],
        }),
    ),
    new iam.PolicyStatement({
      sid: 'InvokeConfigFunction',
      actions: ['lambda:InvokeFunction'],
      resources: [awsMonitors.configFunction.functionArn],
    }),
    new iam.PolicyStatement({
      sid: 'PassMonitorRoles',
      actions: ['iam:PassRole'],
      resources: awsMonitors.roles.map(({ roleArn }) => roleArn),
      conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    }),
  ];
}
