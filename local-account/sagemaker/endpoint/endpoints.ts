import type {
  CreateEndpointCommandInput,
  DescribeEndpointCommandInput,
  ListEndpointsCommandInput,
  UpdateEndpointCommandInput,
  UpdateEndpointWeightsAndCapacitiesCommandInput,
} from '@aws-sdk/client-sagemaker';
import type { ServiceCall } from '../../platform';
import type { Engine, Operations } from '../engine';
import { validation } from '../errors';
import { authorizeVolumeGrant } from '../infrastructure';
import { arnOf } from '../names';
import type { EndpointConfigs } from '../registry/endpoint-configs';
import type { Models } from '../registry/models';
import { list, Store } from '../store';
import { Capture } from './capture';
import { createEndpoint } from './create-endpoint';
import { deleteEndpoint } from './delete-endpoint';
import { describe } from './describe-endpoint';
import type { Endpoint, EndpointParts } from './endpoint';
import { type EndpointState, endpointOf, resume, stateOf } from './endpoint-state';
import type { FleetState, FleetVariant } from './fleet';
import { resizeEndpoint } from './resize-endpoint';
import { updateEndpoint } from './update-endpoint';

/** The operations on endpoints, and what the runtime and the monitors ask of them. */
export class Endpoints {
  // AWS: sagemaker-hosting/hosting-answers-validation-exception
  readonly store = new Store<Endpoint>(
    (name) => validation(`Could not find endpoint "${arnOf(this.engine.platform, 'endpoint', name)}".`),
    (_, arn) => validation(`Cannot create already existing endpoint "${arn}".`),
  );

  private readonly parts: EndpointParts;
  /** What the endpoints of a snapshot are to have again. */
  private readonly fleets = new Map<Endpoint, FleetState | undefined>();

  constructor(
    private readonly engine: Engine,
    models: Models,
    private readonly configs: EndpointConfigs,
  ) {
    this.parts = { engine, models, configs, store: this.store };
  }

  readonly operations: Operations = {
    CreateEndpoint: (input: CreateEndpointCommandInput, call: ServiceCall) => {
      this.authorizeVolume(input, call);
      return { EndpointArn: createEndpoint(this.parts, input).arn };
    },
    UpdateEndpoint: async (input: UpdateEndpointCommandInput, call: ServiceCall) => {
      this.authorizeVolume(input, call);
      return { EndpointArn: (await updateEndpoint(this.parts, input)).arn };
    },
    UpdateEndpointWeightsAndCapacities: (input: UpdateEndpointWeightsAndCapacitiesCommandInput) => ({
      EndpointArn: resizeEndpoint(this.parts, input).arn,
    }),
    DescribeEndpoint: (input: DescribeEndpointCommandInput) => describe(this.store.get(input.EndpointName ?? '')),
    ListEndpoints: (input: ListEndpointsCommandInput) => {
      const { page, NextToken } = list(this.store.all(), input, {
        matches: ({ status }) => input.StatusEquals === undefined || status === input.StatusEquals,
        status: ({ status }) => status,
      });
      const Endpoints = page.map((endpoint) => ({
        EndpointName: endpoint.name,
        EndpointArn: endpoint.arn,
        CreationTime: endpoint.createdAt,
        LastModifiedTime: endpoint.modifiedAt,
        EndpointStatus: endpoint.status,
      }));
      return { Endpoints, NextToken };
    },
    DeleteEndpoint: (input: DescribeEndpointCommandInput, { principal }: ServiceCall) =>
      deleteEndpoint(this.parts, this.store.get(input.EndpointName ?? ''), principal),
  };

  state(): EndpointState[] {
    return this.store.all().map(stateOf);
  }

  take(endpoints: readonly EndpointState[]): void {
    for (const state of endpoints) {
      const endpoint = this.store.add(endpointOf(this.engine, state));
      this.fleets.set(endpoint, state.fleet);
    }
  }

  /** Resolves when every endpoint of the snapshot is in service again. */
  async resume(): Promise<void> {
    const fleets = [...this.fleets];
    this.fleets.clear();
    await Promise.all(fleets.map(([endpoint, fleet]) => resume(this.parts, endpoint, fleet)));
  }

  private authorizeVolume(
    { EndpointConfigName = '' }: { EndpointConfigName?: string },
    { principal }: ServiceCall,
  ): void {
    const { KmsKeyId } = this.configs.store.get(EndpointConfigName).request;
    authorizeVolumeGrant(this.engine.platform, principal, KmsKeyId);
  }

  /** CPU, memory and disk of every container, each minute. */
  measure(): () => void {
    const minute = 60_000;
    return this.engine.platform.clock.schedule(
      (after) => (Math.floor(after / minute) + 1) * minute,
      () => {
        for (const { fleet, green } of this.store.all()) {
          for (const { metrics } of [...(fleet?.variants ?? []), ...(green?.fleet.variants ?? [])]) metrics?.publish();
        }
      },
    );
  }

  async flushCaptures(): Promise<void> {
    await Promise.all(
      this.store.all().flatMap(({ captures }) => [...captures.values()].map((capture) => capture.flush())),
    );
  }

  async stop(): Promise<void> {
    await this.flushCaptures();
    await Promise.all(this.store.all().flatMap(({ fleet, green }) => [fleet?.stop(), green?.fleet.stop()]));
  }

  /** Where captures of a variant go; undefined when the endpoint captures nothing. */
  capture(endpoint: Endpoint, variant: FleetVariant): Capture | undefined {
    const config = endpoint.captureConfig;
    if (!config || config.EnableCapture === false) {
      return undefined;
    }
    const id = `${variant.name}\n${variant.model.roleArn}\n${JSON.stringify(config)}`;
    const known =
      endpoint.captures.get(id) ??
      new Capture(this.engine, config, endpoint.name, variant.name, variant.model.roleArn, endpoint.arn);
    endpoint.captures.set(id, known);
    return known;
  }
}
