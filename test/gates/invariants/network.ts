import { at, list, resourcesOf, text } from '../template';
import { type Invariant, place } from './invariant';

const waysOut = [
  'AWS::EC2::InternetGateway',
  'AWS::EC2::EgressOnlyInternetGateway',
  'AWS::EC2::NatGateway',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::EC2::VPCPeeringConnection',
  'AWS::EC2::TransitGatewayAttachment',
  'AWS::EC2::Route',
  'AWS::EC2::EIP',
  'AWS::EC2::NetworkInterface',
];

export const network: readonly Invariant[] = [
  {
    name: 'no-internet-access',
    why: 'What cannot reach the internet cannot send data there.',
    check: (templates) => [
      ...resourcesOf(templates, ...waysOut).map((one) => ({
        place: place(one),
        problem: `${one.resource.Type} is a way out of the isolated subnets`,
      })),
      ...resourcesOf(templates, 'AWS::EC2::Subnet')
        .filter(({ properties: subnet }) => subnet.MapPublicIpOnLaunch === true)
        .map((one) => ({ place: place(one), problem: 'gives public addresses' })),
    ],
  },
  {
    name: 'jobs-reach-s3-and-each-other',
    why: 'The security group is the second lock behind the missing route.',
    check: (templates) => [
      ...resourcesOf(templates, 'AWS::EC2::SecurityGroup').flatMap((one) => [
        ...list(one.properties.SecurityGroupIngress).map((rule) => ({
          place: place(one),
          problem: `lets in ${text(rule)}`,
        })),
        ...list(one.properties.SecurityGroupEgress)
          .filter(
            (rule) => at(rule, 'IpProtocol') !== 'tcp' || at(rule, 'FromPort') !== 443 || at(rule, 'ToPort') !== 443,
          )
          .map((rule) => ({ place: place(one), problem: `lets out more than HTTPS: ${text(rule)}` })),
        ...(list(one.properties.SecurityGroupEgress).length === 0
          ? [{ place: place(one), problem: 'has no egress rule, which means all traffic' }]
          : []),
      ]),
      ...resourcesOf(templates, 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress')
        .filter(
          ({ properties: rule }) =>
            text(rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId) !== text(rule.GroupId),
        )
        .map((one) => ({ place: place(one), problem: 'opens the group to others than itself' })),
    ],
  },
  {
    name: 'all-traffic-logged',
    why: 'Rejected traffic is where an intruder shows first.',
    check: (templates) => {
      const logs = resourcesOf(templates, 'AWS::EC2::FlowLog');
      const vpcs = resourcesOf(templates, 'AWS::EC2::VPC');
      return [
        ...logs
          .filter(({ properties: one }) => one.TrafficType !== 'ALL')
          .map((one) => ({ place: place(one), problem: 'does not log all traffic' })),
        ...vpcs
          .filter(
            ({ id, stack }) =>
              !logs.some((log) => log.stack === stack && text(log.properties.ResourceId).includes(`"${id}"`)),
          )
          .map((one) => ({ place: place(one), problem: 'has no flow log' })),
      ];
    },
  },
];
