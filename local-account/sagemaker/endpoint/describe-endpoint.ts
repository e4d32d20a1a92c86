import type { DescribeEndpointCommandOutput } from '@aws-sdk/client-sagemaker';
import type { Endpoint } from './endpoint';
import type { FleetVariant } from './fleet';
import { Serverless } from './serverless';

/** DescribeEndpoint's output. */
export function describe(endpoint: Endpoint): Omit<DescribeEndpointCommandOutput, '$metadata'> {
  const capture = endpoint.captureConfig;
  const { pending, green } = endpoint;
  // Rolling, an instance of the old fleet ends for each that the new one has put to work.
  const moved = (variant: FleetVariant): number => Math.round(variant.instances * (green?.share ?? 0));
  const old = (variant: FleetVariant) => ({
    ...summarize(variant),
    ...(green?.rolling ? { CurrentInstanceCount: variant.instances - moved(variant) } : {}),
  });
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    EndpointConfigName: endpoint.config.name,
    ...(endpoint.fleet ? { ProductionVariants: endpoint.fleet.variants.map(old) } : {}),
    ...(endpoint.fleet?.shadow ? { ShadowProductionVariants: [summarize(endpoint.fleet.shadow)] } : {}),
    ...(capture
      ? {
          DataCaptureConfig: {
            EnableCapture: capture.EnableCapture ?? true,
            CaptureStatus: capture.EnableCapture === false ? 'Stopped' : 'Started',
            CurrentSamplingPercentage: capture.InitialSamplingPercentage,
            DestinationS3Uri: capture.DestinationS3Uri,
            KmsKeyId: capture.KmsKeyId ?? '',
          },
        }
      : {}),
    EndpointStatus: endpoint.status,
    FailureReason: endpoint.failureReason,
    CreationTime: endpoint.createdAt,
    LastModifiedTime: endpoint.modifiedAt,
    LastDeploymentConfig: endpoint.lastDeployment,
    AsyncInferenceConfig: endpoint.config.request.AsyncInferenceConfig,
    ...(pending
      ? {
          PendingDeploymentSummary: {
            EndpointConfigName: pending.config.name,
            StartTime: pending.startedAt,
            ProductionVariants: green?.fleet.variants.map((variant) => ({
              ...summarize(variant),
              ...(green.rolling ? { CurrentInstanceCount: moved(variant) } : {}),
              VariantStatus: [{ Status: pending.status, StartTime: pending.statusSince }],
            })),
          },
        }
      : {}),
  };
}

function summarize(variant: FleetVariant) {
  const size =
    variant.server instanceof Serverless
      ? { CurrentServerlessConfig: variant.server.config, DesiredServerlessConfig: variant.server.config }
      : { CurrentInstanceCount: variant.instances, DesiredInstanceCount: variant.instances };
  return {
    VariantName: variant.name,
    DeployedImages: variant.model.containers.map(({ image }) => ({
      SpecifiedImage: image,
      ResolvedImage: image,
      ResolutionTime: variant.model.createdAt,
    })),
    CurrentWeight: variant.weight,
    DesiredWeight: variant.weight,
    ...size,
  };
}
