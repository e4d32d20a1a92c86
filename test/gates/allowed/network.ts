import type { AllowedTypes } from './allowed-type';
import { jobsGroup, namedTags, tags } from './references';
import { between, byId, elsewhere, like, members, object, only, own, ref, words } from './rules';

const vpc = ref('EC2::VPC', '', 'NetworkVpc');
const allTraffic = {
  Description: words,
  GroupId: jobsGroup,
  IpProtocol: only('-1'),
};

export const network: AllowedTypes = {
  'AWS::KMS::Key': {
    why: 'One for data and one for operations, so that whoever reads logs cannot read data.',
    stacks: ['Foundation'],
    deletion: 'Delete',
    properties: {
      Description: words,
      EnableKeyRotation: only(true),
      // AWS's bounds; a sandbox wants the minimum.
      PendingWindowInDays: between(7, 30),
      KeyPolicy: object({ Version: only('2012-10-17'), Statement: elsewhere }),
      Tags: tags,
    },
  },
  'AWS::EC2::VPC': {
    why: 'Jobs and models run here. It has no internet gateway, no NAT, no peering.',
    stacks: ['Foundation'],
    properties: {
      CidrBlock: like(/10\.\d{1,3}\.\d{1,3}\.0\/(20|21|22|23|24)/),
      EnableDnsHostnames: only(true),
      EnableDnsSupport: only(true),
      InstanceTenancy: only('default'),
      Tags: namedTags,
    },
  },
  'AWS::EC2::Subnet': {
    why: 'Isolated, in two zones.',
    stacks: ['Foundation'],
    properties: {
      AvailabilityZone: byId((id) => only(`<Select ${Number(/\d/.exec(id)?.[0]) - 1} <Zones>>`)),
      CidrBlock: like(/10\.\d{1,3}\.\d{1,3}\.0\/(24|25|26)/),
      MapPublicIpOnLaunch: only(false),
      VpcId: vpc,
      Tags: namedTags,
    },
  },
  'AWS::EC2::RouteTable': {
    why: 'One for each subnet, with no route but the S3 endpoint adds.',
    stacks: ['Foundation'],
    properties: { VpcId: vpc, Tags: namedTags },
  },
  'AWS::EC2::SubnetRouteTableAssociation': {
    why: 'Which table a subnet uses.',
    stacks: ['Foundation'],
    properties: {
      RouteTableId: own('EC2::RouteTable', ''),
      SubnetId: byId((id) => ref('EC2::Subnet', '', id.replace(/RouteTableAssociation$/, 'Subnet'))),
    },
  },
  'AWS::EC2::VPCEndpoint': {
    why: 'The only way out of the subnets: S3, by the policy of the endpoint.',
    stacks: ['Foundation'],
    properties: {
      ServiceName: only('com.amazonaws.<Region>.s3'),
      VpcEndpointType: only('Gateway'),
      VpcId: vpc,
      RouteTableIds: members(
        ref('EC2::RouteTable', '', 'NetworkVpcIsolatedSubnet1RouteTable'),
        ref('EC2::RouteTable', '', 'NetworkVpcIsolatedSubnet2RouteTable'),
      ),
      PolicyDocument: object({ Version: only('2012-10-17'), Statement: elsewhere }),
      Tags: namedTags,
    },
  },
  'AWS::EC2::SecurityGroup': {
    why: 'Of jobs and models. HTTPS out, for which there is no route but to S3.',
    stacks: ['Foundation'],
    properties: {
      GroupDescription: words,
      VpcId: vpc,
      SecurityGroupEgress: members(
        object({
          CidrIp: only('0.0.0.0/0'),
          Description: words,
          IpProtocol: only('tcp'),
          FromPort: only(443),
          ToPort: only(443),
        }),
      ),
      Tags: tags,
    },
  },
  'AWS::EC2::SecurityGroupIngress': {
    why: 'Hosts of one job talk to each other (EV-021).',
    stacks: ['Foundation'],
    properties: { ...allTraffic, SourceSecurityGroupId: jobsGroup },
  },
  'AWS::EC2::SecurityGroupEgress': {
    why: 'Hosts of one job talk to each other (EV-021).',
    stacks: ['Foundation'],
    properties: { ...allTraffic, DestinationSecurityGroupId: jobsGroup },
  },
  'AWS::EC2::FlowLog': {
    why: 'Who talked to whom, for an investigation.',
    stacks: ['Foundation'],
    properties: {
      ResourceId: vpc,
      ResourceType: only('VPC'),
      TrafficType: only('ALL'),
      LogDestinationType: only('cloud-watch-logs'),
      LogGroupName: ref('Logs::LogGroup', '', 'NetworkFlowLogs'),
      DeliverLogsPermissionArn: ref('IAM::Role', 'Arn', 'NetworkFlowLogsRole'),
      Tags: tags,
    },
  },
};
