import fc from 'fast-check';

import { holds } from '../../assembly/conditions';
import { dependencyGraph, inOrder } from '../../assembly/dependencies';
import { resolve } from '../../assembly/intrinsics';
import type { Scope } from '../../assembly/scope';
import { parseTemplate, type Template } from '../../assembly/template';

const place = 'Resources/Bucket/Properties/BucketName';

function templateWith(sections: object): Template {
  return parseTemplate(JSON.stringify({ Resources: { Bucket: { Type: 'AWS::S3::Bucket' } }, ...sections }), 'Lake');
}

function scopeOf(template: Template = templateWith({})): Scope {
  return {
    template,
    environment: {
      stackName: 'Lake',
      stackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/Lake/1',
      accountId: '123456789012',
      region: 'eu-west-1',
      partition: 'aws',
      notificationArns: [],
    },
    parameters: new Map<string, string | string[]>([
      ['Stage', 'prod'],
      ['Zones', ['a', 'b']],
    ]),
    condition: (name) => name === 'IsProd',
    reference: (logicalId) => (logicalId === 'Bucket' ? 'lake-1' : undefined),
    attribute: (logicalId, name) => (logicalId === 'Bucket' && name === 'Arn' ? 'arn:aws:s3:::lake-1' : undefined),
    exported: (name) => (name === 'Key' ? 'key-1' : undefined),
    output: (stackName, outputName) => (stackName === 'Vault' && outputName === 'Door' ? 'door-1' : undefined),
  };
}

const value = (expression: unknown, template?: Template) => resolve(expression, scopeOf(template), place);

describe('intrinsic functions', () => {
  test.each<[string, unknown, unknown]>([
    ['Ref to a parameter', { Ref: 'Stage' }, 'prod'],
    ['Ref to a resource', { Ref: 'Bucket' }, 'lake-1'],
    ['Ref to a pseudo parameter', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'arn:aws:s3:::lake-1'],
    ['GetAtt as text', { 'Fn::GetAtt': 'Bucket.Arn' }, 'arn:aws:s3:::lake-1'],
    [
      'Sub with references, attributes, variables and an escape',
      { 'Fn::Sub': ['${Bucket} ${Bucket.Arn} ${AWS::Region} ${own} ${!literal}', { own: { Ref: 'Stage' } }] },
      'lake-1 arn:aws:s3:::lake-1 eu-west-1 prod ${literal}',
    ],
    ['Join of what Split made', { 'Fn::Join': ['-', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'a-b-c'],
    ['Select from a list parameter', { 'Fn::Select': ['1', { Ref: 'Zones' }] }, 'b'],
    ['If that holds', { 'Fn::If': ['IsProd', 'yes', { Ref: 'Nonsense' }] }, 'yes'],
    ['If that does not hold', { 'Fn::If': ['IsTest', { Ref: 'Nonsense' }, 'no'] }, 'no'],
    ['ImportValue', { 'Fn::ImportValue': 'Key' }, 'key-1'],
    [
      'GetStackOutput',
      {
        'Fn::GetStackOutput': { StackName: 'Vault', OutputName: { 'Fn::Sub': 'Door' }, Region: { Ref: 'AWS::Region' } },
      },
      'door-1',
    ],
    ['Base64', { 'Fn::Base64': 'lake' }, 'bGFrZQ=='],
    ['Cidr', { 'Fn::Cidr': ['10.0.0.0/24', 2, 6] }, ['10.0.0.0/26', '10.0.0.64/26']],
    ["GetAZs of the stack's region", { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, 'eu-west-1a'],
    [
      'a value that is removed',
      { kept: 1, gone: { Ref: 'AWS::NoValue' }, list: [{ Ref: 'AWS::NoValue' }, 2] },
      { kept: 1, list: [2] },
    ],
  ])('%s', (_, expression, expected) => {
    expect(value(expression)).toEqual(expected);
  });

  test('FindInMap, with its default only under the language extensions', () => {
    const mapping = { Mappings: { Images: { 'eu-west-1': { account: '141502667606' } } } };
    expect(value({ 'Fn::FindInMap': ['Images', { Ref: 'AWS::Region' }, 'account'] }, templateWith(mapping))).toBe(
      '141502667606',
    );
    const missing = { 'Fn::FindInMap': ['Images', 'mars-1', 'account', { DefaultValue: 'none' }] };
    expect(value(missing, templateWith({ ...mapping, Transform: 'AWS::LanguageExtensions' }))).toBe('none');
    expect(() => value(missing, templateWith(mapping))).toThrow(/needs a map name and two keys/);
  });

  test.each<[string, unknown, RegExp]>([
    [
      'an unknown function',
      { deep: [{ 'Fn::Transform': {} }] },
      /^Lake: Resources\/Bucket\/Properties\/BucketName\/deep\/0: unknown intrinsic function Fn::Transform\. Known: Ref, /,
    ],
    ['an unknown pseudo parameter', { Ref: 'AWS::Planet' }, /BucketName\/Ref: unknown pseudo parameter AWS::Planet/],
    ['a reference to nothing', { Ref: 'Nothing' }, /Nothing is neither a parameter nor a resource/],
    [
      'an attribute that the type lacks',
      { 'Fn::GetAtt': ['Bucket', 'Size'] },
      /Bucket \(AWS::S3::Bucket\) has no attribute Size/,
    ],
    ['a selection beyond the end', { 'Fn::Select': [2, ['a', 'b']] }, /nonexistent value at index 2 of 2/],
    ['a function beside another key', { 'Fn::Sub': 'x', more: 1 }, /Fn::Sub must be the only key/],
    ['an export that no stack has', { 'Fn::ImportValue': 'Door' }, /No export named Door found/],
    [
      'an output that the stack lacks',
      { 'Fn::GetStackOutput': { StackName: 'Vault', OutputName: 'Window' } },
      /BucketName\/Fn::GetStackOutput: Stack Vault has no output Window/,
    ],
    ['an output without its stack', { 'Fn::GetStackOutput': { OutputName: 'Door' } }, /needs StackName and OutputName/],
    [
      'an output of another region',
      { 'Fn::GetStackOutput': { StackName: 'Vault', OutputName: 'Door', Region: 'eu-west-3' } },
      /reaches into another region or account/,
    ],
    [
      'an output read as another role',
      { 'Fn::GetStackOutput': { StackName: 'Vault', OutputName: 'Door', RoleArn: 'arn' } },
      /reaches into another region or account/,
    ],
    ['a dynamic reference', '{{resolve:secretsmanager:x}}', /resolves no dynamic reference/],
  ])('refuses %s, with its place', (_, expression, message) => {
    expect(() => value(expression)).toThrow(message);
  });

  test('Split and Join undo each other', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().filter((part) => !part.includes('|') && !part.includes('{{resolve:')),
          { minLength: 1 },
        ),
        (parts) => {
          expect(value({ 'Fn::Split': ['|', { 'Fn::Join': ['|', parts] }] })).toEqual(parts);
        },
      ),
    );
  });

  test('text without functions stays as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const text = JSON.stringify(json);
        fc.pre(!/"(Ref|Fn::[^"]*)":|\{\{resolve:|__proto__/.test(text));
        expect(value(json)).toEqual(json);
      }),
    );
  });
});

describe('conditions', () => {
  test.each<[unknown, boolean]>([
    [{ 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }, true],
    [{ 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }] }, false],
    [{ 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsTest' }] }, false],
    [{ 'Fn::Or': [{ Condition: 'IsTest' }, { Condition: 'IsProd' }] }, true],
    [{ 'Fn::Contains': [['dev', 'prod'], { Ref: 'Stage' }] }, true],
  ])('%j is %s', (expression, expected) => {
    expect(holds(expression, scopeOf(), 'Conditions/It')).toBe(expected);
  });

  test('an unknown condition function is refused with its place', () => {
    expect(() => holds({ 'Fn::Xor': [] }, scopeOf(), 'Conditions/It')).toThrow(
      /^Lake: Conditions\/It: unknown condition/,
    );
  });
});

describe('templates', () => {
  test.each<[string, object, RegExp]>([
    ['an unknown section', { Hooks: {} }, /^Lake: Hooks: .*unknown section/],
    [
      'an attribute that would be ignored',
      { Resources: { A: { Type: 'T', UpdatePolicy: {} } } },
      /Resources\/A\/UpdatePolicy: resource attribute unknown/,
    ],
    [
      'a condition that is not there',
      { Resources: { A: { Type: 'T', Condition: 'C' } } },
      /Unresolved condition dependency C/,
    ],
    [
      'a dependency that is not there',
      { Resources: { A: { Type: 'T', DependsOn: 'B' } } },
      /Unresolved resource dependencies \[B\]/,
    ],
    ['a macro', { Transform: 'AWS::Serverless-2016-10-31' }, /runs no macro/],
  ])('with %s are refused with the place', (_, sections, message) => {
    expect(() => templateWith(sections)).toThrow(message);
  });

  test('resources come after what they refer to, and cycles are named', () => {
    const graph = (resources: object) => dependencyGraph({ ...scopeOf(templateWith({ Resources: resources })) });
    const chain = {
      A: { Type: 'T', Properties: { x: { 'Fn::Sub': '${B.Arn}' } } },
      B: { Type: 'T', DependsOn: 'C' },
      C: { Type: 'T' },
    };
    expect(inOrder(graph(chain), 'Lake')).toEqual(['C', 'B', 'A']);
    expect(() =>
      graph({ A: { Type: 'T', DependsOn: 'B' }, B: { Type: 'T', Properties: { x: { Ref: 'A' } } } }),
    ).toThrow(/Circular dependency/);
  });
});
