import type { ServiceLedger } from './behaviour';

const executionRoles = {
  page: 'SageMaker AI Developer Guide: How to use SageMaker AI execution roles',
  url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html',
} as const;

export const ec2: ServiceLedger = {
  service: 'ec2',
  behaviours: [
    {
      id: 'ec2/processing-role-unscoped-interfaces',
      subjects: ['sagemaker:CreateProcessingJob', 'AWS::SageMaker::MonitoringSchedule'],
      does: 'For a processing job in a VPC, SageMaker checks the execution role when the job is created: the network interface actions and the EC2 look-ups must be allowed without any condition or resource, or the creation fails.',
      sources: [executionRoles],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/infrastructure.ts'],
      tests: [{ file: 'local-account/test/sagemaker/processing.test.ts', title: 'is refused when its role has %s' }],
    },
    {
      id: 'ec2/training-and-model-role-interfaces',
      subjects: [
        'sagemaker:CreateTrainingJob',
        'sagemaker:CreateHyperParameterTuningJob',
        'sagemaker:CreateModel',
        'AWS::SageMaker::Model',
      ],
      does: 'For training jobs, tuning jobs and models in a VPC the same page shows the same statement without a resource, and does not say whether a narrower one is refused.',
      sources: [executionRoles],
      sure: 'possible',
      enforcedBy: [],
      tests: [],
    },
    {
      id: 'ec2/what-goes-through-the-network-of-a-job',
      subjects: [
        'AWS::EC2::VPCEndpoint',
        'sagemaker:CreateProcessingJob',
        'sagemaker:CreateTrainingJob',
        'sagemaker:CreateModel',
      ],
      does: 'What a job or model in a VPC reads and writes in S3 goes through that VPC, so the policy of the S3 endpoint must allow it. An image in ECR is pulled by SageMaker itself: its access mode is Platform, and only a private registry is reached through the VPC. No page says in so many words that image layers need no bucket of ECR in the endpoint policy.',
      sources: [
        {
          page: 'Give SageMaker Access to Resources in your Amazon VPC',
          url: 'https://docs.amazonaws.cn/en_us/sagemaker/latest/dg/infrastructure-give-access.html',
        },
        {
          page: 'Adapt your training job to access images in a private Docker registry',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/docker-containers-adapt-your-own-private-registry.html',
        },
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of ImageConfig, RepositoryAccessMode',
        },
        {
          repository: 'aws/amazon-sagemaker-operator-for-k8s',
          at: 'pull request 22: how a job without a way to S3 fails',
        },
      ],
      sure: 'likely',
      enforcedBy: [],
      tests: [
        {
          file: 'local-account/test/sagemaker/processing-folders.test.ts',
          title: 'reads and writes through the S3 endpoint, whose policy must allow it',
        },
      ],
    },
    {
      id: 'ec2/flow-log-role',
      subjects: ['AWS::EC2::FlowLog'],
      does: "The page about the role of flow logs lists five permissions on every resource, among them CreateLogGroup and DescribeLogGroups. CDK's own role has three of them on the log group. A flow log is created either way; one that cannot deliver says so in its status.",
      sources: [
        {
          page: 'IAM role for publishing flow logs to CloudWatch Logs - Amazon Virtual Private Cloud',
          url: 'https://docs.amazonaws.cn/en_us/vpc/latest/userguide/flow-logs-iam-role.html',
        },
        {
          repository: 'boto/botocore',
          at: 'botocore/data/ec2/2016-11-15/service-2.json: documentation of CreateFlowLogs',
        },
      ],
      sure: 'possible',
      enforcedBy: [],
      tests: [],
    },
    {
      id: 'ec2/zones-of-the-network',
      subjects: ['AWS::EC2::Subnet', 'sagemaker:CreateTrainingJob', 'sagemaker:CreateEndpoint'],
      does: 'Fn::GetAZs gives the zones that have a default subnet, or all zones when none has one. Not every zone has every instance type of SageMaker, and a zone may refuse subnets.',
      sources: [
        {
          repository: 'awslabs/ecs-refarch-continuous-deployment',
          at: 'issues 12 and 32: zones that refuse subnets, and what Fn::GetAZs returns',
        },
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of VpcConfig, Subnets: availability of instance types by zone',
        },
      ],
      sure: 'possible',
      enforcedBy: [],
      tests: [],
    },
  ],
  readings: [
    {
      subjects: [
        'sagemaker:CreateProcessingJob',
        'sagemaker:CreateTrainingJob',
        'sagemaker:CreateHyperParameterTuningJob',
        'sagemaker:CreateModel',
      ],
      pages: [executionRoles],
      found: ['ec2/processing-role-unscoped-interfaces', 'ec2/training-and-model-role-interfaces'],
    },
    {
      subjects: [
        'AWS::EC2::VPC',
        'AWS::EC2::Subnet',
        'AWS::EC2::RouteTable',
        'AWS::EC2::SubnetRouteTableAssociation',
        'AWS::EC2::SecurityGroup',
        'AWS::EC2::SecurityGroupEgress',
        'AWS::EC2::SecurityGroupIngress',
        'AWS::EC2::VPCEndpoint',
        'AWS::EC2::FlowLog',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/ec2/2016-11-15/service-2.json: documentation of CreateVpcEndpoint, CreateSecurityGroup, AuthorizeSecurityGroupEgress, CreateFlowLogs and their members',
        },
        {
          page: 'IAM role for publishing flow logs to CloudWatch Logs - Amazon Virtual Private Cloud',
          url: 'https://docs.amazonaws.cn/en_us/vpc/latest/userguide/flow-logs-iam-role.html',
        },
        {
          page: 'Give SageMaker Access to Resources in your Amazon VPC',
          url: 'https://docs.amazonaws.cn/en_us/sagemaker/latest/dg/infrastructure-give-access.html',
        },
      ],
      found: ['ec2/what-goes-through-the-network-of-a-job', 'ec2/flow-log-role', 'ec2/zones-of-the-network'],
    },
    {
      subjects: [
        'ec2:DescribeVpcs',
        'ec2:DescribeSubnets',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeAvailabilityZones',
        'ec2:DescribeVpcEndpoints',
        'ec2:DescribeRouteTables',
        'ec2:DescribeRegions',
        'ec2:DescribeFlowLogs',
        'ec2:DescribeAccountAttributes',
        'ec2:DescribeInternetGateways',
        'ec2:DescribeNatGateways',
        'ec2:DescribeInstanceTypes',
        'ec2:DescribeInstanceTypeOfferings',
        'ec2:DeleteNetworkInterface',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/ec2/2016-11-15/service-2.json: documentation of DescribeNetworkInterfaces and DeleteNetworkInterface, which the project calls; the others it never calls or only lists with',
        },
      ],
      found: 'nothing beyond the model',
    },
  ],
};
