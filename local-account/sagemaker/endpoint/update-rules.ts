import type { Engine } from '../engine';
import { validation } from '../errors';
import type { EndpointConfig } from '../registry/endpoint-configs';
import { servingKind } from '../registry/serving-kind';
import type { Endpoint } from './endpoint';
import { scalableTargets } from './scalable-targets';

/**
 * "You cannot convert your instance-based, real-time endpoint to a serverless endpoint. If you try to update your
 * real-time endpoint to serverless, you receive a ValidationError message." (developer guide, "Deploy models with
 * Amazon SageMaker Serverless Inference")
 */
export function checkConversion(from: EndpointConfig, to: EndpointConfig): void {
  const [before, after] = [servingKind(from.request), servingKind(to.request)];
  if (before !== 'serverless' && after === 'serverless') {
    // AWS: sagemaker-hosting/serverless-excludes
    throw validation(
      `Endpoint cannot be updated from ${from.name} to ${to.name}: an endpoint with instances cannot become serverless.`,
    );
  }
  if ((before === 'asynchronous') !== (after === 'asynchronous')) {
    throw validation(
      'Changing an endpoint between asynchronous and synchronous inference is not supported by the local account.',
    );
  }
}

/**
 * "If the update would change the instance type for any model that is a target for auto scaling, the update fails";
 * removing the variant fails, too.
 */
// AWS: application-auto-scaling/holds-instance-types
export async function requireUnscaled(
  { platform }: Engine,
  { name, config: from }: Endpoint,
  to: EndpointConfig,
): Promise<void> {
  const changed = from.variants.filter(
    ({ VariantName, InstanceType }) =>
      InstanceType !== undefined &&
      InstanceType !== to.variants.find((one) => one.VariantName === VariantName)?.InstanceType,
  );
  if (changed.length === 0) return;
  const targets = await scalableTargets(platform, name);
  const held = changed.filter(({ VariantName }) =>
    targets.some(({ ResourceId }) => ResourceId === `endpoint/${name}/variant/${VariantName}`),
  );
  if (held.length > 0) {
    throw validation(
      `The variant(s) "[${held.map(({ VariantName }) => VariantName).join(', ')}]" must be deregistered as scalable targets with AWS Auto Scaling before they can be ` +
        'removed or have their instance type updated.',
    );
  }
}
