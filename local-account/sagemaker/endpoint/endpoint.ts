import type { DeploymentConfig, EndpointStatus, VariantStatus } from '@aws-sdk/client-sagemaker';
import type { Engine } from '../engine';
import type { EndpointConfig, EndpointConfigs } from '../registry/endpoint-configs';
import type { Models } from '../registry/models';
import type { Entity, Store } from '../store';
import type { AsynchronousQueue } from './asynchronous';
import type { Capture } from './capture';
import type { Fleet } from './fleet';
import type { Traffic } from './traffic';

export interface Endpoint extends Entity {
  status: EndpointStatus;
  failureReason?: string;
  config: EndpointConfig;
  /** Data capture in force, which changes when an update completes. */
  captureConfig: EndpointConfig['request']['DataCaptureConfig'];
  fleet?: Fleet;
  /**
   * The fleet that a deployment brings in, and its part of the traffic. Rolling, the old fleet ends as this one grows.
   */
  green?: { readonly fleet: Fleet; share: number; readonly rolling: boolean };
  pending?: { readonly config: EndpointConfig; readonly startedAt: Date; status: VariantStatus; statusSince: Date };
  lastDeployment?: DeploymentConfig;
  readonly captures: Map<string, Capture>;
  /** Only for an asynchronous endpoint. */
  queue?: AsynchronousQueue;
  readonly fleets: Traffic<string>;
  readonly variants: Traffic<string>;
  readonly shadowing: Traffic<string>;
  readonly deleted: AbortController;
}

/** What the operations on endpoints work with. */
export interface EndpointParts {
  readonly engine: Engine;
  readonly models: Models;
  readonly configs: EndpointConfigs;
  readonly store: Store<Endpoint>;
}
