import { randomUUID } from 'node:crypto';

import { type CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeEndpointCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';

import { type Endpoint, EndpointError } from './endpoint';

/**
 * Captures contain the inference id. The drift analysis ignores ids with this prefix (pipelines/steps/workflow/captures.py):
 * the same recorded flights again and again look like drift, and each release would start a retraining.
 */
const inferenceIdPrefix = 'smoke-test-';

/** A real-time or serverless endpoint. */
export class LiveEndpoint implements Endpoint {
  readonly tellsStatus = true;

  constructor(
    private readonly runtime: SageMakerRuntimeClient,
    private readonly cloudwatch: CloudWatchClient,
    private readonly names: {
      readonly endpointName: string;
      readonly variantName: string;
      readonly targetVariant?: string;
    },
  ) {}

  async invoke(body: string, contentType: 'text/csv' | 'application/json'): Promise<string> {
    try {
      const response = await this.runtime.send(
        new InvokeEndpointCommand({
          EndpointName: this.names.endpointName,
          // Tests the released version, not a challenger on the same endpoint.
          TargetVariant: this.names.targetVariant,
          ContentType: contentType,
          Accept: contentType,
          InferenceId: `${inferenceIdPrefix}${randomUUID()}`,
          Body: Buffer.from(body),
        }),
      );
      return Buffer.from(response.Body ?? new Uint8Array()).toString('utf8');
    } catch (error) {
      // A missing permission is a fault of the workflow, not of the model: the model must not fail its test for it.
      if (!(error instanceof Error) || error.name === 'AccessDeniedException' || error.name === 'AccessDenied')
        throw error;
      const { OriginalStatusCode } = error as { OriginalStatusCode?: number };
      throw new EndpointError(error.message, OriginalStatusCode);
    }
  }

  async invocationsBetween(from: Date, until: Date): Promise<number> {
    const { Datapoints } = await this.cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/SageMaker',
        MetricName: 'Invocations',
        Dimensions: [
          { Name: 'EndpointName', Value: this.names.endpointName },
          { Name: 'VariantName', Value: this.names.variantName },
        ],
        // A data point has the time of its minute's start, so the minute in which the update started counts, too.
        StartTime: new Date(Math.floor(from.getTime() / 60_000) * 60_000),
        EndTime: until,
        Period: 60,
        Statistics: ['Sum'],
      }),
    );
    return (Datapoints ?? []).reduce((sum, point) => sum + (point.Sum ?? 0), 0);
  }
}
