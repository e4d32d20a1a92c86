import { ArnFormat, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';

/** What SageMaker does in the name of any job's or model's execution role, apart from the data. */

export function pullStatements(repositoryArns: readonly string[]): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({ sid: 'LogInToEcr', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
    new iam.PolicyStatement({
      sid: 'PullImage',
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
      resources: [...repositoryArns],
    }),
  ];
}

export function logStatements(stack: Stack, logGroupNames: readonly string[]): iam.PolicyStatement[] {
  // A log group's ARN in a policy ends with :*, and so covers its streams ("Log group ARNs", CloudWatch Logs API
  // reference).
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

/** The key of the data, in the only two ways a job or model needs it. */
export function dataKeyStatements(stack: Stack, dataKey: kms.IKey): iam.PolicyStatement[] {
  return [
    // Decrypting needs the key as well as the object: a denial here is the classic "cannot read its data" (SECCHK-02,
    // CUE-04, SELF-04).
    new iam.PolicyStatement({
      sid: 'UseDataKeyThroughS3',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [dataKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `s3.${stack.region}.amazonaws.com` } },
    }),
    new iam.PolicyStatement({
      sid: 'EncryptVolumes',
      actions: ['kms:CreateGrant'],
      resources: [dataKey.keyArn],
      // Only grants that an AWS service takes for itself: the role cannot hand the key on.
      conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
  ];
}

/** CPU and memory of the instances, which SageMaker's agent publishes as the role; nothing that the job found. */
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
 * The same for a processing job: no subnet, no security group, no condition. SageMaker checks these permissions when
 * the job is created, and the check fails for a statement with a condition or a resource. The job's code cannot use
 * them: it gets no credentials.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html ("CreateProcessingJob API: Execution Role Permissions")
 */
export function processingNetworkStatements(): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({ sid: 'LookAtNetwork', actions: describesNetwork, resources: ['*'] }),
    new iam.PolicyStatement({
      sid: 'PlaceAndManageInterfaces',
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
 * SageMaker puts network interfaces of a training job or model into our subnets, as the role, and takes them out again.
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
    new iam.PolicyStatement({ sid: 'LookAtNetwork', actions: describesNetwork, resources: ['*'] }),
    new iam.PolicyStatement({
      sid: 'PlaceInterfaces',
      actions: ['ec2:CreateNetworkInterface'],
      resources: [...subnets, arn('security-group', securityGroupId), interfaces],
    }),
    new iam.PolicyStatement({
      sid: 'ManageInterfaces',
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
