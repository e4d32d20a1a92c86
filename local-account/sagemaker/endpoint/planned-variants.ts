import type { EndpointConfig } from '../registry/endpoint-configs';
import type { PlannedVariant } from './deployment-rules';
import type { VariantSizes } from './fleet';

/** The variants that a configuration will start, with the sizes that an update retains. */
export function planned({ variants }: EndpointConfig, keep?: VariantSizes): PlannedVariant[] {
  return variants.map(({ VariantName = '', InitialInstanceCount, ServerlessConfig }) => ({
    instances: keep?.get(VariantName)?.instances ?? InitialInstanceCount ?? 1,
    serverless: ServerlessConfig !== undefined,
  }));
}
