import { randomBytes, randomUUID } from 'node:crypto';
import type { Properties, ProvisionContext, Provisioner } from '../provisioner';

interface InertType {
  readonly replacing: readonly string[];
  readonly id: (properties: Properties, context: ProvisionContext) => string;
  readonly attributes?: (id: string, properties: Properties, context: ProvisionContext) => Properties;
}

/** A type with no behavior in the local account: it has an id and attributes of realistic form, nothing more. */
function inert({ replacing, id, attributes = () => ({}) }: InertType): Provisioner {
  return {
    replacing,
    updating: [],
    inert: 'rest',
    create: async (properties, context) => {
      const physicalId = id(properties, context);
      return { physicalId, attributes: attributes(physicalId, properties, context) };
    },
    delete: async () => undefined,
  };
}

/** Such as vpc-0a1b2c3d4e5f60718. */
export const hex = (prefix: string): string => `${prefix}-0${randomBytes(9).toString('hex').slice(0, 16)}`;
export const named = (property: string) => (properties: Properties, context: ProvisionContext) =>
  String(properties[property] ?? context.name(128));
export const itsId = (id: string): Properties => ({ Id: id });

export const INERT_TYPES: Readonly<Record<string, Provisioner>> = {
  'AWS::EC2::VPC': inert({
    replacing: ['CidrBlock', 'Ipv4IpamPoolId', 'Ipv4NetmaskLength'],
    id: () => hex('vpc'),
    attributes: (id, { CidrBlock }) => ({
      VpcId: id,
      CidrBlock,
      CidrBlockAssociations: [hex('vpc-cidr-assoc')],
      DefaultNetworkAcl: hex('acl'),
      DefaultSecurityGroup: hex('sg'),
      Ipv6CidrBlocks: [],
    }),
  }),
  'AWS::EC2::RouteTable': inert({
    replacing: ['VpcId'],
    id: () => hex('rtb'),
    attributes: (id) => ({ RouteTableId: id }),
  }),
  'AWS::EC2::SubnetRouteTableAssociation': inert({
    replacing: ['RouteTableId', 'SubnetId'],
    id: () => hex('rtbassoc'),
    attributes: itsId,
  }),
  'AWS::EC2::SecurityGroup': inert({
    replacing: ['GroupDescription', 'GroupName', 'VpcId'],
    id: () => hex('sg'),
    attributes: (id, { VpcId }) => ({ GroupId: id, Id: id, VpcId }),
  }),
  'AWS::EC2::SecurityGroupIngress': inert({
    replacing: [
      'CidrIp',
      'CidrIpv6',
      'FromPort',
      'GroupId',
      'GroupName',
      'IpProtocol',
      'SourcePrefixListId',
      'SourceSecurityGroupId',
      'SourceSecurityGroupName',
      'SourceSecurityGroupOwnerId',
      'ToPort',
    ],
    id: () => hex('sgr'),
    attributes: itsId,
  }),
  'AWS::EC2::SecurityGroupEgress': inert({
    replacing: [
      'CidrIp',
      'CidrIpv6',
      'DestinationPrefixListId',
      'DestinationSecurityGroupId',
      'FromPort',
      'GroupId',
      'IpProtocol',
      'ToPort',
    ],
    id: () => hex('sgr'),
    attributes: itsId,
  }),
  'AWS::Budgets::Budget': inert({
    replacing: ['NotificationsWithSubscribers'],
    id: (properties, context) => String((properties.Budget as Properties | undefined)?.BudgetName ?? context.name(100)),
    attributes: itsId,
  }),
  'AWS::CE::AnomalyMonitor': inert({
    replacing: ['MonitorDimension', 'MonitorSpecification', 'MonitorType'],
    id: (_, { partition, accountId }) => `arn:${partition}:ce::${accountId}:anomalymonitor/${randomUUID()}`,
    attributes: (arn) => ({ MonitorArn: arn }),
  }),
  'AWS::CE::AnomalySubscription': inert({
    replacing: [],
    id: (_, { partition, accountId }) => `arn:${partition}:ce::${accountId}:anomalysubscription/${randomUUID()}`,
    attributes: (arn, _, { accountId }) => ({ SubscriptionArn: arn, AccountId: accountId }),
  }),
  'AWS::Logs::ResourcePolicy': inert({ replacing: ['PolicyName'], id: named('PolicyName') }),
  'AWS::CDK::Metadata': inert({ replacing: [], id: (_, context) => context.name(64) }),
};
