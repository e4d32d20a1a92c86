import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';

import { optionalText, requiredList, requiredText } from '../environment/required';
import { timeIn } from '../environment/time';
import { S3ObjectStore } from '../storage/object-store';
import { SagemakerRegistry } from './registry';
import { type RetrainingOutcome, startRetraining } from './retraining';
import { rulesIn } from './rules';
import { type RetrainingEvent, triggerOf } from './trigger';

const curatedBucket = requiredText('CURATED_BUCKET');
const captures = new S3ObjectStore(requiredText('CAPTURE_BUCKET'));
const buckets = {
  curated: new S3ObjectStore(curatedBucket),
  artifacts: new S3ObjectStore(requiredText('ARTIFACTS_BUCKET')),
};
const registry = new SagemakerRegistry(new SageMakerClient({}), new SSMClient({}), {
  pipelineName: requiredText('PIPELINE_NAME'),
  approvedModelParameter: requiredText('APPROVED_MODEL_PARAMETER'),
});

const settings = {
  curatedBucket,
  curatedPrefix: requiredText('CURATED_PREFIX'),
  noLiveModelUri: requiredText('NO_LIVE_MODEL_URI'),
  rules: rulesIn(requiredText('RULES')),
};
const alarms = { qualityAlarm: optionalText('QUALITY_ALARM'), outputColumns: requiredList('OUTPUT_COLUMNS') };

export async function handler(event: RetrainingEvent): Promise<RetrainingOutcome> {
  const outcome = await startRetraining(
    buckets,
    registry,
    settings,
    await triggerOf(event, captures, alarms),
    // The event's time, not the clock: a retried delivery applies the cool-down as the first delivery would have.
    timeIn(event.time, "The event's time"),
  );
  console.info({ event: 'retraining', ...outcome });
  return outcome;
}
