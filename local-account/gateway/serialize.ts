import { cbor } from '@smithy/core/cbor';
import { AwsError } from '../platform';
import { type Member, type Operation, type Protocol, type ServiceModel, type Shape, shapeOf } from '../service-model';

export interface Reply {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** Writes a local service's output in the service's protocol. */
export function serializeOutput(
  model: ServiceModel,
  operation: Operation,
  output: Record<string, unknown>,
  requestId: string,
): Reply {
  const statusCode = operation.http.responseCode ?? 200;
  switch (model.metadata.protocol) {
    case 'query':
      return serializeQuery(model, operation, output, requestId);
    case 'rest-json':
      return serializeRest(model, operation, output, requestId, statusCode);
    case 'json': {
      const document = operation.output ? toJson(model, operation.output, output) : {};
      return {
        statusCode: 200,
        headers: {
          'content-type': `application/x-amz-json-${model.metadata.jsonVersion ?? '1.1'}`,
          'x-amzn-requestid': requestId,
        },
        body: Buffer.from(JSON.stringify(document)),
      };
    }
    default:
      throw new AwsError(
        'InternalFailure',
        `the local account has no local service that speaks ${model.metadata.protocol}`,
        500,
      );
  }
}

function serializeRest(
  model: ServiceModel,
  operation: Operation,
  output: Record<string, unknown>,
  requestId: string,
  defaultStatus: number,
): Reply {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-amzn-requestid': requestId };
  let statusCode = defaultStatus;
  if (!operation.output) {
    return { statusCode, headers, body: Buffer.alloc(0) };
  }
  const shape = shapeOf(model, operation.output);
  const document: Record<string, unknown> = {};
  for (const [name, ref] of Object.entries(shape.members ?? {})) {
    const value = output[name];
    if (value === undefined || value === null) {
      continue;
    }
    const wireName = ref.locationName ?? name;
    if (ref.location === 'statusCode') {
      statusCode = Number(value);
    } else if (ref.location === 'header') {
      headers[wireName.toLowerCase()] = value instanceof Date ? value.toUTCString() : String(value);
    } else if (ref.location === 'headers') {
      Object.entries(value as Record<string, string>).forEach(
        ([key, text]) => (headers[(wireName + key).toLowerCase()] = text),
      );
    } else if (name !== shape.payload) {
      document[wireName] = toJson(model, ref, value);
    }
  }
  if (shape.payload === undefined) {
    return { statusCode, headers, body: Buffer.from(JSON.stringify(document)) };
  }
  const ref = shape.members![shape.payload];
  const payload = output[shape.payload];
  const isDocument = shapeOf(model, ref).type === 'structure';
  if (payload === undefined || payload === null) {
    return { statusCode, headers, body: Buffer.alloc(0) };
  }
  const body = isDocument
    ? Buffer.from(JSON.stringify(toJson(model, ref, payload)))
    : Buffer.from(payload as string | Uint8Array);
  return { statusCode, headers, body };
}

function toJson(model: ServiceModel, member: Pick<Member, 'shape' | 'timestampFormat'>, value: unknown): unknown {
  const shape = shapeOf(model, member);
  if (shape.document) {
    return value;
  }
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members ?? {}).flatMap(([name, ref]) => {
          const inner = (value as Record<string, unknown>)[name];
          return inner === undefined || inner === null ? [] : [[ref.locationName ?? name, toJson(model, ref, inner)]];
        }),
      );
    case 'list':
      return (value as unknown[]).map((inner) => toJson(model, shape.member!, inner));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Record<string, unknown>).map(([key, inner]) => [
          key,
          toJson(model, shape.value!, inner),
        ]),
      );
    case 'timestamp': {
      const date = value instanceof Date ? value : new Date((value as number) * 1000);
      const format = member.timestampFormat ?? shape.timestampFormat;
      return format === 'iso8601'
        ? date.toISOString()
        : format === 'rfc822'
          ? date.toUTCString()
          : date.getTime() / 1000;
    }
    case 'blob':
      return Buffer.from(value as string | Uint8Array).toString('base64');
    default:
      return value;
  }
}

function serializeQuery(
  model: ServiceModel,
  operation: Operation,
  output: Record<string, unknown>,
  requestId: string,
): Reply {
  const inner = operation.output ? toXml(model, operation.output, output) : '';
  const wrapper = operation.output?.resultWrapper;
  const result = wrapper ? `<${wrapper}>${inner}</${wrapper}>` : inner;
  const root = `${operation.name}Response`;
  const text =
    `<${root} xmlns="${model.metadata.xmlNamespace ?? ''}">${result}` +
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${root}>`;
  return {
    statusCode: 200,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: Buffer.from(text),
  };
}

function toXml(model: ServiceModel, member: Pick<Member, 'shape'>, value: unknown): string {
  const shape = shapeOf(model, member);
  if (shape.type === 'structure') {
    return Object.entries(shape.members ?? {})
      .map(([name, ref]) => memberXml(model, name, ref, (value as Record<string, unknown>)[name]))
      .join('');
  }
  return xmlText(shape, value);
}

function memberXml(model: ServiceModel, name: string, ref: Member, value: unknown): string {
  if (value === undefined || value === null) {
    return '';
  }
  const shape = shapeOf(model, ref);
  const flat = shape.flattened || ref.flattened;
  const tag = ref.locationName ?? name;
  const wrap = (inner: string, outer = tag): string => `<${outer}>${inner}</${outer}>`;
  if (shape.type === 'list') {
    const itemTag = shape.member?.locationName ?? (flat ? tag : 'member');
    const items = (value as unknown[]).map((item) => wrap(toXml(model, shape.member!, item), itemTag)).join('');
    return flat ? items : wrap(items);
  }
  if (shape.type === 'map') {
    const entries = Object.entries(value as Record<string, unknown>).map(([key, item]) => {
      const keyXml = wrap(escapeXml(key), shape.key?.locationName ?? 'key');
      const valueXml = wrap(toXml(model, shape.value!, item), shape.value?.locationName ?? 'value');
      return wrap(keyXml + valueXml, flat ? tag : 'entry');
    });
    return flat ? entries.join('') : wrap(entries.join(''));
  }
  return wrap(toXml(model, ref, value));
}

function xmlText(shape: Shape, value: unknown): string {
  switch (shape.type) {
    case 'timestamp':
      return (value instanceof Date ? value : new Date((value as number) * 1000)).toISOString();
    case 'blob':
      return Buffer.from(value as string | Uint8Array).toString('base64');
    default:
      return escapeXml(String(value));
  }
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** The wire format a request came in, which its error must go out in. */
export type WireFormat = Protocol | 's3';

/** Writes an error in the protocol the request came in. */
export function serializeError(format: WireFormat, error: AwsError, requestId: string, resource = ''): Reply {
  const { code, message, statusCode } = fromName(error);
  const headers: Record<string, string> = { 'x-amzn-requestid': requestId };
  const type = statusCode >= 500 ? 'Receiver' : 'Sender';
  switch (format) {
    case 's3':
    case 'rest-xml':
      return {
        statusCode,
        headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
        body: Buffer.from(
          `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message>` +
            elements(error.fields) +
            `<Resource>${escapeXml(resource)}</Resource><RequestId>${requestId}</RequestId></Error>`,
        ),
      };
    case 'query':
      return {
        statusCode,
        headers: { ...headers, 'content-type': 'text/xml' },
        body: Buffer.from(
          `<ErrorResponse><Error><Type>${type}</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>` +
            `<RequestId>${requestId}</RequestId></ErrorResponse>`,
        ),
      };
    case 'ec2':
      return {
        statusCode,
        headers: { ...headers, 'content-type': 'text/xml' },
        body: Buffer.from(
          `<Response><Errors><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error></Errors>` +
            `<RequestID>${requestId}</RequestID></Response>`,
        ),
      };
    case 'smithy-rpc-v2-cbor':
      return {
        statusCode,
        headers: {
          ...headers,
          'content-type': 'application/cbor',
          'smithy-protocol': 'rpc-v2-cbor',
          'x-amzn-query-error': `${code};${type}`,
        },
        body: Buffer.from(cbor.serialize({ __type: code, message, ...error.fields })),
      };
    case 'json':
    case 'rest-json':
      return {
        statusCode,
        headers: {
          ...headers,
          'content-type': 'application/json',
          'x-amzn-errortype': code,
          'x-amzn-query-error': `${code};${type}`,
        },
        body: Buffer.from(JSON.stringify({ __type: code, message, Message: message, ...error.fields })),
      };
  }
}

function elements(fields: AwsError['fields'] = {}): string {
  return Object.entries(fields)
    .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
    .join('');
}

function fromName(error: AwsError): { code: string; message: string; statusCode: number } {
  return { code: error.code, message: error.message, statusCode: error.statusCode };
}
