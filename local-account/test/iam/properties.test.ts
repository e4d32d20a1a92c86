import fc from 'fast-check';
import { Authorizer } from '../../iam/authorizer';
import { PolicyStore } from '../../iam/policy-store';
import { arnPattern, wildcard } from '../../iam/wildcard';
import type { Principal } from '../../platform';

const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/R`;
const caller: Principal = {
  kind: 'role',
  roleArn: ROLE,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/R/s`,
  sessionName: 's',
  accountId: ACCOUNT,
};

const action = fc.constantFrom('s3:GetObject', 's3:PutObject', 's3:*', 's3:Get*', '*', 'kms:Decrypt', 'kms:*');
const asked = fc.constantFrom('s3:GetObject', 's3:PutObject', 'kms:Decrypt');
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/k`;
const resource = fc.constantFrom(
  '*',
  'arn:aws:s3:::b/*',
  'arn:aws:s3:::b/raw/*',
  'arn:aws:s3:::b/raw/x',
  KEY,
  'arn:aws:kms:*',
);
const target = fc.constantFrom('arn:aws:s3:::b/raw/x', 'arn:aws:s3:::b/y', KEY);
const condition = fc.constantFrom(
  undefined,
  { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
  { Bool: { 'aws:SecureTransport': 'false' } },
  { Null: { 's3:prefix': 'true' } },
);
const statement = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    negateAction: fc.boolean(),
    actions: fc.array(action, { minLength: 1, maxLength: 2 }),
    Resource: resource,
    Condition: condition,
  })
  .map(({ negateAction, actions, Condition, ...rest }) => ({
    ...rest,
    [negateAction ? 'NotAction' : 'Action']: actions,
    ...(Condition ? { Condition } : {}),
  }));
type Statement = Record<string, unknown>;

function ask(
  identity: Statement[],
  bucket: Statement[],
  what: string,
  on: string,
): { allowed: boolean; explicit: boolean } {
  const policies = new PolicyStore();
  policies.putRole({ arn: ROLE, trust: { Version: '2012-10-17', Statement: [] } });
  policies.putInlinePolicy(ROLE, 'P', { Version: '2012-10-17', Statement: identity });
  const withPrincipal = bucket.map((one) => ({ ...one, Principal: { AWS: ROLE } }));
  policies.putResourcePolicy('arn:aws:s3:::b', { Version: '2012-10-17', Statement: withPrincipal });
  const authorizer = new Authorizer({ policies, accountId: ACCOUNT, region: 'eu-west-1', clock: { now: () => 0 } });
  return authorizer.decide({ principal: caller, action: what, resource: on });
}

const statements = fc.array(statement, { maxLength: 4 });

describe('evaluation, whatever the policies', () => {
  it('denies when a deny is added that matches, on either side', () => {
    fc.assert(
      fc.property(statements, statements, asked, target, fc.boolean(), (identity, bucket, what, on, onBucket) => {
        const deny = { Effect: 'Deny', Action: what, Resource: on };
        const sides: [Statement[], Statement[]] = onBucket
          ? [identity, [...bucket, deny]]
          : [[...identity, deny], bucket];
        const reached = !onBucket || on.startsWith('arn:aws:s3:::b/');
        if (reached) {
          expect(ask(...sides, what, on)).toMatchObject({ allowed: false, explicit: true });
        }
      }),
    );
  });

  it('never loses access by an added allow', () => {
    fc.assert(
      fc.property(statements, statements, statement, asked, target, (identity, bucket, extra, what, on) => {
        const before = ask(identity, bucket, what, on).allowed;
        const after = ask([...identity, { ...extra, Effect: 'Allow' }], bucket, what, on).allowed;
        expect(before && !after).toBe(false);
      }),
    );
  });

  it('never gains access by an added deny', () => {
    fc.assert(
      fc.property(statements, statements, statement, asked, target, (identity, bucket, extra, what, on) => {
        const before = ask(identity, bucket, what, on).allowed;
        const after = ask([...identity, { ...extra, Effect: 'Deny' }], bucket, what, on).allowed;
        expect(!before && after).toBe(false);
      }),
    );
  });

  it('does not depend on the order of statements', () => {
    fc.assert(
      fc.property(statements, statements, asked, target, (identity, bucket, what, on) => {
        expect(ask([...identity].reverse(), [...bucket].reverse(), what, on).allowed).toBe(
          ask(identity, bucket, what, on).allowed,
        );
      }),
    );
  });

  it('allows nothing when nothing is allowed', () => {
    fc.assert(
      fc.property(statements, asked, target, (identity, what, on) => {
        const denies = identity.map((one) => ({ ...one, Effect: 'Deny' }));
        expect(ask(denies, denies, what, on).allowed).toBe(false);
      }),
    );
  });
});

/** The plain definition of wildcards, by recursion. */
function reference(pattern: string, text: string): boolean {
  if (pattern === '') {
    return text === '';
  }
  const rest = pattern.slice(1);
  if (pattern[0] === '*') {
    return reference(rest, text) || (text !== '' && reference(pattern, text.slice(1)));
  }
  return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && reference(rest, text.slice(1));
}

describe('wildcards', () => {
  const letters = fc.constantFrom('a', 'b', '/', '.', '\n', '(', '$');
  const pattern = fc
    .array(fc.oneof(letters, fc.constantFrom('*', '?')), { maxLength: 8 })
    .map((parts) => parts.join(''));
  const text = fc.array(letters, { maxLength: 10 }).map((parts) => parts.join(''));

  it('match by their definition, including newlines and special characters', () => {
    fc.assert(
      fc.property(pattern, text, (one, other) => {
        expect(wildcard(one)(other)).toBe(reference(one, other));
      }),
      { numRuns: 2000 },
    );
  });

  it('in an ARN stay inside their segment unless they end it', () => {
    expect(arnPattern('arn:aws:sns:eu-*-1:123456789012:t')('arn:aws:sns:eu-west-1:123456789012:t')).toBe(true);
    expect(arnPattern('arn:aws:s*s:eu-west-1:1:t')('arn:aws:sns:x:s:eu-west-1:1:t')).toBe(false);
    expect(
      arnPattern('arn:aws:sagemaker:*:123456789012:endpoint/*')('arn:aws:sagemaker:eu-west-1:123456789012:endpoint/e'),
    ).toBe(true);
    expect(arnPattern('arn:aws:s3:::b/*')('arn:aws:s3:::b/a:b/c\nd')).toBe(true);
    expect(arnPattern('arn:aws:logs:*')('arn:aws:logs:eu-west-1:123456789012:log-group:g:*')).toBe(true);
  });
});
