import type { TracedCall } from 'local-account/iam/authorizer';
import type { PolicyRecord } from 'local-account/iam/policy-store';
import { differences } from '../../../rehearsal/proof/matrix/file';
import { matrixOf } from '../../../rehearsal/proof/matrix/matrix';
import { type MatrixRow, rowsOf } from '../../../rehearsal/proof/matrix/rows';
import { renderMatrix } from '../../../rehearsal/proof/matrix/text';
import { StableNames } from '../../../rehearsal/proof/names';
import { holds, prove } from '../../../rehearsal/proof/prove';
import type { Recording } from '../../../rehearsal/proof/recording';
import { summaryOf } from '../../../rehearsal/proof/summary';

const accountId = '123456789012';
const role = `arn:aws:iam::${accountId}:role/Stack-Reader-ABCDEF123456`;
const bucket = 'arn:aws:s3:::stack-lake-abcdef123456';

interface StatementInput {
  readonly [element: string]: unknown;
}

const read: StatementInput = {
  Sid: 'Read',
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: `${bucket}/data/*`,
  Condition: { StringEquals: { 's3:ExistingObjectTag/checked': 'yes' } },
};

/** One role that reads one prefix of one bucket, and the one call that it makes. */
function recording(
  changes: { statements?: StatementInput[]; trust?: StatementInput; bucketPolicy?: StatementInput[] } = {},
): Recording {
  const policy = (Statement: unknown) => ({ Version: '2012-10-17', Statement });
  const trust = {
    Sid: 'Trust',
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
    ...changes.trust,
  };
  const policies: PolicyRecord[] = [
    { kind: 'trust', holder: role, name: 'trust', document: policy([trust]) },
    { kind: 'identity', holder: role, name: 'Data', document: policy([read, ...(changes.statements ?? [])]) },
    {
      kind: 'resource',
      holder: bucket,
      name: 'policy',
      document: policy(
        changes.bucketPolicy ?? [
          {
            Sid: 'OnlyTls',
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            // Nobody has an action on the bucket itself: there it would limit nothing.
            Resource: `${bucket}/*`,
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      ),
    },
  ];
  const session = {
    kind: 'role',
    roleArn: role,
    arn: `arn:aws:sts::${accountId}:assumed-role/Stack-Reader-ABCDEF123456/one`,
    sessionName: 'one',
    accountId,
  } as const;
  const call = (
    principal: TracedCall['principal'],
    action: string,
    resource: string,
    context: Record<string, string[]>,
  ): TracedCall => ({
    principal,
    action,
    resource,
    context,
    allowed: true,
    reason: '',
    service: action,
    count: 1,
  });
  return {
    templates: '',
    accountId,
    region: 'eu-central-1',
    partition: 'aws',
    names: {
      'Stack-Reader-ABCDEF123456': 'MlaBlueprint-Stack/Reader',
      'stack-lake-abcdef123456': 'MlaBlueprint-Stack/Lake',
    },
    policies,
    calls: [
      call({ kind: 'service', service: 'lambda.amazonaws.com', sourceAccount: accountId }, 'sts:AssumeRole', role, {
        'aws:sourceaccount': [accountId],
      }),
      call(session, 's3:GetObject', `${bucket}/data/one.csv`, {
        'aws:securetransport': ['true'],
        's3:existingobjecttag/checked': ['yes'],
      }),
    ],
  };
}

async function rows(of: Recording): Promise<MatrixRow[]> {
  return rowsOf((await matrixOf(of)).decisions, new StableNames(of));
}

describe('the proof that policies are minimal', () => {
  it('passes if each part of each policy is needed and limits something', async () => {
    const proof = await prove(recording(), { kept: [] });
    expect(proof.unnoticed).toEqual([]);
    expect(holds(proof)).toBe(true);
    expect(proof.trials.shrink).toEqual({ tried: 2, noticed: 2 });
    expect(proof.trials.widen.tried).toBe(proof.trials.widen.noticed);
    expect(proof.trials.widen.tried).toBeGreaterThan(5);
  });

  it.each<[string, StatementInput, string]>([
    [
      'a statement',
      { Sid: 'Useless', Effect: 'Allow', Action: 's3:PutObject', Resource: `${bucket}/data/*` },
      'Useless: left out',
    ],
    [
      'an action',
      { Sid: 'Two', Effect: 'Allow', Action: ['s3:GetObject', 's3:DeleteObject'], Resource: `${bucket}/data/*` },
      'Two: without action s3:DeleteObject',
    ],
  ])('fails for %s that no call needs, and names it', async (_, statement, change) => {
    const seeded = recording({ statements: [statement] });
    const proof = await prove(seeded, { kept: [] });
    expect(holds(proof)).toBe(false);
    expect(proof.unnoticed.map(({ text }) => text)).toContain(`role/<Stack/Reader> ${change}`);
    expect(summaryOf(proof, seeded).join('\n')).toContain(change);
  });

  it('fails for a limit without effect, because another statement is too wide', async () => {
    const proof = await prove(
      recording({ statements: [{ Sid: 'Wide', Effect: 'Allow', Action: 's3:*', Resource: '*' }] }),
      { kept: [] },
    );
    expect(proof.unnoticed.filter(({ trial }) => trial === 'widen').map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'role/<Stack/Reader> Read: action s3:GetObject as s3:*',
        `role/<Stack/Reader> Read: resource ${'arn:aws:s3:::<Stack/Lake>'}/data/* as *`,
        'role/<Stack/Reader> Read: without the condition StringEquals s3:ExistingObjectTag/checked',
      ]),
    );
  });

  it('narrows each Deny, and fails for a Deny whose narrowing shows nowhere', async () => {
    const onlyTls = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [bucket, `${bucket}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    const proof = await prove(recording({ bucketPolicy: [onlyTls, { Sid: 'Again', ...onlyTls }] }), { kept: [] });
    expect(proof.unnoticed.map(({ text }) => text)).toEqual(
      expect.arrayContaining(
        [
          'arn:aws:s3:::<Stack/Lake> Again: left out',
          'arn:aws:s3:::<Stack/Lake> Again: denies without resource arn:aws:s3:::<Stack/Lake>/*',
          'arn:aws:s3:::<Stack/Lake> Again: denies only callers without a tag',
        ].map((text) => expect.stringContaining(text.replace(/^.*> Again/, 'Again')) as string),
      ),
    );
  });

  it('varies the tags of the caller', async () => {
    const found = await rows(
      recording({
        statements: [
          {
            Sid: 'Team',
            Effect: 'Allow',
            Action: 's3:PutObject',
            Resource: `${bucket}/team/*`,
            Condition: { StringEquals: { 'aws:PrincipalTag/team': 'ml' } },
          },
        ],
      }),
    );
    expect(found.filter(({ statement }) => statement === 'Team').map(({ when }) => when)).toEqual([
      expect.stringContaining('if aws:PrincipalTag/team = ml'),
    ]);
  });

  it('accepts an unnoticed change that is listed with a reason, and fails for an entry that matches none', async () => {
    const seeded = recording({
      statements: [{ Sid: 'Useless', Effect: 'Allow', Action: 's3:PutObject', Resource: `${bucket}/data/*` }],
    });
    const entry = {
      trial: 'shrink',
      change: 'role/<Stack/*> Useless: *',
      reason: 'for this test',
      page: 'none',
    } as const;
    expect(holds(await prove(seeded, { kept: [entry] }))).toBe(true);
    const clean = await prove(recording(), { kept: [entry] });
    expect(clean.stale).toEqual([entry]);
    expect(holds(clean)).toBe(false);
  });

  it('fails if the recorded policies deny a call that was allowed in the run', async () => {
    const wrong = recording({
      bucketPolicy: [
        { Sid: 'Never', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [bucket, `${bucket}/*`] },
      ],
    });
    const proof = await prove(wrong, { kept: [] });
    expect(proof.inconsistent.map(({ action }) => action)).toEqual(['s3:GetObject']);
    expect(holds(proof)).toBe(false);
  });
});

describe('the access matrix', () => {
  it('lists who may call which action on which resource and under which condition, in stable names', async () => {
    const found = await rows(recording());
    expect(found).toContainEqual({
      subject: 'role <Stack/Reader>',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::<Stack/Lake>/data/*',
      when: 'if s3:ExistingObjectTag/checked = yes; but not if aws:SecureTransport = false and s3:ExistingObjectTag/checked = yes',
      statement: 'Read',
      policy: 'its policy Data',
    });
    expect(found.filter(({ subject }) => subject === 'role <Stack/Reader>')).toHaveLength(1);
  });

  it('evaluates services on behalf of our account and of another: a trust policy without its condition shows', async () => {
    const line = async (of: Recording) => (await rows(of)).find(({ subject }) => subject === 'lambda.amazonaws.com');
    expect((await line(recording()))?.when).toBe(
      'unless aws:SourceAccount = <another account>; or no aws:SourceAccount',
    );
    expect((await line(recording({ trust: { Condition: undefined } })))?.when).toBe('');
  });

  it("shows what a bucket's policy allows everybody", async () => {
    const open = recording({
      bucketPolicy: [
        { Sid: 'Open', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${bucket}/public/*` },
      ],
    });
    const subjects = (await rows(open))
      .filter(({ resource }) => resource.endsWith('/public/*'))
      .map(({ subject }) => subject);
    expect(subjects).toEqual(
      expect.arrayContaining(['anonymous', 'a user of another account', 'a user of this account without policies']),
    );
    expect((await rows(recording())).map(({ subject }) => subject)).not.toContain('anonymous');
  });

  it("shows that data could be written to another account's bucket", async () => {
    const wide = recording({ statements: [{ Sid: 'Write', Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }] });
    expect((await rows(wide)).map(({ action, resource }) => `${action} ${resource}`)).toContain(
      "s3:PutObject arn:aws:s3:::(a stranger's)/(a stranger's)",
    );
  });

  it('is compared permission by permission, with the subject of each', async () => {
    const before = renderMatrix(await rows(recording()));
    const after = renderMatrix(
      await rows(
        recording({
          statements: [{ Sid: 'More', Effect: 'Allow', Action: 's3:DeleteObject', Resource: `${bucket}/data/*` }],
        }),
      ),
    );
    expect(differences(before, before)).toEqual([]);
    expect(differences(before, after)).toEqual([
      '+ role <Stack/Reader>: s3:DeleteObject on arn:aws:s3:::<Stack/Lake>/data/* unless aws:SecureTransport = false',
    ]);
    expect(differences(after, before)).toEqual([
      '- role <Stack/Reader>: s3:DeleteObject on arn:aws:s3:::<Stack/Lake>/data/* unless aws:SecureTransport = false',
    ]);
  });

  it('refuses a condition operator that it does not support', async () => {
    const odd = recording({
      statements: [
        {
          Sid: 'Late',
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: '*',
          Condition: { DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } },
        },
      ],
    });
    await expect(matrixOf(odd)).rejects.toThrow(/does not support the condition operator DateLessThan/);
  });
});
