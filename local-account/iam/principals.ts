import type { Principal } from '../platform';
import { PolicyError } from './policy-error';

/**
 * How a Principal element matches. direct: it names the user, the service or the role session itself. named: it names
 * the session's role or `*`, so the role's boundary and the session's policy still limit the session. account: it names
 * only the account, which delegates to its identity policies.
 */
export type PrincipalMatch = 'direct' | 'named' | 'account' | undefined;

export type PrincipalMatcher = (principal: Principal) => PrincipalMatch;

/** Compiles a Principal element: "*", or AWS / Service / Federated with one value or a list. */
export function compilePrincipal(element: unknown, place: string): PrincipalMatcher {
  if (element === '*') {
    return everybody;
  }
  if (typeof element !== 'object' || element === null || Array.isArray(element)) {
    throw new PolicyError(place, `Principal must be "*" or an object, not ${JSON.stringify(element)}`);
  }
  const matchers: PrincipalMatcher[] = [];
  for (const [kind, raw] of Object.entries(element)) {
    for (const value of Array.isArray(raw) ? raw : [raw]) {
      if (typeof value !== 'string' || value === '') {
        throw new PolicyError(place, `Principal.${kind} must be text, not ${JSON.stringify(value)}`);
      }
      matchers.push(principalValue(kind, value, place));
    }
  }
  if (matchers.length === 0) {
    throw new PolicyError(place, 'Principal names nobody');
  }
  return (principal) => {
    let best: PrincipalMatch;
    for (const matches of matchers) {
      const match = matches(principal);
      if (match === 'direct') {
        return match;
      }
      best = match === 'named' ? match : (best ?? match);
    }
    return best;
  };
}

/**
 * Everyone except the listed principals. A role session is exempt only if role, session or `*` is listed; its account
 * alone is not enough.
 */
export function compileNotPrincipal(element: unknown, place: string): PrincipalMatcher {
  const listed = compilePrincipal(element, place);
  return (principal) => {
    const match = listed(principal);
    return match === 'direct' || match === 'named' ? undefined : 'direct';
  };
}

function principalValue(kind: string, value: string, place: string): PrincipalMatcher {
  switch (kind) {
    case 'AWS':
      return awsPrincipal(value, place);
    case 'Service':
      if (!/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(value)) {
        throw new PolicyError(place, `"${value}" is no service principal (such as sagemaker.amazonaws.com)`);
      }
      return (principal) => (principal.kind === 'service' && principal.service === value ? 'direct' : undefined);
    case 'Federated':
    case 'CanonicalUser':
      // Well-formed, but the local account has no such callers: it never matches.
      return () => undefined;
    default:
      throw new PolicyError(
        place,
        `unknown kind of principal "${kind}". Known: AWS, Service, Federated, CanonicalUser`,
      );
  }
}

const everybody: PrincipalMatcher = (principal) => (principal.kind === 'role' ? 'named' : 'direct');

function awsPrincipal(value: string, place: string): PrincipalMatcher {
  if (value === '*') {
    return everybody;
  }
  const account = /^(\d{12})$/.exec(value)?.[1] ?? /^arn:[a-z-]+:iam::(\d{12}):root$/.exec(value)?.[1];
  if (account) {
    return (principal) => (principal.kind !== 'service' && principal.accountId === account ? 'account' : undefined);
  }
  if (value.includes('*') || value.includes('?')) {
    throw new PolicyError(
      place,
      `Principal "${value}": IAM takes no wildcard inside a principal's ARN; use a condition on aws:PrincipalArn`,
    );
  }
  if (/^arn:[a-z-]+:iam::\d{12}:role\/.+$/.test(value)) {
    return (principal) => (principal.kind === 'role' && principal.roleArn === value ? 'named' : undefined);
  }
  if (/^arn:[a-z-]+:(iam::\d{12}:user|sts::\d{12}:(assumed-role|federated-user))\/.+$/.test(value)) {
    return (principal) => (principal.kind !== 'service' && principal.arn === value ? 'direct' : undefined);
  }
  throw new PolicyError(place, `Principal "${value}" is neither an account, a user, a role nor a role session`);
}
