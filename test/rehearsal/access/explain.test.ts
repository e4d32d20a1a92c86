import { resolve } from 'node:path';
import type { TracedCall } from 'local-account/iam/authorizer';
import type { PolicyRecord } from 'local-account/iam/policy-store';
import { Explainer, type Explanation } from '../../../rehearsal/access/explain';

const root = resolve(__dirname, '..', '..', '..');
const accountId = '123456789012';
const roleArn = `arn:aws:iam::${accountId}:role/Reader`;
const bucket = 'arn:aws:s3:::lake';
const key = `arn:aws:kms:eu-central-1:${accountId}:key/one`;
const reader = {
  kind: 'role',
  roleArn,
  arn: `arn:aws:sts::${accountId}:assumed-role/Reader/one`,
  sessionName: 'one',
  accountId,
} as const;
const policy = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement });

const policies: PolicyRecord[] = [
  {
    kind: 'trust',
    holder: roleArn,
    name: 'trust',
    document: policy({
      Sid: 'Trust',
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
    }),
  },
  {
    kind: 'identity',
    holder: roleArn,
    name: 'Data',
    document: policy(
      { Sid: 'Read', Effect: 'Allow', Action: 's3:Get*', Resource: `${bucket}/curated/*` },
      {
        Sid: 'Decrypt',
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: { StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' } },
      },
    ),
  },
  {
    kind: 'resource',
    holder: bucket,
    name: 'policy',
    document: policy({
      Sid: 'OnlyTls',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: `${bucket}/*`,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
  },
  {
    kind: 'resource',
    holder: key,
    name: 'policy',
    document: policy({
      Sid: 'Others',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${accountId}:role/Writer` },
      Action: 'kms:*',
      Resource: '*',
    }),
  },
  {
    kind: 'endpoint',
    holder: 'vpce-1',
    name: 'endpoint',
    service: 's3',
    document: policy({
      Sid: 'OwnBucketsOnly',
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceAccount': accountId } },
    }),
  },
];

function explained(
  action: string,
  resource: string,
  context: Record<string, string[]> = {},
  principal: TracedCall['principal'] = reader,
): Explanation {
  const call: TracedCall = {
    principal,
    action,
    resource,
    context,
    allowed: false,
    reason: 'denied then',
    service: action,
    count: 1,
  };
  return new Explainer(
    { templates: '', accountId, region: 'eu-central-1', partition: 'aws', names: {}, policies, calls: [call] },
    root,
  ).explain(call);
}

describe('why a call was denied, layer by layer', () => {
  it('role: the statement that has the action, and its resources', () => {
    const { layer, lines } = explained('s3:GetObject', `${bucket}/raw/one.csv`);
    expect(layer).toBe('role policy');
    expect(lines).toContain(`Statement Read allows it on other resources only: ${bucket}/curated/*.`);
  });

  it('role: an action that no statement has', () => {
    expect(explained('s3:DeleteObject', `${bucket}/curated/one.csv`).lines).toContain(
      'None of its 2 Allow statements has this action.',
    );
  });

  it('role: the condition that is not met, and the value that the request had', () => {
    const other = `arn:aws:kms:eu-central-1:${accountId}:key/other`;
    const unmet = (context: Record<string, string[]>) => explained('kms:Decrypt', other, context).lines.join('\n');
    expect(unmet({})).toContain(
      'only if kms:ViaService StringEquals s3.<region>.amazonaws.com; this request has no kms:ViaService',
    );
    expect(unmet({ 'kms:viaservice': ['sqs.eu-central-1.amazonaws.com'] })).toContain(
      'this request has sqs.<region>.amazonaws.com',
    );
  });

  it('bucket: the Deny statement and its condition', () => {
    const { layer, lines } = explained('s3:GetObject', `${bucket}/curated/one.csv`, {
      'aws:securetransport': ['false'],
    });
    expect(layer).toBe('resource policy');
    expect(lines[0]).toMatch(/^Statement OnlyTls of lake denies it/);
    expect(lines).toContain('It denies if aws:SecureTransport Bool false; this request has false.');
  });

  it("key: the principals that the key policy names, although the role's policy allows the call", () => {
    const { layer, lines } = explained('kms:Decrypt', key, { 'kms:viaservice': ['s3.eu-central-1.amazonaws.com'] });
    expect(layer).toBe('key policy');
    expect(lines.join('\n')).toContain(
      'Statement Others allows it to other principals: {"AWS":"arn:aws:iam::<account>:role/Writer"}',
    );
  });

  it('trust: the source account of the service is not the one in the condition', () => {
    const { layer, lines } = explained(
      'sts:AssumeRole',
      roleArn,
      { 'aws:sourceaccount': ['999999999999'] },
      { kind: 'service', service: 'lambda.amazonaws.com', sourceAccount: '999999999999' },
    );
    expect(layer).toBe('trust policy');
    expect(lines.join('\n')).toContain(
      'only if aws:SourceAccount StringEquals <account>; this request has 999999999999',
    );
  });

  it('network: the condition of the VPC endpoint, and the file with the statement', () => {
    const { layer, lines } = explained('s3:GetObject', `${bucket}/curated/one.csv`, {
      'aws:sourcevpce': ['vpce-1'],
      'aws:resourceaccount': ['999999999999'],
    });
    expect(layer).toBe('network');
    expect(lines.join('\n')).toContain(
      'only if aws:ResourceAccount StringEquals <account>; this request has 999999999999',
    );
    expect(lines.join('\n')).toContain('lib/foundation/network.ts');
  });

  it('says that the policies have changed since the call', () => {
    expect(explained('s3:GetObject', `${bucket}/curated/one.csv`).lines).toEqual([
      'At the time of the call: denied then.',
      'The policies at the end of the run allow it.',
    ]);
  });
});
