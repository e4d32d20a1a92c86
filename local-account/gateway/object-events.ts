import type { BusEvent, Principal } from '../platform';
import type { ResourceFacts } from './resource-facts';

/** An S3 call that succeeded. */
export interface ObjectCall {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly principal: Principal;
  readonly requestId: string;
  readonly partition: string;
  readonly accountId: string;
  /** Virtual milliseconds. */
  readonly at: number;
  readonly responseHeaders: Readonly<Record<string, string | string[] | undefined>>;
}

const CREATING = new Set(['PutObject', 'CopyObject', 'CompleteMultipartUpload']);

let sequence = 0;

/**
 * The event S3 sends to EventBridge for a call, if the bucket has that switched on ("EventBridge event message
 * structure").
 */
export async function objectEvent(call: ObjectCall, facts: ResourceFacts): Promise<BusEvent | undefined> {
  const bucket = call.input.Bucket;
  const key = call.input.Key;
  if (
    typeof bucket !== 'string' ||
    typeof key !== 'string' ||
    !(CREATING.has(call.operation) || call.operation === 'DeleteObject')
  ) {
    return undefined;
  }
  if (!facts.sendsEvents(bucket)) {
    return undefined;
  }
  const version = header(call, 'x-amz-version-id');
  const sequencer = (call.at * 4096 + (sequence++ % 4096)).toString(16).toUpperCase().padStart(16, '0');
  const common = {
    version: '0',
    bucket: { name: bucket },
    'request-id': call.requestId,
    requester: call.principal.kind === 'service' ? call.principal.service : call.accountId,
    'source-ip-address': '127.0.0.1',
    reason: call.operation,
  };
  const resources = [`arn:${call.partition}:s3:::${bucket}`];
  if (call.operation === 'DeleteObject') {
    const type = header(call, 'x-amz-delete-marker') === 'true' ? 'Delete Marker Created' : 'Permanently Deleted';
    const object = { key, sequencer, ...(version ? { 'version-id': version } : {}) };
    return {
      source: 'aws.s3',
      'detail-type': 'Object Deleted',
      resources,
      detail: { ...common, object, 'deletion-type': type },
    };
  }
  const stored = await facts.head(bucket, key, version);
  const object = {
    // Unlike S3's own notifications, the key is not URL-encoded here.
    key,
    size: Number(stored.headers['content-length'] ?? 0),
    etag: String(stored.headers.etag ?? '').replace(/"/g, ''),
    ...(version ? { 'version-id': version } : {}),
    sequencer,
  };
  return { source: 'aws.s3', 'detail-type': 'Object Created', resources, detail: { ...common, object } };
}

function header(call: ObjectCall, name: string): string | undefined {
  const value = call.responseHeaders[name];
  return typeof value === 'string' && value !== '' && value !== 'null' ? value : undefined;
}
