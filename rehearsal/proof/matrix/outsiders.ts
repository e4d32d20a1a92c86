import type { PolicyRecord } from 'local-account/iam/policy-store';
import type { Principal } from 'local-account/platform';

/** An account other than the workflow's. */
export const FOREIGN_ACCOUNT = '999999999999';

const everything = (Principal?: '*') => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', ...(Principal === undefined ? {} : { Principal }), Action: '*', Resource: '*' }],
});

export const stranger: Principal = {
  kind: 'user',
  arn: `arn:aws:iam::${FOREIGN_ACCOUNT}:user/stranger`,
  accountId: FOREIGN_ACCOUNT,
};

export function colleague(accountId: string): Principal {
  return { kind: 'user', arn: `arn:aws:iam::${accountId}:user/colleague`, accountId };
}

/**
 * A caller without credentials: only a statement for everybody matches. Evaluated like a service, since for both only
 * the resource's policy counts.
 */
export const anonymous: Principal = { kind: 'service', service: 'anonymous', sourceAccount: '' };

export function administrator(accountId: string): Principal {
  return { kind: 'user', arn: `arn:aws:iam::${accountId}:user/administrator`, accountId };
}

/**
 * The stranger has all permissions that another account can give, and the stranger's resources are open to everybody:
 * only our policies can deny.
 */
export function outsidePolicies(
  accountId: string,
  partition: string,
  strangersResources: Iterable<string>,
): PolicyRecord[] {
  const identity = (holder: string): PolicyRecord => ({
    kind: 'identity',
    holder,
    name: 'Administrator',
    document: everything(),
  });
  return [
    identity(stranger.kind === 'user' ? stranger.arn : ''),
    identity(`arn:${partition}:iam::${accountId}:user/administrator`),
    ...[...strangersResources].map(
      (holder): PolicyRecord => ({ kind: 'resource', holder, name: 'open', document: everything('*') }),
    ),
  ];
}
