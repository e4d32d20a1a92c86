import type { NetworkPath } from './platform';

interface Endpoint {
  readonly vpcId: string;
  /** Such as s3. */
  readonly service: string;
}

/** Existing subnets and gateway endpoints: the path of a request out of a VPC. */
export class Networks {
  private readonly vpcs = new Map<string, string>();
  private readonly endpoints = new Map<string, Endpoint>();

  state() {
    return { vpcs: this.vpcs, endpoints: this.endpoints };
  }

  take({ vpcs, endpoints }: ReturnType<Networks['state']>): void {
    for (const [subnetId, vpcId] of vpcs) this.vpcs.set(subnetId, vpcId);
    for (const [endpointId, endpoint] of endpoints) this.endpoints.set(endpointId, endpoint);
  }

  putSubnet(subnetId: string, vpcId: string): void {
    this.vpcs.set(subnetId, vpcId);
  }

  deleteSubnet(subnetId: string): void {
    this.vpcs.delete(subnetId);
  }

  putEndpoint(endpointId: string, endpoint: Endpoint): void {
    this.endpoints.set(endpointId, endpoint);
  }

  deleteEndpoint(endpointId: string): void {
    this.endpoints.delete(endpointId);
  }

  /** The path from a subnet to a service; undefined when the VPC has no endpoint for it. */
  path(subnetId: string, service: string): NetworkPath | undefined {
    const vpcId = this.vpcs.get(subnetId);
    const found = [...this.endpoints].find(([, endpoint]) => endpoint.vpcId === vpcId && endpoint.service === service);
    return vpcId === undefined || found === undefined ? undefined : { vpcId, endpointId: found[0] };
  }
}
