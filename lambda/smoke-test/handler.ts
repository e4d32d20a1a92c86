import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { optionalText, requiredNumber, requiredText } from '../environment/required';
import { type Evaluation, type EvaluationRequest, evaluate } from './evaluation';
import { LiveEndpoint } from './live-endpoint';
import { QueuedEndpoint } from './queued-endpoint';
import recording from './recorded-requests.json';
import { sendTraffic, type TrafficResult } from './traffic';

// Two attempts: a smoke test with many retries would hide the errors that it is meant to find.
const runtime = new SageMakerRuntimeClient({ maxAttempts: 2 });
const endpointName = requiredText('ENDPOINT_NAME');
const variantName = requiredText('VARIANT_NAME');
/** Only an asynchronous endpoint has a bucket of requests. */
const bucket = optionalText('REQUESTS_BUCKET');

const endpoint =
  bucket === undefined
    ? new LiveEndpoint(runtime, new CloudWatchClient({}), {
        endpointName,
        variantName,
        targetVariant: optionalText('TARGET_VARIANT'),
      })
    : new QueuedEndpoint(runtime, new S3Client({}), {
        endpointName,
        bucket,
        inputPrefix: requiredText('REQUESTS_PREFIX'),
      });

const limits = {
  minimumInvocations: requiredNumber('MINIMUM_INVOCATIONS'),
  minimumConcordance: requiredNumber('MINIMUM_CONCORDANCE'),
};

type SmokeTestEvent =
  | { readonly mode: 'traffic'; readonly candidate: string }
  | ({ readonly mode: 'evaluate' } & EvaluationRequest);

export function handler(event: SmokeTestEvent): Promise<TrafficResult | Evaluation> {
  return event.mode === 'traffic'
    ? sendTraffic(endpoint, recording, event.candidate)
    : evaluate(endpoint, recording, event, limits);
}
