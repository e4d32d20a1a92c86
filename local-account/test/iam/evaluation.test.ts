import { Authorizer } from '../../iam/authorizer';
import { PolicyStore } from '../../iam/policy-store';
import type { ConditionContext, Principal } from '../../platform';

const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/Train`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/Train/job-1`;
const BUCKET = 'arn:aws:s3:::lake';
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
const train: Principal = { kind: 'role', roleArn: ROLE, arn: SESSION, sessionName: 'job-1', accountId: ACCOUNT };
const stranger: Principal = {
  kind: 'role',
  roleArn: 'arn:aws:iam::999999999999:role/Other',
  arn: 'arn:aws:sts::999999999999:assumed-role/Other/x',
  sessionName: 'x',
  accountId: '999999999999',
};
const service = (name: string, sourceArn?: string): Principal => ({
  kind: 'service',
  service: name,
  sourceAccount: ACCOUNT,
  sourceArn,
});

type Raw = Record<string, unknown>;
const document = (...statements: Raw[]): Raw => ({ Version: '2012-10-17', Statement: statements });
const allow = (Action: unknown, Resource: unknown, more: Raw = {}): Raw => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: unknown, Resource: unknown, more: Raw = {}): Raw => ({
  Effect: 'Deny',
  Action,
  Resource,
  ...more,
});

describe('policy evaluation', () => {
  let policies: PolicyStore;
  let authorizer: Authorizer;
  let now: number;

  beforeEach(() => {
    policies = new PolicyStore();
    now = 0;
    authorizer = new Authorizer({ policies, accountId: ACCOUNT, region: 'eu-west-1', clock: { now: () => now } });
    policies.putRole({
      arn: ROLE,
      trust: document({
        Effect: 'Allow',
        Principal: { Service: 'sagemaker.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': ACCOUNT },
          ArnLike: { 'aws:SourceArn': `arn:aws:sagemaker:*:${ACCOUNT}:*` },
        },
      }),
    });
  });

  const may = (principal: Principal, action: string, resource: string, context?: ConditionContext): boolean =>
    authorizer.decide({ principal, action, resource, context }).allowed;
  const refusal = (principal: Principal, action: string, resource: string, name?: string): string => {
    try {
      authorizer.require({ principal, action, resource }, name);
      return 'allowed';
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  };
  const grant = (...statements: Raw[]): void => policies.putInlinePolicy(ROLE, 'P', document(...statements));

  it('allows what an identity policy allows, and nothing else', () => {
    grant(allow('s3:GetObject', `${BUCKET}/curated/*`));
    expect(may(train, 's3:GetObject', `${BUCKET}/curated/a.csv`)).toBe(true);
    expect(may(train, 's3:GetObject', `${BUCKET}/raw/a.csv`)).toBe(false);
    expect(may(train, 's3:PutObject', `${BUCKET}/curated/a.csv`)).toBe(false);
  });

  it('compares actions without regard to case and keys with it', () => {
    grant(allow('S3:get*', `${BUCKET}/Curated/*`));
    expect(may(train, 's3:GetObject', `${BUCKET}/Curated/a`)).toBe(true);
    expect(may(train, 's3:GetObject', `${BUCKET}/curated/a`)).toBe(false);
  });

  it('lets an explicit deny win over every allow', () => {
    grant(allow('s3:*', '*'), deny('s3:DeleteObject', '*'));
    expect(may(train, 's3:GetObject', `${BUCKET}/x`)).toBe(true);
    expect(refusal(train, 's3:DeleteObject', `${BUCKET}/x`)).toBe(
      `AccessDenied: User: ${SESSION} is not authorized to perform: s3:DeleteObject on resource: "${BUCKET}/x" with an explicit deny in an identity-based policy`,
    );
  });

  it('honors NotAction and NotResource', () => {
    grant({ Effect: 'Allow', NotAction: 'iam:*', NotResource: `${BUCKET}/secret/*` });
    expect(may(train, 's3:GetObject', `${BUCKET}/x`)).toBe(true);
    expect(may(train, 's3:GetObject', `${BUCKET}/secret/x`)).toBe(false);
    expect(may(train, 'iam:PassRole', ROLE)).toBe(false);
  });

  it('allows what an identity or a resource policy allows inside the account', () => {
    policies.putResourcePolicy(BUCKET, document({ ...allow('s3:GetObject', `${BUCKET}/*`), Principal: { AWS: ROLE } }));
    expect(may(train, 's3:GetObject', `${BUCKET}/x`)).toBe(true);
  });

  it('does not take an account named in a bucket policy for a grant to its roles', () => {
    policies.putResourcePolicy(
      BUCKET,
      document({ ...allow('s3:GetObject', `${BUCKET}/*`), Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }),
    );
    expect(may(train, 's3:GetObject', `${BUCKET}/x`)).toBe(false);
    grant(allow('s3:GetObject', `${BUCKET}/*`));
    expect(may(train, 's3:GetObject', `${BUCKET}/x`)).toBe(true);
  });

  it('needs both sides across accounts', () => {
    policies.putResourcePolicy(BUCKET, document({ ...allow('s3:GetObject', `${BUCKET}/*`), Principal: '*' }));
    // The stranger's own policies are unknown here, so they allow nothing.
    expect(may(stranger, 'sqs:SendMessage', `arn:aws:sqs:eu-west-1:${ACCOUNT}:q`)).toBe(false);
    grant(allow('ecr:BatchGetImage', '*'));
    const foreign = 'arn:aws:ecr:eu-west-1:111111111111:repository/xgboost';
    expect(may(train, 'ecr:BatchGetImage', foreign)).toBe(false);
    policies.putResourcePolicy(foreign, document({ ...allow('ecr:BatchGetImage', '*'), Principal: { AWS: ACCOUNT } }));
    expect(may(train, 'ecr:BatchGetImage', foreign)).toBe(true);
  });

  it('names the resource policy when it denies', () => {
    grant(allow('s3:*', '*'));
    policies.putResourcePolicy(
      BUCKET,
      document({
        ...deny('s3:*', `${BUCKET}/*`),
        Principal: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
    expect(may(train, 's3:GetObject', `${BUCKET}/x`)).toBe(true);
    const decision = authorizer.decide({
      principal: train,
      action: 's3:GetObject',
      resource: `${BUCKET}/x`,
      context: { 'aws:SecureTransport': 'false' },
    });
    expect(decision).toMatchObject({ allowed: false, explicit: true, policyType: 'resource-based' });
    expect(decision.reason).toBe(`denied by statement #1 of resource policy "policy" of ${BUCKET}`);
  });

  describe('KMS', () => {
    const root = { AWS: `arn:aws:iam::${ACCOUNT}:root` };

    it('lets a key without a policy be decided by identity policies', () => {
      expect(may(train, 'kms:Decrypt', KEY)).toBe(false);
      grant(allow('kms:Decrypt', KEY));
      expect(may(train, 'kms:Decrypt', KEY)).toBe(true);
    });

    it('ignores identity policies when the key policy does not delegate', () => {
      policies.putResourcePolicy(
        KEY,
        document({ ...allow('kms:*', '*'), Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/Admin` } }),
      );
      grant(allow('kms:Decrypt', KEY));
      expect(refusal(train, 'kms:Decrypt', KEY)).toBe(
        `AccessDeniedException: User: ${SESSION} is not authorized to perform: kms:Decrypt on resource: ${KEY} ` +
          'because no resource-based policy allows the kms:Decrypt action',
      );
    });

    it('delegates only what the key policy delegates', () => {
      const viaS3 = { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } };
      policies.putResourcePolicy(KEY, document({ ...allow('kms:*', '*'), Principal: root, Condition: viaS3 }));
      grant(allow('kms:Decrypt', KEY));
      expect(may(train, 'kms:Decrypt', KEY)).toBe(false);
      expect(may(train, 'kms:Decrypt', KEY, { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' })).toBe(true);
    });

    it('treats a role named in the key policy as allowed', () => {
      policies.putResourcePolicy(KEY, document({ ...allow('kms:Decrypt', '*'), Principal: { AWS: ROLE } }));
      expect(may(train, 'kms:Decrypt', KEY)).toBe(true);
      expect(may(train, 'kms:Encrypt', KEY)).toBe(false);
    });

    it('uses the message of the called service', () => {
      expect(refusal(train, 'kms:GenerateDataKey', KEY, 's3')).toBe(
        `AccessDenied: User: ${SESSION} is not authorized to perform: kms:GenerateDataKey on resource: ${KEY} ` +
          'because no identity-based policy allows the kms:GenerateDataKey action',
      );
    });
  });

  describe('trust', () => {
    const assume = (principal: Principal): boolean => may(principal, 'sts:AssumeRole', ROLE);

    it('lets the trusted service take the role for the account, from the expected source only', () => {
      expect(assume(service('sagemaker.amazonaws.com', `arn:aws:sagemaker:eu-west-1:${ACCOUNT}:training-job/x`))).toBe(
        true,
      );
      expect(
        assume(service('sagemaker.amazonaws.com', 'arn:aws:sagemaker:eu-west-1:999999999999:training-job/x')),
      ).toBe(false);
      expect(assume(service('sagemaker.amazonaws.com'))).toBe(false);
      expect(assume(service('lambda.amazonaws.com', `arn:aws:sagemaker:eu-west-1:${ACCOUNT}:training-job/x`))).toBe(
        false,
      );
    });

    it("uses STS's message for a denial", () => {
      grant(allow('sts:AssumeRole', '*'));
      expect(refusal(train, 'sts:AssumeRole', ROLE)).toBe(
        `AccessDenied: User: ${SESSION} is not authorized to perform: sts:AssumeRole because no role trust policy allows the sts:AssumeRole action`,
      );
    });

    it('delegates to identity policies when it names the account', () => {
      const other = `arn:aws:iam::${ACCOUNT}:role/Other`;
      policies.putRole({
        arn: other,
        trust: document({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }),
      });
      expect(may(train, 'sts:AssumeRole', other)).toBe(false);
      grant(allow('sts:AssumeRole', other));
      expect(may(train, 'sts:AssumeRole', other)).toBe(true);
    });
  });

  it('lets a service do what a resource policy allows it', () => {
    const fn = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:curate`;
    const rule = `arn:aws:events:eu-west-1:${ACCOUNT}:rule/raw`;
    policies.putResourcePolicy(
      fn,
      document({
        ...allow('lambda:InvokeFunction', fn),
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnLike: { 'AWS:SourceArn': rule } },
      }),
      'AllowRule',
    );
    expect(may(service('events.amazonaws.com', rule), 'lambda:InvokeFunction', fn)).toBe(true);
    expect(may(service('events.amazonaws.com', `${rule}-other`), 'lambda:InvokeFunction', fn)).toBe(false);
    expect(refusal(service('sns.amazonaws.com'), 'lambda:InvokeFunction', fn)).toContain(
      'sns.amazonaws.com is not authorized to perform: lambda:InvokeFunction',
    );
    policies.deleteResourcePolicy(fn, 'AllowRule');
    expect(may(service('events.amazonaws.com', rule), 'lambda:InvokeFunction', fn)).toBe(false);
  });

  it('lets a permissions boundary only take away', () => {
    const boundary = `arn:aws:iam::${ACCOUNT}:policy/Boundary`;
    policies.putManagedPolicy(boundary, document(allow('s3:*', '*')));
    policies.putRole({ arn: ROLE, trust: document(), boundaryArn: boundary });
    grant(allow(['s3:GetObject', 'sqs:SendMessage'], '*'));
    expect(may(train, 's3:GetObject', `${BUCKET}/x`)).toBe(true);
    expect(refusal(train, 'sqs:SendMessage', `arn:aws:sqs:eu-west-1:${ACCOUNT}:q`)).toContain(
      'because no permissions boundary allows the',
    );
    expect(may(train, 's3:PutObject', `${BUCKET}/x`)).toBe(false);
  });

  it('applies a VPC endpoint policy to requests that come through it', () => {
    grant(allow('s3:*', '*'));
    policies.putEndpointPolicy('vpce-1', 's3', document({ ...allow('s3:GetObject', '*'), Principal: '*' }));
    const through = { 'aws:SourceVpce': 'vpce-1' };
    expect(may(train, 's3:PutObject', `${BUCKET}/x`)).toBe(true);
    expect(may(train, 's3:GetObject', `${BUCKET}/x`, through)).toBe(true);
    expect(may(train, 's3:PutObject', `${BUCKET}/x`, through)).toBe(false);
  });

  it('attaches managed policies and forgets deleted ones', () => {
    const arn = `arn:aws:iam::${ACCOUNT}:policy/Logs`;
    policies.putManagedPolicy(arn, document(allow('logs:PutLogEvents', '*')));
    policies.attachManagedPolicy(ROLE, arn);
    expect(may(train, 'logs:PutLogEvents', 'arn:aws:logs:eu-west-1:123456789012:log-group:g:log-stream:s')).toBe(true);
    policies.detachManagedPolicy(ROLE, arn);
    expect(may(train, 'logs:PutLogEvents', 'arn:aws:logs:eu-west-1:123456789012:log-group:g:log-stream:s')).toBe(false);
    expect(() => policies.attachManagedPolicy(ROLE, 'arn:aws:iam::aws:policy/AdministratorAccess')).toThrow(
      /write the statements/,
    );
  });

  it('resolves policy variables, and matches nothing when one is unknown', () => {
    grant(
      allow('s3:GetObject', `${BUCKET}/\${aws:PrincipalAccount}/\${aws:ViaAWSService}/*`),
      allow('s3:PutObject', `${BUCKET}/\${aws:username}/*`),
    );
    expect(may(train, 's3:GetObject', `${BUCKET}/${ACCOUNT}/false/x`)).toBe(true);
    expect(may(train, 's3:GetObject', `${BUCKET}/other/false/x`)).toBe(false);
    expect(may(train, 's3:PutObject', `${BUCKET}//x`)).toBe(false);
  });

  it('logs every decision with its reason', () => {
    grant({ Sid: 'ReadCurated', ...allow('s3:GetObject', `${BUCKET}/*`) });
    may(train, 's3:GetObject', `${BUCKET}/x`, { 's3:prefix': 'x' });
    may(train, 's3:PutObject', `${BUCKET}/x`);
    expect(authorizer.decisions).toHaveLength(2);
    expect(authorizer.decisions[0]).toMatchObject({
      principal: SESSION,
      action: 's3:GetObject',
      resource: `${BUCKET}/x`,
      allowed: true,
      statement: { policy: 'P', place: ROLE, label: 'ReadCurated' },
    });
    expect(authorizer.decisions[0].context['s3:prefix']).toEqual(['x']);
    expect(authorizer.decisions[1]).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('no identity-based policy'),
    });
  });

  it('logs each decision with its own time, also of a call that was made before', () => {
    grant(allow('s3:GetObject', `${BUCKET}/*`));
    may(train, 's3:GetObject', `${BUCKET}/x`);
    now += 60_000;
    may(train, 's3:GetObject', `${BUCKET}/x`);
    const times = authorizer.decisions.map(({ at, context }) => [at, context['aws:currenttime']?.[0]]);
    expect(times).toEqual([now - 60_000, now].map((at) => [at, new Date(at).toISOString()]));
    expect(JSON.parse(JSON.stringify(authorizer.decisions[1]))).toMatchObject({ principal: SESSION, allowed: true });
  });

  it('drops the calls that came first, where it may keep only so many', () => {
    grant(allow('s3:GetObject', `${BUCKET}/*`));
    authorizer = new Authorizer({
      policies,
      accountId: ACCOUNT,
      region: 'eu-west-1',
      clock: { now: () => now },
      keepCalls: 10,
    });
    for (let at = 0; at < 25; at += 1) may(train, 's3:GetObject', `${BUCKET}/${at}`);
    const kept = authorizer.trace().map(({ resource }) => Number(resource.split('/').at(-1)));
    expect(kept).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
  });

  it('traces each distinct call once, however often and whenever it is made', () => {
    grant(allow('s3:GetObject', `${BUCKET}/*`));
    may(train, 's3:GetObject', `${BUCKET}/x`);
    may(train, 's3:GetObject', `${BUCKET}/x`);
    may(train, 's3:GetObject', `${BUCKET}/x`, { 's3:versionid': '7' });
    may(train, 's3:PutObject', `${BUCKET}/x`);
    expect(authorizer.trace().map(({ action, allowed, count }) => [action, allowed, count])).toEqual([
      ['s3:GetObject', true, 2],
      ['s3:GetObject', true, 1],
      ['s3:PutObject', false, 1],
    ]);
  });
});
