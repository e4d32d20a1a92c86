import { reads } from '../allowed/rights/duties';
import { duty, inSome, type RoleDuties, right } from '../allowed/rights/duty';
import type { Properties, Template, Templates, Value } from '../template';
import { checkElsewhere } from './elsewhere';
import { checkResourcePolicies } from './resources';
import { checkRoles } from './roles';

const document = (...statements: Value[]): Properties => ({ Version: '2012-10-17', Statement: statements });
const stack = (resources: Template['Resources']): Templates => ({ Foundation: { Resources: resources } });
const arn = (...parts: Value[]): Value => ({ 'Fn::Join': ['', parts] });
const region = { Ref: 'AWS::Region' };

describe('a role', () => {
  const duties: readonly RoleDuties[] = [
    {
      role: 'Foundation/ReaderRole',
      assumedBy: 'lambda',
      duties: [
        duty('reads parameters', right(['ssm:GetParameter', 'ssm:GetParameters'], 'ssm:parameter/ours/*')),
        duty('publishes', right('cloudwatch:PutMetricData', '*', { 'StringEquals cloudwatch:namespace': ['A', 'B'] })),
        ...inSome('some configurations', duty('starts', right(['glue:StartJobRun', 'glue:GetJobRun'], 'glue:job/x'))),
      ],
    },
  ];
  const ours = (name: string) =>
    arn('arn:', { Ref: 'AWS::Partition' }, ':ssm:', region, ':', { Ref: 'AWS::AccountId' }, `:parameter/ours/${name}`);
  const get = { Effect: 'Allow', Action: ['ssm:GetParameter', 'ssm:GetParameters'], Resource: ours('*') };
  const publish = {
    Effect: 'Allow',
    Action: 'cloudwatch:PutMetricData',
    Resource: '*',
    Condition: { StringEquals: { 'cloudwatch:namespace': ['A', 'B'] } },
  };
  const trust = (statement: Properties = {}) =>
    document({
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
      ...statement,
    });
  const role = (statements: Value[], more: Properties = {}, resources: Template['Resources'] = {}) =>
    checkRoles(
      stack({
        ReaderRole0A1B2C3D: {
          Type: 'AWS::IAM::Role',
          Properties: {
            AssumeRolePolicyDocument: trust(),
            Policies: [{ PolicyName: 'Default', PolicyDocument: document(...statements) }],
            ...more,
          },
        },
        ...resources,
      }),
      duties,
    ).map(({ problem }) => problem);

  test('may do its duties', () => {
    expect(role([get, publish])).toEqual([]);
  });

  test('may do them in more and in narrower statements, in any letter case', () => {
    expect(
      role([
        { ...get, Action: 'SSM:getparameter', Resource: ours('one') },
        { ...get, Action: 'ssm:GetParameters' },
        { ...publish, Condition: { StringEquals: { 'CloudWatch:Namespace': 'A' } } },
        { ...publish, Condition: { StringEquals: { 'cloudwatch:namespace': 'B' } } },
      ]),
    ).toEqual([]);
  });

  test.each<[string, Value]>([
    ['another action', { ...get, Action: 'ssm:PutParameter' }],
    ['all actions, in capital letters', { ...get, Action: 'SSM:*' }],
    ['all actions but one', { Effect: 'Allow', NotAction: 'iam:CreateUser', Resource: ours('*') }],
    ['all resources but one', { Effect: 'Allow', Action: 'ssm:GetParameter', NotResource: ours('*') }],
    ['a wider resource', { ...get, Resource: arn('arn:aws:ssm:*') }],
    ['a resource of another account', { ...get, Resource: 'arn:aws:ssm:eu-central-1:999999999999:parameter/ours/*' }],
    ['a condition less', { ...publish, Condition: undefined as unknown as Value }],
    ['a value more', { ...publish, Condition: { StringEquals: { 'cloudwatch:namespace': ['A', 'B', 'AWS/Lambda'] } } }],
    [
      'a condition on a key that may be absent',
      { ...publish, Condition: { StringEqualsIfExists: { 'cloudwatch:namespace': 'A' } } },
    ],
    ['a condition on a pattern', { ...publish, Condition: { StringLike: { 'cloudwatch:namespace': '*' } } }],
  ])('may not have %s', (_, statement) => {
    expect(role([get, publish, statement])).toContainEqual(
      expect.stringMatching(/none of its duties needs|name what it allows/),
    );
  });

  test('has all of a duty', () => {
    expect(role([{ ...get, Action: 'ssm:GetParameter' }, publish])).toEqual([
      'cannot do its duty "reads parameters" without: allow ssm:GetParameters on ssm:parameter/ours/*',
    ]);
  });

  test('has a duty of some configurations wholly or not at all', () => {
    const job = arn('arn:', { Ref: 'AWS::Partition' }, ':glue:', region, ':', { Ref: 'AWS::AccountId' }, ':job/x');
    const start = { Effect: 'Allow', Action: ['glue:StartJobRun', 'glue:GetJobRun'], Resource: job };
    expect(role([get, publish, start])).toEqual([]);
    expect(role([get, publish, { ...start, Action: 'glue:StartJobRun' }])).toEqual([
      expect.stringContaining('cannot do its duty "starts" without: allow glue:GetJobRun'),
    ]);
  });

  test('is judged with the policies that other resources attach to it', () => {
    const attached = (properties: Properties) => ({ More: { Type: 'AWS::IAM::Policy', Properties: properties } });
    const more = document({ ...get, Action: 'ssm:DeleteParameter' });
    expect(
      role([get, publish], {}, attached({ Roles: [{ Ref: 'ReaderRole0A1B2C3D' }], PolicyDocument: more })),
    ).toEqual([expect.stringContaining('none of its duties needs: allow ssm:deleteparameter')]);
    expect(role([get, publish], {}, attached({ Roles: ['another'], PolicyDocument: more }))).toEqual([
      expect.stringContaining('no role of ours'),
    ]);
  });

  test.each<[string, Properties]>([
    ['a managed policy', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }],
    [
      'a trust policy for another service',
      { AssumeRolePolicyDocument: trust({ Principal: { Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'] } }) },
    ],
    ['a trust policy for another account', { AssumeRolePolicyDocument: trust({ Principal: { AWS: '999999999999' } }) }],
    ['an old version of the policy language', { AssumeRolePolicyDocument: { ...trust(), Version: '2008-10-17' } }],
  ])('may not have %s', (_, more) => {
    expect(role([get, publish], more)).not.toEqual([]);
  });

  test('without an entry fails', () => {
    const other = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust() } };
    expect(checkRoles(stack({ Other: other }), duties)).toEqual([
      { place: 'Foundation/Other', problem: expect.stringContaining('has no entry') as string },
    ]);
  });

  test('that reads objects may use their key through S3 only', () => {
    expect(reads('curated', 'curated/*').rights.map(({ actions, when }) => [actions, when])).toEqual([
      [['s3:GetObject'], [{}]],
      [['kms:Decrypt'], [{ 'StringEquals kms:viaservice': ['s3.<region>.amazonaws.com'] }]],
    ]);
  });
});

describe("a queue's policy", () => {
  const queue = { 'Fn::GetAtt': ['Queue', 'Arn'] };
  const encrypted = {
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 'sqs:*',
    Resource: queue,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  const rule = { Type: 'AWS::Events::Rule', Properties: { Targets: [{ Arn: 'x', DeadLetterConfig: { Arn: queue } }] } };
  const send = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queue,
    Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['Rule', 'Arn'] } } },
  };
  const problems = (...statements: Value[]) =>
    checkResourcePolicies(
      stack({
        Queue: { Type: 'AWS::SQS::Queue' },
        Rule: rule,
        Policy: {
          Type: 'AWS::SQS::QueuePolicy',
          Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: document(...statements) },
        },
      }),
    ).map(({ problem }) => problem);

  test('denies plain HTTP, and lets in the rules that name the queue', () => {
    expect(problems(encrypted, send)).toEqual([]);
  });

  test.each<[string, Properties]>([
    ['left out', { ...encrypted, Effect: 'Allow' }],
    ['narrowed to an action', { ...encrypted, Action: 'sqs:SendMessage' }],
    ['narrowed to a caller', { ...encrypted, Principal: { Service: 'events.amazonaws.com' } }],
    [
      'narrowed by a condition',
      { ...encrypted, Condition: { ...encrypted.Condition, StringNotEquals: { 'aws:PrincipalTag/team': 'ml' } } },
    ],
    [
      'made conditional on a key that may be absent',
      { ...encrypted, Condition: { BoolIfExists: encrypted.Condition.Bool } },
    ],
  ])('may not have the Deny %s', (_, statement) => {
    expect(problems(statement, send)).toContainEqual(expect.stringContaining('its policy does not say: deny AWS:*'));
  });

  test('lets in no rule that does not name the queue', () => {
    const other = { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['Other', 'Arn'] } } };
    expect(problems(encrypted, send, { ...send, Condition: other })).toEqual([
      expect.stringContaining('its policy says'),
    ]);
  });

  test('is there', () => {
    expect(checkResourcePolicies(stack({ Queue: { Type: 'AWS::SQS::Queue' } }))).toEqual([
      { place: 'Foundation/Queue', problem: expect.stringContaining('deny AWS:* sqs:*') as string },
    ]);
  });
});

describe('rights in other places', () => {
  test.each<[string, Template['Resources']]>([
    ['a type of IAM', { One: { Type: 'AWS::IAM::User' } }],
    ['an access point', { One: { Type: 'AWS::S3::AccessPoint' } }],
    ['the address of a function', { One: { Type: 'AWS::Lambda::Url' } }],
    ["a stream's policy", { One: { Type: 'AWS::Kinesis::ResourcePolicy' } }],
    [
      "a table's policy",
      { One: { Type: 'AWS::DynamoDB::Table', Properties: { ResourcePolicy: { PolicyDocument: {} } } } },
    ],
    ["a bucket's ACL", { One: { Type: 'AWS::S3::Bucket', Properties: { AccessControl: 'PublicRead' } } }],
    [
      'a policy as text',
      {
        One: {
          Type: 'AWS::Some::Thing',
          Properties: { Text: JSON.stringify(document({ Effect: 'Allow', Action: '*', Resource: '*' })) },
        },
      },
    ],
    [
      'a statement',
      { One: { Type: 'AWS::Some::Thing', Properties: { Body: document({ Effect: 'Allow', Action: '*' }) } } },
    ],
  ])('%s fails', (_, resources) => {
    expect(checkElsewhere(stack(resources))).not.toEqual([]);
  });

  test('properties that only sound like rights pass', () => {
    const retry = { Targets: [{ Arn: 'x', RetryPolicy: { MaximumRetryAttempts: 8 } }] };
    expect(checkElsewhere(stack({ Rule: { Type: 'AWS::Events::Rule', Properties: retry } }))).toEqual([]);
  });
});
