import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';

import { S3ObjectStore } from '../storage/object-store';
import type { RetrainingRules } from './decision';
import { SagemakerRegistry } from './registry';
import { type RetrainingOutcome, startRetraining } from './retraining';
import { type RetrainingEvent, triggerOf } from './trigger';

const environment = process.env;
const curatedBucket = environment.CURATED_BUCKET ?? '';
const captures = new S3ObjectStore(environment.CAPTURE_BUCKET ?? '');
const buckets = {
  curated: new S3ObjectStore(curatedBucket),
  artifacts: new S3ObjectStore(environment.ARTIFACTS_BUCKET ?? ''),
};
const registry = new SagemakerRegistry(new SageMakerClient({}), new SSMClient({}), {
  pipelineName: environment.PIPELINE_NAME ?? '',
  approvedModelParameter: environment.APPROVED_MODEL_PARAMETER ?? '',
});

export async function handler(event: RetrainingEvent): Promise<RetrainingOutcome> {
  const outcome = await startRetraining(
    buckets,
    registry,
    {
      curatedBucket,
      curatedPrefix: environment.CURATED_PREFIX ?? '',
      noLiveModelUri: environment.NO_LIVE_MODEL_URI ?? '',
      rules: JSON.parse(environment.RULES ?? '') as RetrainingRules,
    },
    await triggerOf(event, captures, {
      qualityAlarm: environment.QUALITY_ALARM,
      outputColumns: (environment.OUTPUT_COLUMNS ?? '').split(','),
    }),
    // The event's time, not the clock: a retried delivery applies the cool-down as the first delivery would have.
    new Date(event.time),
  );
  console.info({ event: 'retraining', ...outcome });
  return outcome;
}
