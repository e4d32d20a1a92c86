import type { DeleteRecordCommandInput } from '@aws-sdk/client-sagemaker-featurestore-runtime';
import type { ServiceCall } from '../../platform';
import { compare } from './event-time';
import { findGroup, targetsOf } from './found-group';
import { authorizeRecords } from './online-key';
import { checkIdentifier, readEventTime, validationError } from './record-values';
import type { RuntimeParts } from './runtime-parts';

/**
 * Soft: what is online keeps its identifier and the time of its deletion only. Hard: nothing is left online. Either way
 * the offline store gets a marker, unless a hard deletion came too late.
 */
// AWS: sagemaker-feature-store/deleted-records
export async function deleteRecord(
  { engine, groups, records }: RuntimeParts,
  input: DeleteRecordCommandInput,
  { principal }: ServiceCall,
): Promise<void> {
  const group = findGroup(groups, input.FeatureGroupName);
  authorizeRecords(engine, principal, group.onlineKeyArn);
  const id = input.RecordIdentifierValueAsString ?? '';
  checkIdentifier(id);
  const eventTime = readEventTime(group, input.EventTime ?? '');
  const targets = targetsOf(group, input.TargetStores);
  const marker = records.marker(group, id, input.EventTime ?? '');
  const store = targets.online ? records.of(group).online : undefined;
  if (store) {
    const now = engine.platform.clock.now();
    const before = store.find(id, now);
    const late = before !== undefined && compare(eventTime, before.eventTime) <= 0;
    if (input.DeletionMode === 'HardDelete') {
      if (late) {
        throw validationError(
          `Validation Error: EventTime: [${input.EventTime}] must be later than the EventTime of the record in the OnlineStore.`,
        );
      }
      store.remove(id);
    } else if (!late) {
      store.set(id, { ...marker, deleted: true });
    }
  }
  if (targets.offline) records.append(group, marker, true);
  await records.of(group).offline?.room();
}
