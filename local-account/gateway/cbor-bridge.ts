import { cbor, dateToTag } from '@smithy/core/cbor';
import type { ServiceModel } from '../service-model';
import { fromJson, parseJsonBody } from './parse-input';

/**
 * The store speaks JSON where newer SDKs may speak Smithy's RPC v2 CBOR (CloudWatch offers both), so such a request is
 * converted to JSON on its way to the store, and the response to CBOR on its way back.
 */

/** A CBOR body as plain values: timestamps as seconds since the epoch, as JSON has them. */
export function readCbor(body: Buffer): Record<string, unknown> {
  return body.length === 0 ? {} : (untagged(cbor.deserialize(new Uint8Array(body))) as Record<string, unknown>);
}

function untagged(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(untagged);
  }
  if (value instanceof Uint8Array) {
    return Buffer.from(value).toString('base64');
  }
  if (typeof value === 'bigint') {
    return Number(value);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if ('tag' in value && 'value' in value && value.tag === 1) {
    return Number(value.value);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, untagged(inner)]));
}

/** What the JSON form of the request is sent with. */
export function jsonRequest(
  model: ServiceModel,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): { headers: Record<string, string>; body: Buffer } {
  const { targetPrefix = '', jsonVersion = '1.0' } = model.metadata;
  return {
    headers: {
      'x-amz-target': `${targetPrefix}.${operation}`,
      'content-type': `application/x-amz-json-${jsonVersion}`,
      accept: 'application/json',
    },
    body: Buffer.from(JSON.stringify(input)),
  };
}

/** A JSON response as CBOR. */
export function cborAnswer(model: ServiceModel, operation: string, succeeded: boolean, answer: Buffer): Buffer {
  const output = model.operations[operation]?.output;
  const document = parseJsonBody(answer);
  const value = succeeded && output ? fromJson(model, output, document) : document;
  return Buffer.from(cbor.serialize(tagged(value)));
}

function tagged(value: unknown): unknown {
  if (value instanceof Date) {
    return dateToTag(value);
  }
  if (Array.isArray(value)) {
    return value.map(tagged);
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, tagged(inner)]));
}
