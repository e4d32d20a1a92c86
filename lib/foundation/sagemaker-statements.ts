import { ArnFormat, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';

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
  // A log group's ARN in a policy ends with :*, and so covers its streams ("Log group ARNs", CloudWatch Logs API reference).
  const groups = logGroupNames.map((name) =>
    stack.formatArn({ service: 'logs', resource: 'log-group', resourceName: `${name}:*`, arnFormat: ArnFormat.COLON_RESOURCE_NAME }),
  );
  return [
    new iam.PolicyStatement({
      sid: 'WriteLogs',
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      resources: groups,
    }),
  ];
}

/** SageMaker puts network interfaces into our subnets, as the role, and takes them out again. */
export function networkStatements(
  stack: Stack,
  subnetIds: readonly string[],
  securityGroupId: string,
): iam.PolicyStatement[] {
  const arn = (resource: string, resourceName: string) => stack.formatArn({ service: 'ec2', resource, resourceName });
  const subnets = subnetIds.map((subnet) => arn('subnet', subnet));
  const interfaces = arn('network-interface', '*');
  return [
    new iam.PolicyStatement({
      sid: 'LookAtNetwork',
      actions: [
        'ec2:DescribeDhcpOptions',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcs',
      ],
      resources: ['*'],
    }),
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
