import { availabilityZones } from '../../assembly/scope';
import type { Properties, ProvisionContext, Provisioner } from '../provisioner';
import { hex } from './inert';

/** Known for one thing only: which VPC a job in it is in. */
export const subnet: Provisioner = {
  replacing: ['AvailabilityZone', 'AvailabilityZoneId', 'CidrBlock', 'VpcId'],
  updating: [],
  inert: 'rest',
  create: async ({ AvailabilityZone, CidrBlock, VpcId }, { region, networks }) => {
    const id = hex('subnet');
    networks.putSubnet(id, String(VpcId));
    const attributes = {
      SubnetId: id,
      AvailabilityZone: AvailabilityZone ?? availabilityZones(region)[0],
      CidrBlock,
      VpcId,
      NetworkAclAssociationId: hex('aclassoc'),
      Ipv6CidrBlocks: [],
    };
    return { physicalId: id, attributes };
  },
  delete: async (id, _, { networks }) => networks.deleteSubnet(id),
};

/** A way out of a VPC to one service, and the policy that watches it. Without a policy everything may pass. */
export const vpcEndpoint: Provisioner = {
  replacing: ['ServiceName', 'VpcEndpointType', 'VpcId'],
  updating: ['PolicyDocument'],
  inert: 'rest',
  create: async (properties, context) => {
    const id = hex('vpce');
    put(id, properties, context);
    const attributes = {
      Id: id,
      CreationTimestamp: new Date(context.clock.now()).toISOString(),
      DnsEntries: [],
      NetworkInterfaceIds: [],
    };
    return { physicalId: id, attributes };
  },
  update: async (id, properties, _, context) => {
    put(id, properties, context);
    return { physicalId: id, attributes: { Id: id, DnsEntries: [], NetworkInterfaceIds: [] } };
  },
  delete: async (id, _, { networks, policies }) => {
    networks.deleteEndpoint(id);
    policies.deleteEndpointPolicy(id);
  },
};

function put(
  id: string,
  { ServiceName, VpcId, PolicyDocument }: Properties,
  { networks, policies }: ProvisionContext,
): void {
  // com.amazonaws.<region>.s3
  const service = String(ServiceName).split('.').at(-1) ?? '';
  networks.putEndpoint(id, { vpcId: String(VpcId), service });
  if (PolicyDocument === undefined) {
    policies.deleteEndpointPolicy(id);
  } else {
    policies.putEndpointPolicy(id, service, PolicyDocument);
  }
}
