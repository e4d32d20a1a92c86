import { compilePolicy } from '../../iam/policy-document';

const base = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const identity =
  (statement: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  () =>
    compilePolicy('identity', 'Read', 'role Train', { Version: '2012-10-17', Statement: [statement], ...more });

describe('a policy document', () => {
  it.each([
    ['an unknown element of the policy', identity(base, { Statements: [] }), 'unknown element "Statements"'],
    ['an unknown element of a statement', identity({ ...base, Resources: '*' }), 'unknown element "Resources"'],
    ['an unknown version', identity(base, { Version: '2012-10-18' }), 'Version must be'],
    ['an unknown effect', identity({ ...base, Effect: 'allow' }), 'Effect must be Allow or Deny'],
    [
      'NotPrincipal',
      () => compilePolicy('resource', 'p', 'bucket', { Statement: { ...base, NotPrincipal: '*' } }),
      'NotPrincipal is for a Deny of a resource policy',
    ],
    ['a principal in an identity policy', identity({ ...base, Principal: '*' }), 'takes no Principal'],
    [
      'a resource policy without principal',
      () => compilePolicy('resource', 'p', 'bucket', { Statement: base }),
      'Principal is missing',
    ],
    [
      'a trust policy with a resource',
      () => compilePolicy('trust', 't', 'role', { Statement: { ...base, Principal: '*' } }),
      'takes no Resource',
    ],
    [
      'a wildcard inside a principal',
      () =>
        compilePolicy('resource', 'p', 'b', {
          Statement: { ...base, Principal: { AWS: 'arn:aws:iam::123456789012:role/*' } },
        }),
      'no wildcard',
    ],
    [
      'an unknown kind of principal',
      () => compilePolicy('resource', 'p', 'b', { Statement: { ...base, Principal: { Services: 'x' } } }),
      'unknown kind of principal',
    ],
    ['Action and NotAction together', identity({ ...base, NotAction: 's3:*' }), 'exactly one of Action and NotAction'],
    ['no action at all', identity({ Effect: 'Allow', Resource: '*' }), 'exactly one of Action and NotAction'],
    ['an action without service', identity({ ...base, Action: 'GetObject' }), 'not of the form service:Action'],
    ['a resource that is no ARN', identity({ ...base, Resource: 'lake/*' }), 'neither * nor an ARN'],
    [
      'an unresolved resource',
      identity({ ...base, Resource: { 'Fn::GetAtt': ['Lake', 'Arn'] } }),
      'Resource must be text',
    ],
    [
      'an unknown operator',
      identity({ ...base, Condition: { StringEqual: { 'aws:PrincipalArn': 'x' } } }),
      'unknown condition operator "StringEqual"',
    ],
    [
      'IfExists on Null',
      identity({ ...base, Condition: { NullIfExists: { 'aws:PrincipalArn': 'true' } } }),
      'takes true or false and no IfExists',
    ],
    [
      'a condition key without prefix',
      identity({ ...base, Condition: { Bool: { SecureTransport: 'true' } } }),
      'has no service prefix',
    ],
    [
      'a value of the wrong kind',
      identity({ ...base, Condition: { NumericLessThan: { 's3:max-keys': 'ten' } } }),
      '"ten" is no value for NumericLessThan',
    ],
    [
      'a bad network',
      identity({ ...base, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } } }),
      'no value for IpAddress',
    ],
    ['text that is not JSON', () => compilePolicy('identity', 'p', 'r', '{'), 'is not JSON'],
  ])('is refused for %s', (_, compile, message) => {
    expect(compile).toThrow(message);
  });

  it('names the place of an error', () => {
    const statement = { ...base, Sid: 'AllowRaw', Condition: { Stringlike: { 'aws:PrincipalArn': 'x' } } };
    expect(identity(statement)).toThrow(
      'identity policy "Read" of role Train, statement 1 (AllowRaw): unknown condition operator',
    );
  });

  it('accepts one statement without a list, and a document as text', () => {
    expect(compilePolicy('identity', 'p', 'r', JSON.stringify({ Statement: base })).statements).toHaveLength(1);
  });
});
