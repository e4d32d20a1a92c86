import type { UpdateEndpointCommandInput, VariantPropertyType } from '@aws-sdk/client-sagemaker';
import { Activity } from '../activity';
import { now } from '../engine';
import type { EndpointConfig } from '../registry/endpoint-configs';
import { checkDeployment, checkRetained, checkSameVariants } from './deployment-rules';
import type { Endpoint, EndpointParts } from './endpoint';
import { changed } from './endpoint-events';
import type { Fleet, VariantSizes } from './fleet';
import { planned } from './planned-variants';
import { replaceFleet } from './replace-fleet';
import { settledFleet } from './settled-fleet';
import { checkConversion, requireUnscaled } from './update-rules';

/** UpdateEndpoint: checks the request, returns, and replaces the fleet in the background. */
export async function updateEndpoint(parts: EndpointParts, input: UpdateEndpointCommandInput): Promise<Endpoint> {
  const { engine, configs, store } = parts;
  const endpoint = store.get(input.EndpointName ?? '');
  const config = configs.store.get(input.EndpointConfigName ?? '');
  const blue = settledFleet(endpoint);
  // AWS: sagemaker-hosting/update-needs-the-configuration-in-force
  configs.store.get(endpoint.config.name);
  checkConversion(endpoint.config, config);
  await requireUnscaled(engine, endpoint, config);
  settledFleet(endpoint);
  // RetainDeploymentConfig is false by default: an update that says nothing has no canary and no rollback.
  const deployment = input.RetainDeploymentConfig ? endpoint.lastDeployment : input.DeploymentConfig;
  const excluded = new Set(
    (input.ExcludeRetainedVariantProperties ?? []).map(({ VariantPropertyType }) => VariantPropertyType),
  );
  checkRetained(excluded);
  const keep = input.RetainAllVariantProperties ? retainedSizes(blue, config, excluded) : undefined;
  checkDeployment(deployment, planned(config, keep));
  checkSameVariants(deployment, variantNames(endpoint.config), variantNames(config));
  // What is captured is no variant property that could be retained: it is the new configuration's.
  const captureConfig = config.request.DataCaptureConfig;
  endpoint.status = 'Updating';
  endpoint.failureReason = undefined;
  endpoint.pending = { config, startedAt: now(engine), status: 'Creating', statusSince: now(engine) };
  changed(engine, endpoint);
  const updated = Activity.run(engine.platform.clock, (activity) =>
    replaceFleet(parts, endpoint, blue, config, { keep, captureConfig, deployment }, activity),
  );
  engine.background(`endpoint ${endpoint.name}`, updated);
  return endpoint;
}

/** Sizes that the new fleet takes over from the old one: weights and instance counts, but for what is excluded. */
// AWS: sagemaker-hosting/retained-weights
function retainedSizes(
  blue: Fleet,
  config: EndpointConfig,
  excluded: ReadonlySet<VariantPropertyType | undefined>,
): VariantSizes {
  return new Map(
    [...blue.sizes].map(([name, sizes]) => {
      const variant = [...config.variants, ...(config.shadow ? [config.shadow] : [])].find(
        ({ VariantName }) => VariantName === name,
      );
      return [
        name,
        {
          instances: excluded.has('DesiredInstanceCount') ? (variant?.InitialInstanceCount ?? 1) : sizes.instances,
          weight: excluded.has('DesiredWeight') ? (variant?.InitialVariantWeight ?? 1) : sizes.weight,
        },
      ];
    }),
  );
}

function variantNames({ variants }: EndpointConfig): (string | undefined)[] {
  return variants.map(({ VariantName }) => VariantName);
}
