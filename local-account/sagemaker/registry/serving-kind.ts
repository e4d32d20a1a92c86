import type { CreateEndpointConfigCommandInput } from '@aws-sdk/client-sagemaker';
import { validation } from '../errors';
import type { Model } from './models';

export type ServingKind = 'real-time' | 'serverless' | 'asynchronous';

export function servingKind({
  ProductionVariants = [],
  AsyncInferenceConfig,
}: CreateEndpointConfigCommandInput): ServingKind {
  return AsyncInferenceConfig
    ? 'asynchronous'
    : ProductionVariants.some(({ ServerlessConfig }) => ServerlessConfig)
      ? 'serverless'
      : 'real-time';
}

/**
 * What cannot go together. Sources: developer guide, "Deploy models with Amazon SageMaker Serverless Inference"
 * (feature exclusions, memory sizes) and "Asynchronous inference". The wording is ours.
 */
export function checkServingKind(request: CreateEndpointConfigCommandInput, models: readonly Model[]): void {
  const { ProductionVariants = [], AsyncInferenceConfig, DataCaptureConfig } = request;
  const serverless = ProductionVariants.flatMap(({ ServerlessConfig }) => (ServerlessConfig ? [ServerlessConfig] : []));
  if (AsyncInferenceConfig && DataCaptureConfig) {
    throw validation('DataCaptureConfig of an asynchronous endpoint is not supported by the local account.');
  }
  if (serverless.length === 0) {
    return;
  }
  const refuse = (applies: boolean, what: string): void => {
    if (applies) {
      // AWS: sagemaker-hosting/serverless-excludes
      throw validation(`${what} is not supported for serverless endpoints.`);
    }
  };
  refuse(AsyncInferenceConfig !== undefined, 'AsyncInferenceConfig');
  refuse(DataCaptureConfig !== undefined, 'DataCaptureConfig');
  refuse(ProductionVariants.length > 1, 'More than one production variant');
  for (const { MemorySizeInMB = 0, MaxConcurrency = 0, ProvisionedConcurrency } of serverless) {
    if (MemorySizeInMB % 1_024 !== 0) {
      // AWS: sagemaker-hosting/serverless-memory-steps
      throw validation(`MemorySizeInMB ${MemorySizeInMB} must be one of [1024, 2048, 3072, 4096, 5120, 6144].`);
    }
    if (ProvisionedConcurrency !== undefined) {
      throw validation(
        `ProvisionedConcurrency (${ProvisionedConcurrency} of ${MaxConcurrency}) is not supported by the local account.`,
      );
    }
  }
  for (const { name, request: model } of models) {
    refuse(model.VpcConfig !== undefined, `VpcConfig of model ${name}`);
    refuse(model.EnableNetworkIsolation === true, `EnableNetworkIsolation of model ${name}`);
    refuse((model.Containers ?? []).length > 1, `The inference pipeline of model ${name}`);
  }
}
