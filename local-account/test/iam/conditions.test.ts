import { compileCondition } from '../../iam/conditions';
import { RequestContext } from '../../iam/request';
import type { ConditionContext } from '../../platform';

const holds = (operator: string, values: unknown, context: ConditionContext, key = 'aws:Key'): boolean =>
  compileCondition(operator, key, values, 'test')(new RequestContext(context));

describe('condition operators', () => {
  it.each<[string, unknown, string | string[] | undefined, boolean]>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a', undefined, false],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', 'a', undefined, true],
    ['StringEqualsIgnoreCase', 'a', 'A', true],
    ['StringNotEqualsIgnoreCase', 'a', 'A', false],
    ['StringLike', 'raw/*', 'raw/x/y', true],
    ['StringLike', 'raw/?', 'raw/xy', false],
    ['StringNotLike', 'raw/*', 'curated/x', true],
    ['StringEqualsIfExists', 'a', undefined, true],
    ['StringEqualsIfExists', 'a', 'b', false],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericGreaterThan', 10, '10', false],
    ['NumericEquals', '1e1', '10', true],
    ['DateGreaterThan', '2030-01-01T00:00:00Z', '2030-01-02T00:00:00Z', true],
    ['DateLessThan', '1893456000', '2029-12-31T23:59:59Z', true],
    ['Bool', 'true', 'TRUE', true],
    ['Bool', false, 'false', true],
    ['Bool', 'false', undefined, false],
    ['BoolIfExists', 'false', undefined, true],
    ['IpAddress', '10.0.0.0/8', '10.200.3.4', true],
    ['IpAddress', '10.0.0.0/8', '11.0.0.1', false],
    ['NotIpAddress', ['10.0.0.0/8', '192.168.0.0/16'], '192.168.1.1', false],
    ['IpAddress', '2001:db8::/32', '2001:db8:1::1', true],
    ['IpAddress', '2001:db8::/32', '10.0.0.1', false],
    ['ArnLike', 'arn:aws:events:*:123456789012:rule/*', 'arn:aws:events:eu-west-1:123456789012:rule/raw', true],
    ['ArnEquals', 'arn:aws:events:*:123456789012:rule/*', 'arn:aws:events:eu-west-1:999999999999:rule/raw', false],
    ['ArnNotLike', 'arn:aws:events:*:*:rule/*', 'arn:aws:sns:eu-west-1:123456789012:t', true],
    ['ArnLike', 'arn:aws:sns:*', 'arn:aws:sns:eu-west-1:123456789012:t', false],
    ['Null', 'true', undefined, true],
    ['Null', 'true', 'a', false],
    ['Null', 'false', 'a', true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b', 'a'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAllValues:StringEquals', ['a'], undefined, true],
    ['ForAnyValue:StringEquals', ['a'], ['c', 'a'], true],
    ['ForAnyValue:StringEquals', ['a'], undefined, false],
    ['ForAnyValue:StringLike', ['team-*'], ['x', 'team-ml'], true],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], true],
  ])('%s %j of %j is %s', (operator, values, value, expected) => {
    expect(holds(operator, values, value === undefined ? {} : { 'aws:Key': value })).toBe(expected);
  });

  it('compares key names without regard to case', () => {
    expect(
      holds('StringEquals', 'a', { 'KMS:EncryptionContext:AWS:S3:arn': 'a' }, 'kms:EncryptionContext:aws:s3:arn'),
    ).toBe(true);
  });

  it('resolves variables, defaults and escaped wildcards in values', () => {
    const context = { 'aws:Key': 'raw/123/*', 'aws:PrincipalAccount': '123' };
    expect(holds('StringLike', 'raw/${aws:PrincipalAccount}/${*}', context)).toBe(true);
    expect(holds('StringLike', 'raw/${aws:PrincipalAccount}/${*}', { ...context, 'aws:Key': 'raw/123/x' })).toBe(false);
    expect(holds('StringLike', "raw/${aws:Missing, '123'}/*", context)).toBe(true);
    expect(holds('StringLike', 'raw/${aws:Missing}/*', context)).toBe(false);
  });
});
