import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';

import { LiveEndpoint } from './live-endpoint';
import recording from './recorded-requests.json';
import { sendTraffic, type TrafficResult } from './traffic';
import { judge, type Verdict, type VerdictRequest } from './verdict';

const endpoint = new LiveEndpoint(
  // Two attempts: a smoke test that retries at length would hide the errors it is looking for.
  new SageMakerRuntimeClient({ maxAttempts: 2 }),
  new CloudWatchClient({}),
  { endpointName: process.env.ENDPOINT_NAME ?? '', variantName: process.env.VARIANT_NAME ?? '' },
);

const limits = {
  minimumInvocations: Number(process.env.MINIMUM_INVOCATIONS),
  minimumConcordance: Number(process.env.MINIMUM_CONCORDANCE),
};

type SmokeTestEvent = { readonly mode: 'traffic'; readonly candidate: string } | ({ readonly mode: 'verdict' } & VerdictRequest);

export function handler(event: SmokeTestEvent): Promise<TrafficResult | Verdict> {
  return event.mode === 'traffic'
    ? sendTraffic(endpoint, recording, event.candidate)
    : judge(endpoint, recording, event, limits);
}
