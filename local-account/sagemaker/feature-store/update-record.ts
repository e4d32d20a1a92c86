import type { UpdateRecordCommandInput } from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { AwsError, type ServiceCall } from '../../platform';
import { compare } from './event-time';
import { positionsOf, ttlMilliseconds } from './feature-group';
import { findGroup, online, targetsOf } from './found-group';
import { authorizeRecords } from './online-key';
import { expiry } from './online-store';
import { checkSize, readEventTime, readValues, validationError } from './record-values';
import type { RuntimeParts } from './runtime-parts';

/** Changes some features of a record that is there; the others stay. */
// AWS: sagemaker-feature-store/partial-updates
export async function updateRecord(
  { engine, groups, records }: RuntimeParts,
  input: UpdateRecordCommandInput,
  { principal }: ServiceCall,
): Promise<void> {
  const group = findGroup(groups, input.FeatureGroupName, 'ResourceNotFound');
  authorizeRecords(engine, principal, group.onlineKeyArn);
  const store = online(records, group);
  if (group.storageType !== 'Standard_V2') {
    throw validationError(
      `Validation Error: UpdateRecord needs the StorageType Standard_V2; FeatureGroup [${group.name}] has ${group.storageType}.`,
    );
  }
  const features = input.Features ?? [];
  if (features.length > 100) throw validationError('Validation Error: UpdateRecord can update up to 100 features.');
  const given = readValues(group, features);
  const { RecordIdentifierFeatureName = '', EventTimeFeatureName = '' } = group.request;
  const positions = positionsOf(group);
  const id = input.RecordIdentifierValueAsString ?? '';
  const named = given[positions.get(RecordIdentifierFeatureName) ?? -1];
  if (typeof named === 'string' && named !== id) {
    throw validationError('Validation Error: the record identifier in Features is another than that of the record.');
  }
  const time = given[positions.get(EventTimeFeatureName) ?? -1];
  if (input.TtlDuration && typeof time !== 'string') {
    throw validationError('Validation Error: a TtlDuration needs an EventTime in the request.');
  }
  const now = engine.platform.clock.now();
  const before = store.get(id, now);
  if (before === undefined) {
    throw new AwsError('ResourceNotFound', `Resource Not Found: there is no record with identifier [${id}].`, 404);
  }
  const eventTime = typeof time === 'string' ? readEventTime(group, time) : before.eventTime;
  if (compare(eventTime, before.eventTime) < 0) {
    throw new AwsError('ConflictException', "The EventTime is older than the record's current EventTime.", 409);
  }
  const values = group.definitions.map((_, at) => given[at] ?? before.values[at] ?? null);
  checkSize(group, values);
  const timeToLive = input.TtlDuration ? ttlMilliseconds(input.TtlDuration) : before.timeToLive;
  const expiresAt = expiry(eventTime, timeToLive);
  const targets = targetsOf(group, input.TargetStores);
  if (targets.online) {
    store.set(id, { values, eventTime, deleted: false, expiresAt, timeToLive });
    records.planSweep(group);
  }
  if (targets.offline) records.append(group, { values, eventTime }, false);
  await records.of(group).offline?.room();
}
