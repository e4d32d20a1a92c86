import type { FeatureValue, PutRecordCommandInput, TtlDuration } from '@aws-sdk/client-sagemaker-featurestore-runtime';
import type { ServiceCall } from '../../platform';
import { type FeatureGroup, ttlMilliseconds } from './feature-group';
import { findGroup, targetsOf } from './found-group';
import { authorizeRecords } from './online-key';
import { expiry } from './online-store';
import { readRecord } from './record-values';
import type { RuntimeParts } from './runtime-parts';

export interface Write {
  readonly FeatureGroupName: string | undefined;
  readonly Record: readonly FeatureValue[] | undefined;
  readonly TargetStores?: readonly string[];
  readonly TtlDuration?: TtlDuration;
}

export async function putRecord(
  parts: RuntimeParts,
  input: PutRecordCommandInput,
  { principal }: ServiceCall,
): Promise<void> {
  const group = findGroup(parts.groups, input.FeatureGroupName);
  authorizeRecords(parts.engine, principal, group.onlineKeyArn);
  write(parts, group, input as Write);
  await parts.records.of(group).offline?.room();
}

/** A whole record: to the online store when it is the newest, to the offline store in any case. */
// AWS: sagemaker-feature-store/newest-event-time-stays-online
export function write({ engine, records }: RuntimeParts, group: FeatureGroup, input: Write): void {
  const { id, values, eventTime } = readRecord(group, input.Record ?? []);
  const targets = targetsOf(group, input.TargetStores);
  if (targets.online) {
    const now = engine.platform.clock.now();
    const given = input.TtlDuration ?? group.timeToLive;
    const timeToLive = given && ttlMilliseconds(given);
    const expiresAt = expiry(eventTime, timeToLive);
    records.of(group).online?.put(id, { values, eventTime, deleted: false, expiresAt, timeToLive }, now);
    if (expiresAt !== undefined) records.planSweep(group);
  }
  if (targets.offline) records.append(group, { values, eventTime }, false);
}
