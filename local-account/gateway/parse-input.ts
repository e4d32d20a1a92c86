import { XMLParser } from 'fast-xml-parser';
import { AwsError } from '../platform';
import { type Member, type Operation, type ServiceModel, type Shape, shapeOf } from '../service-model';
import type { RequestHead, Route } from './routing';

type Input = Record<string, unknown>;

/**
 * Reads a JSON body by the operation's input shape: timestamps become Date, blobs Uint8Array; all else stays as sent.
 */
export function parseJsonInput(model: ServiceModel, operation: Operation, body: Buffer): Input {
  const document = parseJsonBody(body);
  return operation.input ? (fromJson(model, operation.input, document) as Input) : document;
}

/** AWS: iam/bodies-are-read-first */
export function parseJsonBody(body: Buffer): Input {
  if (body.length === 0) {
    return {};
  }
  let document: unknown;
  try {
    document = JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new AwsError('SerializationException', 'Start of structure or map found where not expected');
  }
  return document as Input;
}

/** Values of unexpected type are left as they are: validation names them. */
export function fromJson(
  model: ServiceModel,
  member: Pick<Member, 'shape' | 'timestampFormat'>,
  value: unknown,
): unknown {
  const shape = shapeOf(model, member);
  if (value === null || value === undefined || shape.document) {
    return value ?? undefined;
  }
  switch (shape.type) {
    case 'structure': {
      if (!isRecord(value)) {
        return value;
      }
      const byWireName = wireNames(shape);
      return Object.fromEntries(
        Object.entries(value)
          .filter(([, inner]) => inner !== null)
          .map(([key, inner]) => {
            const name = byWireName.get(key) ?? key;
            const ref = shape.members?.[name];
            return [name, ref ? fromJson(model, ref, inner) : inner];
          }),
      );
    }
    case 'list':
      return Array.isArray(value) ? value.map((inner) => fromJson(model, shape.member!, inner)) : value;
    case 'map':
      return isRecord(value)
        ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromJson(model, shape.value!, inner)]))
        : value;
    case 'timestamp':
      return timestamp(value);
    case 'blob':
      return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value;
    default:
      return value;
  }
}

function wireNames(shape: Shape): Map<string, string> {
  return new Map(Object.entries(shape.members ?? {}).map(([name, member]) => [member.locationName ?? name, name]));
}

function timestamp(value: unknown): unknown {
  const date =
    typeof value === 'number' ? new Date(value * 1000) : typeof value === 'string' ? new Date(value) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date : value;
}

/** Reads a Query-protocol form (Action=...&Entries.member.1.Id=...) by the operation's input shape. */
export function parseQueryInput(model: ServiceModel, operation: Operation, form: URLSearchParams): Input {
  if (!operation.input) {
    return {};
  }
  const tree: FormNode = { children: new Map() };
  for (const [key, value] of form) {
    let node = tree;
    for (const part of key.split('.')) {
      let child = node.children.get(part);
      if (!child) {
        child = { children: new Map() };
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  const input = fromForm(model, operation.input, tree) as Input;
  // What the shape does not know is kept, so that validation can refuse it by name.
  const known = new Set(
    Object.entries(shapeOf(model, operation.input).members ?? {}).map(([name, ref]) => formName(model, name, ref)),
  );
  for (const [name, node] of tree.children) {
    if (!known.has(name) && name !== 'Action' && name !== 'Version') {
      input[name] = node.value ?? {};
    }
  }
  return input;
}

interface FormNode {
  value?: string;
  readonly children: Map<string, FormNode>;
}

function formName(model: ServiceModel, name: string, ref: Member): string {
  const shape = shapeOf(model, ref);
  const flat = shape.type === 'list' && (shape.flattened || ref.flattened);
  return (flat ? (shape.member?.locationName ?? ref.locationName) : ref.locationName) ?? name;
}

function fromForm(model: ServiceModel, member: Member, node: FormNode): unknown {
  const shape = shapeOf(model, member);
  switch (shape.type) {
    case 'structure': {
      const entries = Object.entries(shape.members ?? {}).flatMap(([name, ref]) => {
        const child = node.children.get(formName(model, name, ref));
        return child ? [[name, fromForm(model, ref, child)] as const] : [];
      });
      return Object.fromEntries(entries);
    }
    case 'list': {
      const flat = shape.flattened || member.flattened;
      const items = flat
        ? node
        : (node.children.get(shape.member?.locationName ?? 'member') ?? node.children.get('member'));
      return numbered(items).map((item) => fromForm(model, shape.member!, item));
    }
    case 'map': {
      const flat = shape.flattened || member.flattened;
      const entries = numbered(flat ? node : node.children.get('entry')).flatMap((entry) => {
        const key = entry.children.get(shape.key?.locationName ?? 'key')?.value;
        const value = entry.children.get(shape.value?.locationName ?? 'value');
        return key !== undefined && value ? [[key, fromForm(model, shape.value!, value)] as const] : [];
      });
      return Object.fromEntries(entries);
    }
    default:
      return fromText(shape, node.value ?? '');
  }
}

function numbered(node: FormNode | undefined): FormNode[] {
  return [...(node?.children ?? [])]
    .filter(([index]) => /^\d+$/.test(index))
    .sort(([left], [right]) => Number(left) - Number(right))
    .map(([, child]) => child);
}

function fromText(shape: Shape, text: string): unknown {
  switch (shape.type) {
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'timestamp':
      return timestamp(/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'));
    default:
      return text;
  }
}

const xml = new XMLParser({ ignoreAttributes: true, parseTagValue: false, ignoreDeclaration: true });

/**
 * Reads a REST request: path labels, query parameters and headers by their bindings, then the body. `body` is undefined
 * when it is streamed on unread (an object being stored).
 */
export function parseRestInput(model: ServiceModel, route: Route, head: RequestHead, body: Buffer | undefined): Input {
  const { operation } = route;
  if (!operation.input) {
    return {};
  }
  const shape = shapeOf(model, operation.input);
  const input: Input = {};
  for (const [name, ref] of Object.entries(shape.members ?? {})) {
    const value = bound(model, name, ref, route, head);
    if (value !== undefined) {
      input[name] = value;
    }
  }
  if (body === undefined) {
    return input;
  }
  const payload = shape.payload === undefined ? undefined : shape.members?.[shape.payload];
  if (payload && shapeOf(model, payload).type !== 'structure') {
    const type = shapeOf(model, payload).type;
    if (body.length > 0 || type === 'blob') {
      input[shape.payload!] = type === 'blob' ? new Uint8Array(body) : body.toString('utf8');
    }
    return input;
  }
  if (body.length === 0) {
    return input;
  }
  if (model.metadata.protocol === 'rest-xml') {
    const [root] = Object.values(xml.parse(body.toString('utf8')) as Input);
    const document = fromXml(model, payload ?? operation.input, root);
    return payload ? { ...input, [shape.payload!]: document } : { ...input, ...(document as Input) };
  }
  const document = parseJsonBody(body);
  return payload
    ? { ...input, [shape.payload!]: fromJson(model, payload, document) }
    : { ...input, ...(fromJson(model, operation.input, document) as Input) };
}

function bound(model: ServiceModel, name: string, ref: Member, route: Route, head: RequestHead): unknown {
  const wireName = ref.locationName ?? name;
  const shape = shapeOf(model, ref);
  switch (ref.location) {
    case 'uri': {
      const label = route.labels[wireName];
      return label === undefined ? undefined : fromText(shape, label);
    }
    case 'querystring': {
      if (!head.query.has(wireName)) {
        return undefined;
      }
      return shape.type === 'list'
        ? head.query.getAll(wireName).map((text) => fromText(shapeOf(model, shape.member!), text))
        : fromText(shape, head.query.get(wireName)!);
    }
    case 'header': {
      const text = head.headers[wireName.toLowerCase()];
      if (text === undefined) {
        return undefined;
      }
      return shape.type === 'list' ? text.split(',').map((part) => part.trim()) : fromText(shape, text);
    }
    case 'headers': {
      const prefix = wireName.toLowerCase();
      const found = Object.entries(head.headers).filter(([header]) => header.startsWith(prefix));
      return found.length
        ? Object.fromEntries(found.map(([header, text]) => [header.slice(prefix.length), text]))
        : undefined;
    }
    default:
      return undefined;
  }
}

function fromXml(model: ServiceModel, member: Member, node: unknown): unknown {
  const shape = shapeOf(model, member);
  switch (shape.type) {
    case 'structure': {
      const record = isRecord(node) ? node : {};
      const entries = Object.entries(shape.members ?? {}).flatMap(([name, ref]) => {
        const inner = shapeOf(model, ref);
        const flatName =
          inner.type === 'list' && (inner.flattened || ref.flattened) ? inner.member?.locationName : undefined;
        const child = record[ref.locationName ?? flatName ?? name];
        return child === undefined ? [] : [[name, fromXml(model, ref, child)] as const];
      });
      return Object.fromEntries(entries);
    }
    case 'list': {
      const flat = shape.flattened || member.flattened;
      const items = flat ? node : isRecord(node) ? node[shape.member?.locationName ?? 'member'] : [];
      const list = items === undefined ? [] : Array.isArray(items) ? items : [items];
      return list.map((item) => fromXml(model, shape.member!, item));
    }
    case 'map':
      return node;
    default:
      return fromText(shape, typeof node === 'string' ? node : String(node ?? ''));
  }
}

function isRecord(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
