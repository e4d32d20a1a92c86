import type {
  DeleteRecordCommandInput,
  GetRecordCommandInput,
  ListRecordsCommandInput,
  PutRecordCommandInput,
  UpdateRecordCommandInput,
} from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { pageOf, UnknownToken } from '../../pages';
import type { LocalService, ServiceCall } from '../../platform';
import { batchGet, batchWrite } from './batches';
import { deleteRecord } from './delete-record';
import { findGroup, online } from './found-group';
import { authorizeRecords } from './online-key';
import { shown, validationError, wanted } from './record-values';
import type { RuntimeParts } from './runtime-parts';
import { updateRecord } from './update-record';
import { putRecord } from './write-record';

type Handler = (input: never, call: ServiceCall) => unknown;

/** Amazon SageMaker Feature Store Runtime. */
export class FeatureStoreRuntime implements LocalService {
  readonly name = 'sagemaker-featurestore-runtime';
  readonly operations: ReadonlySet<string>;
  readonly ownPages = new Set(['ListRecords']);
  /** The records are in the snapshot of the control plane. */
  readonly snapshot = 'no state';
  private readonly handlers: Readonly<Record<string, Handler>>;

  constructor(parts: RuntimeParts) {
    this.handlers = {
      PutRecord: (input: PutRecordCommandInput, call) => putRecord(parts, input, call),
      GetRecord: (input: GetRecordCommandInput, call) => getRecord(parts, input, call),
      BatchGetRecord: (input: Parameters<typeof batchGet>[1], call) => batchGet(parts, input, call),
      BatchWriteRecord: (input: Parameters<typeof batchWrite>[1], call) => batchWrite(parts, input, call),
      DeleteRecord: (input: DeleteRecordCommandInput, call) => deleteRecord(parts, input, call),
      UpdateRecord: (input: UpdateRecordCommandInput, call) => updateRecord(parts, input, call),
      ListRecords: (input: ListRecordsCommandInput, call) => listRecords(parts, input, call),
    };
    this.operations = new Set(Object.keys(this.handlers));
  }

  async handle(call: ServiceCall): Promise<unknown> {
    return this.handlers[call.operation](call.input as never, call);
  }
}

function getRecord(parts: RuntimeParts, input: GetRecordCommandInput, { principal }: ServiceCall): unknown {
  const group = findGroup(parts.groups, input.FeatureGroupName, 'ResourceNotFound');
  authorizeRecords(parts.engine, principal, group.onlineKeyArn);
  const only = wanted(group, input.FeatureNames);
  const record = online(parts.records, group).get(
    input.RecordIdentifierValueAsString ?? '',
    parts.engine.platform.clock.now(),
  );
  if (record === undefined) return {};
  const expires = input.ExpirationTimeResponse === 'Enabled' ? record.expiresAt : undefined;
  return {
    Record: shown(group, record.values, only),
    ExpiresAt: expires === undefined ? undefined : new Date(expires).toISOString(),
  };
}

function listRecords(parts: RuntimeParts, input: ListRecordsCommandInput, { principal }: ServiceCall): unknown {
  const group = findGroup(parts.groups, input.FeatureGroupName, 'ResourceNotFound');
  authorizeRecords(parts.engine, principal, group.onlineKeyArn);
  const all = online(parts.records, group).identifiers(
    parts.engine.platform.clock.now(),
    input.IncludeSoftDeletedRecords === true,
  );
  try {
    const { page, next } = pageOf(all, input.NextToken, input.MaxResults ?? 100);
    return { RecordIdentifiers: page, NextToken: next };
  } catch (error) {
    // AWS: sagemaker-feature-store/runtime-answers-validation-error
    throw error instanceof UnknownToken ? validationError('Validation Error: invalid NextToken.') : error;
  }
}
