import type { Templates } from '../template';
import { add, drop, type InsecureChange, inner, propertiesOf } from './insecure-change';

const group = (templates: Templates) =>
  propertiesOf(templates, 'Foundation', 'NetworkJobs0', 'AWS::EC2::SecurityGroup');

export const network: readonly InsecureChange[] = [
  {
    name: 'a resource type appears that nobody read about',
    why: 'Its demands and its ways out are unknown.',
    check: 'resource-types-are-documented',
    apply: (templates) =>
      add(templates, 'Foundation', 'Peering', { Type: 'AWS::EC2::VPCPeeringConnection', Properties: {} }),
  },
  {
    name: "the jobs' group lets in the world by SSH",
    why: 'A door into the hosts.',
    check: 'nag',
    apply: (templates) =>
      void (group(templates).SecurityGroupIngress = [
        { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 22, ToPort: 22 },
      ]),
  },
  {
    name: "the jobs' group lets in a whole office network",
    why: 'Nobody but the jobs has any business there.',
    check: 'jobs-reach-s3-and-each-other',
    apply: (templates) =>
      void (group(templates).SecurityGroupIngress = [
        { CidrIp: '10.0.0.0/8', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 },
      ]),
  },
  {
    name: 'the jobs may send anything anywhere',
    why: 'The second lock is open.',
    check: 'jobs-reach-s3-and-each-other',
    apply: (templates) => void (group(templates).SecurityGroupEgress = [{ CidrIp: '0.0.0.0/0', IpProtocol: '-1' }]),
  },
  {
    name: 'an internet gateway and a route appear',
    why: 'The subnets are not isolated any more.',
    check: 'no-internet-access',
    apply: (templates) => {
      add(templates, 'Foundation', 'Gateway', { Type: 'AWS::EC2::InternetGateway', Properties: {} });
      add(templates, 'Foundation', 'Out', {
        Type: 'AWS::EC2::Route',
        Properties: {
          RouteTableId: { Ref: 'NetworkVpcIsolatedSubnet1RouteTableC39A3F61' },
          DestinationCidrBlock: '0.0.0.0/0',
          GatewayId: { Ref: 'Gateway' },
        },
      });
    },
  },
  {
    name: 'a subnet gives public addresses',
    why: 'One route away from the internet.',
    check: 'nag',
    apply: (templates) =>
      void (propertiesOf(
        templates,
        'Foundation',
        'NetworkVpcIsolatedSubnet1Subnet',
        'AWS::EC2::Subnet',
      ).MapPublicIpOnLaunch = true),
  },
  {
    name: 'the S3 endpoint lets data out to any bucket',
    why: 'Stolen data leave by the only door.',
    check: 's3-endpoint-to-own-buckets',
    apply: (templates) =>
      drop(
        inner(
          propertiesOf(templates, 'Foundation', 'NetworkVpcS3', 'AWS::EC2::VPCEndpoint'),
          'PolicyDocument',
          'Statement',
          0,
        ),
        'Condition',
      ),
  },
  {
    name: 'the S3 endpoint has no policy',
    why: 'The default is full access.',
    check: 's3-endpoint-to-own-buckets',
    apply: (templates) =>
      drop(propertiesOf(templates, 'Foundation', 'NetworkVpcS3', 'AWS::EC2::VPCEndpoint'), 'PolicyDocument'),
  },
  {
    name: 'no traffic is logged',
    why: 'An intruder leaves no trace.',
    check: 'nag',
    apply: (templates) => drop(templates.Foundation.Resources as never, 'NetworkFlowLogC0B00A8E'),
  },
  {
    name: 'only accepted traffic is logged',
    why: 'Rejected attempts are where it starts.',
    check: 'all-traffic-logged',
    apply: (templates) =>
      void (propertiesOf(templates, 'Foundation', 'NetworkFlowLog', 'AWS::EC2::FlowLog').TrafficType = 'ACCEPT'),
  },
];
