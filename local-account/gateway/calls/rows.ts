import type { ConditionContext, Principal } from '../../platform';
import type { ResourceFacts } from '../resource-facts';

/** A parsed API call, as the rows of the call table see it. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly principal: Principal;
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  /** What the store knows of existing resources: default keys, an object's key, aliases. */
  readonly facts: ResourceFacts;
}

type Answer<T> = T | Promise<T>;
export type ContextValue = string | readonly string[] | undefined;
export type Field<T> = (call: Call) => Answer<T>;

/** One permission an operation needs. */
export interface Row {
  /** An action of the Service Authorization Reference. */
  readonly action: string;
  /** The resource type as the reference names it; undefined for an action that takes none. */
  readonly type?: string;
  /** The ARNs that the action needs; each must be allowed. Default: *. */
  readonly resource?: Field<string | readonly string[]>;
  /** Condition keys that the service sets; a key whose value is undefined is absent. */
  readonly context?: Readonly<Record<string, Field<ContextValue>>>;
  /** Context keys with a variable part, such as kms:EncryptionContext:<key>. */
  readonly extraContext?: Field<ConditionContext>;
  /** The permission is needed only then. */
  readonly when?: Field<boolean>;
  /** Who needs it, when that is not the caller: a service that acts on its own behalf. */
  readonly as?: Field<Principal>;
}

/** What the operations of one service need. */
export interface ServiceCalls {
  /** The service's name in IAM actions. */
  readonly prefix: string;
  /** Where the rows come from: a page of the Service Authorization Reference, and others where named. */
  readonly source: string;
  readonly operations: Readonly<Record<string, readonly Row[]>>;
}

/** The text of a member, by dotted path ("OutputDataConfig.KmsKeyId"); numbers and booleans as text. */
export function field(path: string): (call: Call) => string | undefined {
  const keys = path.split('.');
  return (call) => {
    let value: unknown = call.input;
    for (const key of keys) {
      value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    }
    return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
  };
}

/** All texts found by a path in which [] goes through a list ("ProductionVariants[].InstanceType"). */
export function fields(...paths: string[]): (call: Call) => string[] | undefined {
  return (call) => {
    const found = paths.flatMap((path) =>
      path.split('.').reduce<unknown[]>(
        (values, part) => {
          const name = part.replace('[]', '');
          const inner = values.map((value) =>
            typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined,
          );
          return part.endsWith('[]') ? inner.flatMap((value) => (Array.isArray(value) ? value : [])) : inner;
        },
        [call.input],
      ),
    );
    const texts = found.filter((value) => value !== undefined && value !== null).map(String);
    return texts.length > 0 ? [...new Set(texts)] : undefined;
  };
}

/** A fixed context value. */
export function fixed(value: string): () => string {
  return () => value;
}

/** An ARN of the caller's account and region. */
export function regional(
  call: Pick<Call, 'partition' | 'region' | 'accountId'>,
  service: string,
  resource: string,
): string {
  return `arn:${call.partition}:${service}:${call.region}:${call.accountId}:${resource}`;
}

/** Rows for operations whose action has the operation's name and takes no resource. */
export function unscoped(prefix: string, ...operations: string[]): Record<string, readonly Row[]> {
  return Object.fromEntries(operations.map((operation) => [operation, [{ action: `${prefix}:${operation}` }]]));
}

/** Rows for operations whose action has the operation's name and works on one resource. */
export function scoped(
  prefix: string,
  type: string,
  resource: Field<string | readonly string[]>,
  ...operations: string[]
): Record<string, readonly Row[]> {
  return Object.fromEntries(
    operations.map((operation) => [operation, [{ action: `${prefix}:${operation}`, type, resource }]]),
  );
}

/** iam:PassRole for a role that a call passes to a service. */
export function passRole(service: string, ...paths: string[]): Row {
  const roles = fields(...paths);
  return {
    action: 'iam:PassRole',
    type: 'role',
    resource: (call) => roles(call) ?? [],
    context: { 'iam:PassedToService': fixed(service) },
    when: (call) => roles(call) !== undefined,
  };
}

/** A KMS permission of the caller that is used through another service. */
export function kmsThrough(
  action: string,
  service: string,
  key: Field<string | undefined>,
  encryptionContext: Field<Readonly<Record<string, string>>> = () => ({}),
): Row {
  return {
    action,
    type: 'key',
    resource: async (call) => (await key(call)) ?? [],
    context: {
      'kms:ViaService': (call) => `${service}.${call.region}.amazonaws.com`,
      'kms:CallerAccount': (call) => call.accountId,
      'kms:EncryptionContextKeys': async (call) => Object.keys(await encryptionContext(call)),
      'aws:ViaAWSService': fixed('true'),
    },
    extraContext: async (call) =>
      Object.fromEntries(
        Object.entries(await encryptionContext(call)).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
      ),
    when: async (call) => (await key(call)) !== undefined,
  };
}
