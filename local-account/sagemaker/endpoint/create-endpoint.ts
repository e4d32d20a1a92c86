import type { CreateEndpointCommandInput } from '@aws-sdk/client-sagemaker';
import { Activity } from '../activity';
import { now } from '../engine';
import { messageOf } from '../errors';
import { arnOf } from '../names';
import { servingKind } from '../registry/serving-kind';
import { checkDeployment } from './deployment-rules';
import type { Endpoint, EndpointParts } from './endpoint';
import { changed } from './endpoint-events';
import { queueOf } from './endpoint-queue';
import { Fleet } from './fleet';
import { planned } from './planned-variants';
import { Traffic } from './traffic';

/** CreateEndpoint: returns at once, and starts the fleet in the background. */
export function createEndpoint(
  { engine, models, configs, store }: EndpointParts,
  input: CreateEndpointCommandInput,
): Endpoint {
  const name = input.EndpointName ?? '';
  store.ensureFree(name);
  const config = configs.store.get(input.EndpointConfigName ?? '');
  checkDeployment(input.DeploymentConfig, planned(config));
  const createdAt = now(engine);
  const endpoint: Endpoint = {
    name,
    arn: arnOf(engine.platform, 'endpoint', name),
    createdAt,
    modifiedAt: createdAt,
    status: 'Creating',
    config,
    captureConfig: config.request.DataCaptureConfig,
    lastDeployment: input.DeploymentConfig,
    captures: new Map(),
    fleets: new Traffic(),
    variants: new Traffic(),
    shadowing: new Traffic(),
    deleted: new AbortController(),
  };
  store.add(endpoint);
  if (servingKind(config.request) === 'asynchronous') {
    endpoint.queue = queueOf(engine, endpoint);
  }
  engine.tags.add(endpoint.arn, input.Tags);
  changed(engine, endpoint);
  const started = Activity.run(engine.platform.clock, async () => {
    try {
      const fleet = await Fleet.start(engine, name, config, models);
      if (endpoint.deleted.signal.aborted) {
        await fleet.stop();
        return;
      }
      endpoint.fleet = fleet;
      endpoint.status = 'InService';
    } catch (error) {
      endpoint.status = 'Failed';
      endpoint.failureReason = messageOf(error).slice(0, 1024);
    }
    changed(engine, endpoint);
  });
  engine.background(`endpoint ${name}`, started);
  return endpoint;
}
