/** What SageMaker does as the role of a job or a model, apart from its data. */

import { publishesMetrics } from './duties';
import { type Duty, duty, right } from './duty';
import { keys } from './vocabulary';

/** AWS's own images, in the account that AWS has for them in the region. */
export const image = (name: string): string =>
  `arn:<partition>:ecr:<region>:<ImagesRegistries.account>:repository/sagemaker-${name}`;
export const monitorImage = (name: string, account: 'clarify' | 'modelMonitor'): string =>
  `arn:<partition>:ecr:<region>:<MonitorImagesRegistries.${account}>:repository/sagemaker-${name}`;

export const pulls = (...repositories: readonly string[]): Duty =>
  duty(
    'pulls its image',
    // Supports no resource.
    right('ecr:GetAuthorizationToken', '*'),
    right(['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'], repositories),
  );

export const writesJobLogs = (...groups: readonly string[]): Duty =>
  duty(
    'writes the logs of its jobs',
    right(
      ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      groups.map((group) => `logs:log-group:/aws/sagemaker/${group}:*`),
    ),
  );

/** Only grants that a service creates for itself. */
export const encryptsVolumes: Duty = duty(
  'encrypts its volumes',
  right('kms:CreateGrant', keys.data, { 'Bool kms:GrantIsForAWSResource': 'true' }),
);

const describesNetwork = right(
  ['DhcpOptions', 'NetworkInterfaces', 'SecurityGroups', 'Subnets', 'Vpcs'].map((what) => `ec2:Describe${what}`),
  '*',
);

const subnets = [1, 2].map((number) => `ec2:subnet/<Foundation/NetworkVpcIsolatedSubnet${number}Subnet>`);
const interfaces = 'ec2:network-interface/*';

/** Training jobs and models: interfaces in our subnets, with our security group. */
export const joinsNetwork: Duty = duty(
  'has interfaces in our subnets',
  describesNetwork,
  right('ec2:CreateNetworkInterface', [...subnets, 'ec2:security-group/<Foundation/NetworkJobs.GroupId>', interfaces]),
  right(
    ['ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface', 'ec2:DeleteNetworkInterfacePermission'],
    interfaces,
    { 'ArnEquals ec2:Subnet': subnets },
  ),
);

/** Processing jobs: SageMaker refuses a job whose role limits these. Its code gets no credentials. */
export const joinsAnyNetwork: Duty = duty(
  'has interfaces of its jobs',
  describesNetwork,
  right(
    ['CreateNetworkInterface', 'DeleteNetworkInterface'].flatMap((name) => [`ec2:${name}`, `ec2:${name}Permission`]),
    '*',
  ),
);

/** Every role of processing jobs. */
export const processes = (...repositories: readonly string[]): Duty[] => [
  ...processesOutsideNetwork(...repositories),
  joinsAnyNetwork,
];

/** A job that calls an endpoint, for which the network has no way. */
export const processesOutsideNetwork = (...repositories: readonly string[]): Duty[] => [
  encryptsVolumes,
  pulls(...repositories),
  writesJobLogs('ProcessingJobs'),
  publishesMetrics('/aws/sagemaker/ProcessingJobs'),
];
