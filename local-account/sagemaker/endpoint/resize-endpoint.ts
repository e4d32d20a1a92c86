import type { UpdateEndpointWeightsAndCapacitiesCommandInput } from '@aws-sdk/client-sagemaker';
import { Activity } from '../activity';
import { messageOf, validation } from '../errors';
import type { Endpoint, EndpointParts } from './endpoint';
import { changed } from './endpoint-events';
import type { FleetVariant } from './fleet';
import { Serverless } from './serverless';
import { settledFleet } from './settled-fleet';
import { StartableServer } from './variant-server';

/** Weights are shifted and instances started within minutes on AWS. */
const RESIZE_MILLISECONDS = 60_000;

/** UpdateEndpointWeightsAndCapacities: checks the request, returns, and applies it after a minute. */
export function resizeEndpoint(
  { engine, store }: EndpointParts,
  input: UpdateEndpointWeightsAndCapacitiesCommandInput,
): Endpoint {
  const endpoint = store.get(input.EndpointName ?? '');
  const fleet = settledFleet(endpoint);
  // AWS: sagemaker-hosting/one-variant-is-resized-at-a-time
  if (
    (input.DesiredWeightsAndCapacities ?? []).filter(({ DesiredInstanceCount }) => DesiredInstanceCount !== undefined)
      .length > 1
  ) {
    throw validation('The capacity of one variant only can be updated at a time.');
  }
  const wanted = (input.DesiredWeightsAndCapacities ?? []).map((change) => {
    const variant = fleet.variant(change.VariantName);
    if (!variant) {
      // AWS: sagemaker-hosting/capacities-of-variants
      throw validation(
        `The variant name(s) "${change.VariantName}" is/are not present within endpoint configuration "${endpoint.config.name}".`,
      );
    }
    return { variant, change };
  });
  for (const { variant, change } of wanted) {
    if (change.DesiredInstanceCount === 0 && !endpoint.queue) {
      // AWS: sagemaker-hosting/capacities-of-variants
      throw validation(
        `DesiredInstanceCount of variant ${variant.name} must be at least 1: only asynchronous endpoints have no instances.`,
      );
    }
    if (change.DesiredInstanceCount !== undefined && variant.server instanceof Serverless) {
      // AWS: sagemaker-hosting/capacities-of-variants
      throw validation(`Variant ${variant.name} is serverless and has no instances.`);
    }
  }
  endpoint.status = 'Updating';
  changed(engine, endpoint);
  const resized = Activity.run(engine.platform.clock, async (activity) => {
    await activity
      .sleep(RESIZE_MILLISECONDS, AbortSignal.any([endpoint.deleted.signal, engine.stopping]))
      .catch(() => undefined);
    if (endpoint.deleted.signal.aborted || engine.stopping.aborted) return;
    for (const { variant, change } of wanted) {
      variant.weight = change.DesiredWeight ?? variant.weight;
      await setInstances(variant, change.DesiredInstanceCount ?? variant.instances).catch((error: Error) => {
        endpoint.failureReason = messageOf(error).slice(0, 1024);
      });
    }
    endpoint.status = 'InService';
    changed(engine, endpoint);
    endpoint.queue?.work();
  });
  engine.background(`endpoint ${endpoint.name}`, resized);
  return endpoint;
}

/** Sets a variant's instance count; its container runs while there is at least one. */
async function setInstances(variant: FleetVariant, instances: number): Promise<void> {
  const { instances: before, server } = variant;
  if (server instanceof StartableServer && before === 0 && instances > 0) {
    await server.start();
  }
  variant.instances = instances;
  if (server instanceof StartableServer && before > 0 && instances === 0) {
    await server.stop();
  }
}
