import type {
  BatchGetRecordCommandInput,
  BatchGetRecordError,
  BatchGetRecordResultDetail,
  BatchWriteRecordCommandInput,
  BatchWriteRecordError,
} from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { AwsError, type ServiceCall } from '../../platform';
import { findGroup, online } from './found-group';
import { authorizeRecords } from './online-key';
import { shown, validationError, wanted } from './record-values';
import type { RuntimeParts } from './runtime-parts';
import { write } from './write-record';

/** Records that one BatchGetRecord may ask for, in all of its groups. */
const MOST = 100;

/** Each identifier has a record, an error, or neither when there is no such record. */
// AWS: sagemaker-feature-store/batches
export function batchGet(
  { engine, groups, records }: RuntimeParts,
  input: BatchGetRecordCommandInput,
  { principal }: ServiceCall,
): unknown {
  const identifiers = input.Identifiers ?? [];
  const asked = identifiers.reduce((sum, { RecordIdentifiersValueAsString: ids }) => sum + (ids?.length ?? 0), 0);
  if (asked > MOST) throw validationError(`Validation Error: BatchGetRecord can contain as many as ${MOST} records.`);
  const Records: BatchGetRecordResultDetail[] = [];
  const Errors: BatchGetRecordError[] = [];
  const now = engine.platform.clock.now();
  for (const { FeatureGroupName, RecordIdentifiersValueAsString: ids = [], FeatureNames } of identifiers) {
    try {
      const group = findGroup(groups, FeatureGroupName, 'ResourceNotFound');
      authorizeRecords(engine, principal, group.onlineKeyArn);
      const only = wanted(group, FeatureNames);
      const store = online(records, group);
      for (const id of ids) {
        const record = store.get(id, now);
        if (record === undefined) continue;
        const expires = input.ExpirationTimeResponse === 'Enabled' ? record.expiresAt : undefined;
        Records.push({
          FeatureGroupName,
          RecordIdentifierValueAsString: id,
          Record: shown(group, record.values, only),
          ExpiresAt: expires === undefined ? undefined : new Date(expires).toISOString(),
        });
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code: ErrorCode, message: ErrorMessage } = error;
      for (const id of ids)
        Errors.push({ FeatureGroupName, RecordIdentifierValueAsString: id, ErrorCode, ErrorMessage });
    }
  }
  return { Records, Errors, UnprocessedIdentifiers: [] };
}

/** Each entry for itself, in order: what is wrong with one is no matter to the others. */
// AWS: sagemaker-feature-store/batches
export async function batchWrite(
  parts: RuntimeParts,
  input: BatchWriteRecordCommandInput,
  { principal }: ServiceCall,
): Promise<unknown> {
  const Errors: BatchWriteRecordError[] = [];
  for (const Entry of input.Entries ?? []) {
    try {
      const group = findGroup(parts.groups, Entry.FeatureGroupName, 'ResourceNotFound');
      authorizeRecords(parts.engine, principal, group.onlineKeyArn);
      const { FeatureGroupName, Record, TargetStores, TtlDuration = input.TtlDuration } = Entry;
      write(parts, group, { FeatureGroupName, Record, TargetStores, TtlDuration });
      await parts.records.of(group).offline?.room();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Errors.push({ Entry, ErrorCode: error.code, ErrorMessage: error.message });
    }
  }
  return { Errors, UnprocessedEntries: [] };
}
