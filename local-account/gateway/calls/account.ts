import {
  type Call,
  type Field,
  field,
  kmsThrough,
  type Row,
  regional,
  type ServiceCalls,
  scoped,
  unscoped,
} from './rows';

const role = (call: Call): string =>
  `arn:${call.partition}:iam::${call.accountId}:role/${(field('Path')(call) ?? '/').replace(/^\//, '')}${field('RoleName')(call) ?? ''}`;
const policy = (call: Call): string =>
  field('PolicyArn')(call) ??
  `arn:${call.partition}:iam::${call.accountId}:policy/${(field('Path')(call) ?? '/').replace(/^\//, '')}${field('PolicyName')(call) ?? ''}`;

/** AWS Identity and Access Management. */
export const iam: ServiceCalls = {
  prefix: 'iam',
  source: 'Actions, resources, and condition keys for AWS Identity and Access Management (IAM)',
  operations: {
    ...unscoped('iam', 'ListRoles', 'ListPolicies'),
    ...scoped(
      'iam',
      'role',
      role,
      'CreateRole',
      'DeleteRole',
      'GetRole',
      'UpdateAssumeRolePolicy',
      'UpdateRole',
      'PutRolePolicy',
      'GetRolePolicy',
      'DeleteRolePolicy',
      'ListRolePolicies',
      'ListAttachedRolePolicies',
      'TagRole',
      'UntagRole',
      'ListRoleTags',
    ),
    ...Object.fromEntries(
      ['AttachRolePolicy', 'DetachRolePolicy'].map((operation): [string, Row[]] => [
        operation,
        [
          {
            action: `iam:${operation}`,
            type: 'role',
            resource: role,
            context: { 'iam:PolicyARN': field('PolicyArn') },
          },
        ],
      ]),
    ),
    ...scoped(
      'iam',
      'policy',
      policy,
      'CreatePolicy',
      'DeletePolicy',
      'GetPolicy',
      'GetPolicyVersion',
      'CreatePolicyVersion',
      'DeletePolicyVersion',
      'ListPolicyVersions',
    ),
    CreateServiceLinkedRole: [
      {
        action: 'iam:CreateServiceLinkedRole',
        type: 'role',
        resource: (call) =>
          `arn:${call.partition}:iam::${call.accountId}:role/aws-service-role/${field('AWSServiceName')(call) ?? ''}/*`,
        context: { 'iam:AWSServiceName': field('AWSServiceName') },
      },
    ],
  },
};

/** AWS Security Token Service. sts:AssumeRole is evaluated with the trust policy when the role is taken. */
export const sts: ServiceCalls = {
  prefix: 'sts',
  source:
    'Actions, resources, and condition keys for AWS Security Token Service; GetCallerIdentity (no permissions are required); ' +
    'GetSessionToken (no permissions are required)',
  operations: { GetCallerIdentity: [], GetSessionToken: [], AssumeRole: [] },
};

const parameter: Field<string> = (call) =>
  regional(
    call,
    'ssm',
    `parameter/${(field('Name')(call) ?? field('Path')(call) ?? field('ResourceId')(call) ?? '').replace(/^arn:.*:parameter\//, '').replace(/^\//, '')}`,
  );
const parameters: Field<string[]> = (call) =>
  ((call.input.Names as string[] | undefined) ?? []).map((name) =>
    regional(call, 'ssm', `parameter/${name.replace(/^\//, '')}`),
  );

/** AWS Systems Manager Parameter Store. */
export const ssm: ServiceCalls = {
  prefix: 'ssm',
  source:
    'Actions, resources, and condition keys for AWS Systems Manager; AWS KMS encryption for SecureString parameters',
  operations: {
    ...unscoped('ssm', 'DescribeParameters'),
    ...scoped(
      'ssm',
      'parameter',
      parameter,
      'DeleteParameter',
      'GetParameterHistory',
      'AddTagsToResource',
      'RemoveTagsFromResource',
      'ListTagsForResource',
      'LabelParameterVersion',
    ),
    ...scoped('ssm', 'parameter', parameters, 'GetParameters', 'DeleteParameters'),
    GetParameter: [
      { action: 'ssm:GetParameter', type: 'parameter', resource: parameter },
      kmsThrough(
        'kms:Decrypt',
        'ssm',
        (call) =>
          field('WithDecryption')(call) === 'true' ? call.facts.parameterKey(field('Name')(call) ?? '') : undefined,
        (call) => ({ PARAMETER_ARN: parameter(call) as string }),
      ),
    ],
    GetParametersByPath: [
      {
        action: 'ssm:GetParametersByPath',
        type: 'parameter',
        resource: parameter,
        context: { 'ssm:Recursive': (call) => field('Recursive')(call) ?? 'false' },
      },
    ],
    PutParameter: [
      {
        action: 'ssm:PutParameter',
        type: 'parameter',
        resource: parameter,
        context: { 'ssm:Overwrite': (call) => field('Overwrite')(call) ?? 'false' },
      },
      kmsThrough(
        'kms:Encrypt',
        'ssm',
        async (call) =>
          field('Type')(call) === 'SecureString' && field('KeyId')(call) !== undefined
            ? call.facts.keyArn(field('KeyId')(call)!)
            : undefined,
        (call) => ({ PARAMETER_ARN: parameter(call) as string }),
      ),
    ],
  },
};

/** Amazon EC2: what doctor and the teardown check look at, and what a provisioner may create. */
export const ec2: ServiceCalls = {
  prefix: 'ec2',
  source: 'Actions, resources, and condition keys for Amazon EC2',
  operations: {
    ...unscoped(
      'ec2',
      'DescribeVpcs',
      'DescribeSubnets',
      'DescribeSecurityGroups',
      'DescribeNetworkInterfaces',
      'DescribeAvailabilityZones',
      'DescribeVpcEndpoints',
      'DescribeRouteTables',
      'DescribeRegions',
      'DescribeFlowLogs',
      'DescribeAccountAttributes',
      'DescribeInternetGateways',
      'DescribeNatGateways',
      'DescribeInstanceTypes',
      'DescribeInstanceTypeOfferings',
    ),
    DeleteNetworkInterface: [
      {
        action: 'ec2:DeleteNetworkInterface',
        type: 'network-interface',
        resource: (call) => regional(call, 'ec2', `network-interface/${field('NetworkInterfaceId')(call) ?? ''}`),
      },
    ],
  },
};

/** Service Quotas. */
export const serviceQuotas: ServiceCalls = {
  prefix: 'servicequotas',
  source: 'Actions, resources, and condition keys for Service Quotas',
  operations: {
    ...unscoped(
      'servicequotas',
      'ListServiceQuotas',
      'ListServices',
      'ListAWSDefaultServiceQuotas',
      'GetAWSDefaultServiceQuota',
      'ListRequestedServiceQuotaChangeHistory',
    ),
    GetServiceQuota: [
      {
        action: 'servicequotas:GetServiceQuota',
        type: 'quota',
        resource: (call) =>
          regional(call, 'servicequotas', `${field('ServiceCode')(call)}/${field('QuotaCode')(call)}`),
        context: { 'servicequotas:service': field('ServiceCode') },
      },
    ],
  },
};

const budget = (call: Call): string =>
  `arn:${call.partition}:budgets::${call.accountId}:budget/${field('BudgetName')(call) ?? field('Budget.BudgetName')(call) ?? '*'}`;
const budgetRows = (action: string, ...operations: string[]): Record<string, Row[]> =>
  Object.fromEntries(
    operations.map((operation) => [operation, [{ action: `budgets:${action}`, type: 'budget', resource: budget }]]),
  );

/** AWS Budgets: two actions cover all operations. */
export const budgets: ServiceCalls = {
  prefix: 'budgets',
  source: 'Actions, resources, and condition keys for AWS Budget Service',
  operations: {
    ...budgetRows(
      'ModifyBudget',
      'CreateBudget',
      'UpdateBudget',
      'DeleteBudget',
      'CreateNotification',
      'DeleteNotification',
      'CreateSubscriber',
    ),
    ...budgetRows(
      'ViewBudget',
      'DescribeBudget',
      'DescribeBudgets',
      'DescribeNotificationsForBudget',
      'DescribeSubscribersForNotification',
    ),
  },
};
