import { AwsError } from '../platform';
import type { Operation, ServiceModel, ServiceModels } from '../service-model';
import { readCbor } from './cbor-bridge';
import { parseJsonBody, parseJsonInput, parseQueryInput, parseRestInput } from './parse-input';
import { matchRoute, type RequestHead, type Route } from './routing';
import type { WireFormat } from './serialize';
import type { Signature } from './signature';

/** Which operation a request is, before its body is read. */
export interface Target {
  /** The service's name in the local account (sagemaker, sagemaker-runtime, cloudwatch, ...). */
  readonly service: string;
  readonly operation: string;
  readonly format: WireFormat;
  /** Undefined for services that are only forwarded and need no model to be understood. */
  readonly model: ServiceModel | undefined;
  readonly route?: Route;
}

/** Signing names that are not the service's name. */
const SERVICE_NAMES: Readonly<Record<string, string>> = {
  monitoring: 'cloudwatch',
  servicequotas: 'service-quotas',
  s3express: 's3',
};

/** The form a service's errors take when the request could not be understood further. */
export function errorFormat(head: RequestHead, signingName: string | undefined): WireFormat {
  if (head.headers['smithy-protocol'] === 'rpc-v2-cbor') {
    return 'smithy-rpc-v2-cbor';
  }
  if (head.headers['x-amz-target'] !== undefined) {
    return 'json';
  }
  if (signingName === 's3') {
    return 's3';
  }
  if (signingName === 'ec2') {
    return 'ec2';
  }
  if (signingName === undefined && isObjectRequest(head)) {
    return 's3';
  }
  return /x-www-form-urlencoded/.test(head.headers['content-type'] ?? '') || head.query.has('Action')
    ? 'query'
    : 'rest-json';
}

/** Paths of SageMaker's feature store. */
const FEATURE_STORE = /^\/(FeatureGroup|BatchGetRecord|BatchWriteRecord)(\/|$)/;

/** Paths of the other services that speak REST: Lambda, SageMaker's endpoints, EventBridge Scheduler. */
const OTHER_PATHS = /^\/(20\d\d-\d\d-\d\d|endpoints|schedules|schedule-groups|tags)(\/|$)/;

/** Without a signature, nothing but its form says that a request is for S3. */
function isObjectRequest({ method, path, query, headers }: RequestHead): boolean {
  const isForm = /x-www-form-urlencoded/.test(headers['content-type'] ?? '');
  const isOther = OTHER_PATHS.test(path) || FEATURE_STORE.test(path);
  return !query.has('Action') && !isOther && !(isForm && method === 'POST' && path === '/');
}

/** Finds service and operation: by X-Amz-Target, by an RPC path, by Action, or by method and path. */
export function findTarget(
  models: ServiceModels,
  head: RequestHead,
  signature: Pick<Signature, 'signingName'>,
  body: Buffer | undefined,
): Target {
  const format = errorFormat(head, signature.signingName);
  const service = serviceName(head, signature);
  switch (format) {
    case 'smithy-rpc-v2-cbor': {
      const operation = /^\/service\/[^/]+\/operation\/([A-Za-z0-9]+)\/?$/.exec(head.path)?.[1];
      return { service, operation: operation ?? unknown(service, head), format, model: models.find(service) };
    }
    case 'json': {
      const operation = head.headers['x-amz-target'].split('.').pop()!;
      return { service, operation, format, model: undefined };
    }
    case 'ec2':
    case 'query': {
      const operation = new URLSearchParams(body?.toString('utf8')).get('Action') ?? head.query.get('Action');
      return {
        service,
        operation: operation ?? unknown(service, head),
        format,
        model: format === 'query' ? models.find(service) : undefined,
      };
    }
    default: {
      const model = models.find(service);
      const route = model && matchRoute(model, head);
      return route ? { service, operation: route.operation.name, format, model, route } : unknown(service, head);
    }
  }
}

/** SageMaker and its runtimes sign with one name: only the control plane has a target header. */
function serviceName(head: RequestHead, signature: Pick<Signature, 'signingName'>): string {
  const { signingName } = signature;
  if (signingName === 'sagemaker' && head.headers['x-amz-target'] === undefined) {
    return FEATURE_STORE.test(head.path) ? 'sagemaker-featurestore-runtime' : 'sagemaker-runtime';
  }
  return SERVICE_NAMES[signingName] ?? signingName;
}

function unknown(service: string, head: RequestHead): never {
  throw new AwsError('UnknownOperationException', `${service} has no operation for ${head.method} ${head.path}`, 404);
}

/** The operation's input. Without a model, the body as received. */
export function parseInput(
  target: Target,
  head: RequestHead,
  body: Buffer | undefined,
  model: ServiceModel | undefined,
): Record<string, unknown> {
  const operation: Operation | undefined = model?.operations[target.operation];
  switch (target.format) {
    case 'smithy-rpc-v2-cbor':
      return readCbor(body ?? Buffer.alloc(0));
    case 'json':
      return model && operation
        ? parseJsonInput(model, operation, body ?? Buffer.alloc(0))
        : parseJsonBody(body ?? Buffer.alloc(0));
    case 'ec2':
      return Object.fromEntries(new URLSearchParams(body?.toString('utf8')));
    case 'query': {
      const form = new URLSearchParams(body?.toString('utf8'));
      head.query.forEach((value, key) => form.set(key, value));
      return model && operation ? parseQueryInput(model, operation, form) : Object.fromEntries(form);
    }
    default:
      return target.route && target.model ? parseRestInput(target.model, target.route, head, body) : {};
  }
}
