import type { Principal } from '../platform';
import { compilePolicy, type Statement } from './policy-document';
import { type PolicyStore, StatementIndex } from './policy-store';
import type { EvaluationRequest } from './request';

/** The kind of policy that decided, in the words of AWS's access denied messages. */
export type PolicyType =
  | 'identity-based'
  | 'resource-based'
  | 'role trust'
  | 'permissions boundary'
  | 'session'
  | 'VPC endpoint';

export interface Decision {
  readonly allowed: boolean;
  /** True when a Deny statement decided. */
  readonly explicit: boolean;
  /**
   * For a denial: the kind of policy that denies, or whose allowance is missing. For an allowance: the kind that
   * allows.
   */
  readonly policyType: PolicyType;
  /** The deciding statement; undefined when none matched. */
  readonly statement?: Statement;
  /** In words: which statement of which policy, or that none matched. */
  readonly reason: string;
}

/** "Policy evaluation logic", for a principal and resources of one account, with the exceptions KMS and STS make. */
export function evaluate(store: PolicyStore, accountId: string, request: EvaluationRequest): Decision {
  const { principal, action, resource } = request;
  const service = action.slice(0, action.indexOf(':'));
  const identityArn = principalIdentity(principal);
  const identity = identityArn === undefined ? NONE : scan(store.identityStatements(identityArn), service, request);
  const boundaryIndex = identityArn === undefined ? undefined : store.boundaryStatements(identityArn);
  const boundary = boundaryIndex && scan(boundaryIndex, service, request);
  const sessionIndex =
    principal.kind === 'role' && principal.sessionPolicy ? sessionStatements(principal.sessionPolicy) : undefined;
  const session = sessionIndex && scan(sessionIndex, service, request);
  const isTrust = action === 'sts:assumerole' && /:role\//.test(resource);
  const resourceType: PolicyType = isTrust ? 'role trust' : 'resource-based';
  const resourceIndex = isTrust ? store.trustStatements(resource) : resourcePolicy(store, accountId, resource);
  const resourceSide = resourceIndex ? scan(resourceIndex, service, request, boundary !== undefined) : NONE;
  const endpointId = request.context.get('aws:sourcevpce')?.[0];
  const endpointIndex = endpointId === undefined ? undefined : store.endpointStatements(endpointId, service);
  const endpoint = endpointIndex && scan(endpointIndex, service, request);

  for (const [type, side] of [
    ['identity-based', identity],
    ['permissions boundary', boundary],
    ['session', session],
    [resourceType, resourceSide],
    ['VPC endpoint', endpoint],
  ] as const) {
    if (side?.deny) {
      return decided(false, type, side.deny);
    }
  }
  if (endpoint && !grant(endpoint)) {
    return missing('VPC endpoint', action);
  }

  const limit: PolicyType | undefined =
    boundary && !boundary.direct ? 'permissions boundary' : session && !session.direct ? 'session' : undefined;
  const identityAllow = limit ? undefined : identity.direct;
  // Naming the role is limited by its boundary and the session's policy; naming the session or the user is not ("Policy
  // evaluation logic").
  const resourceAllow = resourceSide.direct ?? (limit ? undefined : resourceSide.named);
  const identityMissing = (): Decision =>
    missing(limit && (identity.direct || resourceSide.named) ? limit : 'identity-based', action);

  if (principal.kind === 'service') {
    return resourceSide.direct ? decided(true, resourceType, resourceSide.direct) : missing(resourceType, action);
  }
  if (isTrust || isKey(service, resource)) {
    // Trust and key policies always take part: they name the caller, or delegate to the identity policies of its
    // account.
    if (resourceAllow && sameAccount(principal, resource, accountId)) {
      return decided(true, resourceType, resourceAllow);
    }
    if (!grant(resourceSide) && !resourceSide.account) {
      return identityAllow || isTrust ? missing(resourceType, action) : identityMissing();
    }
    return identityAllow ? decided(true, 'identity-based', identityAllow) : identityMissing();
  }
  if (sameAccount(principal, resource, accountId)) {
    if (identityAllow) {
      return decided(true, 'identity-based', identityAllow);
    }
    return resourceAllow ? decided(true, 'resource-based', resourceAllow) : identityMissing();
  }
  if (!identityAllow) {
    return identityMissing();
  }
  const across = grant(resourceSide) ?? resourceSide.account;
  return across ? decided(true, 'resource-based', across) : missing('resource-based', action);
}

interface Side {
  readonly deny?: Statement;
  /** An Allow that names the user, the service or the session itself; or an Allow of a policy without Principal. */
  readonly direct?: Statement;
  /** An Allow that names the session's role, or `*`. */
  readonly named?: Statement;
  /** An Allow that names the principal's account only. */
  readonly account?: Statement;
}

const NONE: Side = {};

function grant(side: Side): Statement | undefined {
  return side.direct ?? side.named;
}

/** Compiled once for each document that a session carries. */
const SESSION_POLICIES = new WeakMap<object, StatementIndex>();

function sessionStatements(document: object): StatementIndex {
  let index = SESSION_POLICIES.get(document);
  if (!index) {
    index = new StatementIndex([compilePolicy('identity', 'session policy', 'AssumeRole, parameter Policy', document)]);
    SESSION_POLICIES.set(document, index);
  }
  return index;
}

function scan(index: StatementIndex, service: string, request: EvaluationRequest, bounded = false): Side {
  let direct: Statement | undefined;
  let named: Statement | undefined;
  let account: Statement | undefined;
  for (const statement of index.for(service)) {
    if (statement.effect === 'Allow' && direct) {
      continue;
    }
    const match =
      !statement.principal || (bounded && statement.notPrincipal) ? 'direct' : statement.principal(request.principal);
    if (!match || !statement.matches(request)) {
      continue;
    }
    if (statement.effect === 'Deny') {
      return { deny: statement };
    }
    if (match === 'direct') {
      direct = statement;
    } else if (match === 'named') {
      named ??= statement;
    } else {
      account ??= statement;
    }
  }
  return { direct, named, account };
}

function principalIdentity(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'user':
      return principal.arn;
    case 'role':
      return principal.roleArn;
    case 'service':
      return undefined;
  }
}

function isKey(service: string, resource: string): boolean {
  return service === 'kms' && /^arn:[^:]+:kms:[^:]*:[^:]*:key\//.test(resource);
}

/** A key's policy if none was given: the account decides by its identity policies ("Default key policy"). */
const DEFAULT_KEY_POLICIES = new Map<string, StatementIndex>();

function defaultKeyPolicy(account: string): StatementIndex {
  let index = DEFAULT_KEY_POLICIES.get(account);
  if (!index) {
    const document = {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Enable IAM User Permissions',
          Effect: 'Allow',
          Principal: { AWS: account },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    };
    index = new StatementIndex([compilePolicy('resource', 'default key policy', `keys of ${account}`, document)]);
    DEFAULT_KEY_POLICIES.set(account, index);
  }
  return index;
}

function resourcePolicy(store: PolicyStore, accountId: string, resource: string): StatementIndex | undefined {
  const index = store.resourceStatements(policyHolder(resource));
  return index ?? (isKey('kms', resource) ? defaultKeyPolicy(resourceAccount(resource, accountId)) : undefined);
}

/** The ARN under which a resource's policy is kept: an object's is its bucket's, a version's its function's. */
export function policyHolder(resource: string): string {
  const parts = resource.split(':');
  if (parts[2] === 's3') {
    const slash = resource.indexOf('/');
    return slash < 0 ? resource : resource.slice(0, slash);
  }
  return parts[2] === 'lambda' && parts[5] === 'function' ? parts.slice(0, 7).join(':') : resource;
}

function resourceAccount(resource: string, accountId: string): string {
  const account = resource.split(':')[4];
  return account === undefined || !/^\d{12}$/.test(account) ? accountId : account;
}

function sameAccount(principal: Principal, resource: string, accountId: string): boolean {
  return principal.kind !== 'service' && principal.accountId === resourceAccount(resource, accountId);
}

function decided(allowed: boolean, policyType: PolicyType, statement: Statement): Decision {
  const { policy, label } = statement;
  const what = policy.kind === 'trust' ? 'the trust policy' : `${policy.kind} policy "${policy.name}"`;
  return {
    allowed,
    explicit: !allowed,
    policyType,
    statement,
    reason: `${allowed ? 'allowed' : 'denied'} by statement ${label} of ${what} of ${policy.place}`,
  };
}

function missing(policyType: PolicyType, action: string): Decision {
  return {
    allowed: false,
    explicit: false,
    policyType,
    reason: `no ${policyType} policy has a statement that allows ${action} here`,
  };
}
