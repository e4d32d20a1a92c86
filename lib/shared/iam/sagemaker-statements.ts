import { ArnFormat, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { useDataKeyThroughS3 } from './key-statements';

/** Statements that every execution role of a job or model needs, apart from those on its data. */

export function pullStatements(repositoryArns: readonly string[]): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'GetEcrAuthorizationToken',
      actions: ['ecr:GetAuthorizationToken'],
      resources: ['*'],
    }),
    new iam.PolicyStatement({
      sid: 'PullImage',
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
      resources: [...repositoryArns],
    }),
  ];
}

export function logStatements(stack: Stack, logGroupNames: readonly string[]): iam.PolicyStatement[] {
  // In a policy, a log group's ARN ends with :* and so covers its streams (CloudWatch Logs user guide, "Amazon Resource
  // Names").
  const groups = logGroupNames.map((name) =>
    stack.formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `${name}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
  return [
    new iam.PolicyStatement({
      sid: 'WriteLogs',
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      resources: groups,
    }),
  ];
}

/** Permissions on the data key: through S3, and to encrypt volumes. */
export function dataKeyStatements(stack: Stack, dataKey: kms.IKey): iam.PolicyStatement[] {
  return [
    // Reading an encrypted object needs kms:Decrypt as well as s3:GetObject. Without it, a job "cannot read its data"
    // (SELF-04: what reading encrypted training data needs; CUE-04: a job that cannot decrypt; SECCHK-02: how to read a
    // denial).
    useDataKeyThroughS3(stack, dataKey),
    new iam.PolicyStatement({
      sid: 'EncryptVolumes',
      actions: ['kms:CreateGrant'],
      resources: [dataKey.keyArn],
      // Only grants that an AWS service creates for itself: the role cannot give the key to others.
      // https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
      conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
  ];
}

/** CPU and memory metrics of the instances, which SageMaker's agent publishes as this role. Not the job's results. */
export function instanceMetricStatement(...namespaces: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'PublishInstanceMetrics',
    actions: ['cloudwatch:PutMetricData'],
    resources: ['*'],
    conditions: { StringEquals: { 'cloudwatch:namespace': namespaces.length === 1 ? namespaces[0] : namespaces } },
  });
}

const describesNetwork = [
  'ec2:DescribeDhcpOptions',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
];

/**
 * Network statements of a processing job: no subnet, no security group, no condition. SageMaker checks these
 * permissions when the job is created, and the check fails for a statement with a condition or a resource. The job's
 * code cannot use them, because it gets no credentials.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html ("CreateProcessingJob API: Execution Role Permissions")
 */
export function processingNetworkStatements(): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({ sid: 'DescribeNetwork', actions: describesNetwork, resources: ['*'] }),
    new iam.PolicyStatement({
      sid: 'CreateAndDeleteNetworkInterfaces',
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:CreateNetworkInterfacePermission',
        'ec2:DeleteNetworkInterface',
        'ec2:DeleteNetworkInterfacePermission',
      ],
      resources: ['*'],
    }),
  ];
}

/**
 * Network statements of a training job or model: SageMaker creates network interfaces in our subnets and deletes them,
 * as this role.
 */
export function networkStatements(
  stack: Stack,
  subnetIds: readonly string[],
  securityGroupId: string,
): iam.PolicyStatement[] {
  const arn = (resource: string, resourceName: string) => stack.formatArn({ service: 'ec2', resource, resourceName });
  const subnets = subnetIds.map((subnet) => arn('subnet', subnet));
  const interfaces = arn('network-interface', '*');
  return [
    new iam.PolicyStatement({ sid: 'DescribeNetwork', actions: describesNetwork, resources: ['*'] }),
    new iam.PolicyStatement({
      sid: 'CreateNetworkInterfaces',
      actions: ['ec2:CreateNetworkInterface'],
      resources: [...subnets, arn('security-group', securityGroupId), interfaces],
    }),
    new iam.PolicyStatement({
      sid: 'ManageNetworkInterfaces',
      actions: [
        'ec2:CreateNetworkInterfacePermission',
        'ec2:DeleteNetworkInterface',
        'ec2:DeleteNetworkInterfacePermission',
      ],
      resources: [interfaces],
      // Interfaces in our own subnets only.
      conditions: { ArnEquals: { 'ec2:Subnet': subnets } },
    }),
  ];
}
