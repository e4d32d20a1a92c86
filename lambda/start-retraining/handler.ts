import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';

import { S3ObjectStore } from '../storage/object-store';
import { SagemakerRegistry } from './registry';
import { startRetraining, type RetrainingOutcome } from './retraining';

const environment = process.env;
const store = new S3ObjectStore(environment.CURATED_BUCKET ?? '');
const registry = new SagemakerRegistry(new SageMakerClient({}), new SSMClient({}), {
  pipelineName: environment.PIPELINE_NAME ?? '',
  approvedModelParameter: environment.APPROVED_MODEL_PARAMETER ?? '',
});

/** EventBridge: the drift alarm went to ALARM. */
interface AlarmEvent {
  readonly time: string;
  readonly detail: {
    readonly alarmName: string;
    readonly state: { readonly value: string; readonly timestamp?: string; readonly reason?: string };
  };
}

export async function handler(event: AlarmEvent): Promise<RetrainingOutcome> {
  const outcome = await startRetraining(
    store,
    registry,
    {
      curatedPrefix: environment.CURATED_PREFIX ?? '',
      labelColumn: environment.LABEL_COLUMN ?? '',
      cooldownHours: Number(environment.COOLDOWN_HOURS),
      noLiveModelUri: environment.NO_LIVE_MODEL_URI ?? '',
    },
    {
      alarmName: event.detail.alarmName,
      changedAt: event.detail.state.timestamp ?? event.time,
      reason: event.detail.state.reason ?? 'no reason given',
    },
    // The event's time, not this machine's: a retried delivery judges the cool-down as the first one would have.
    new Date(event.time),
  );
  console.log(JSON.stringify({ message: 'retraining', ...outcome }));
  return outcome;
}
