import { Match, Template } from 'aws-cdk-lib/assertions';

import { earlyStacks, list, resourcesOf, rolesOf, type Statement } from '../../fixtures/early-stacks';
import { resolve } from '../../fixtures/resolve';

const { foundation } = earlyStacks();
const template = Template.fromStack(foundation);

function keyStatements(description: RegExp): Statement[] {
  const [key] = Object.values(
    template.findResources('AWS::KMS::Key', {
      Properties: { Description: Match.stringLikeRegexp(description.source) },
    }),
  );
  return (resolve(key?.Properties) as { KeyPolicy: { Statement: Statement[] } }).KeyPolicy.Statement;
}

describe('the keys', () => {
  test('are two, rotate, and are deleted a week after the stack', () => {
    const keys = template.findResources('AWS::KMS::Key');
    expect(Object.keys(keys)).toHaveLength(2);
    for (const { Properties, DeletionPolicy } of Object.values(keys)) {
      expect(Properties).toMatchObject({ EnableKeyRotation: true, PendingWindowInDays: 7 });
      expect(DeletionPolicy).toBe('Delete');
    }
  });

  test('name every service that uses them, limited to this account where the service sends its account', () => {
    for (const statement of [...keyStatements(/^Data/), ...keyStatements(/^Logs, topics/)]) {
      const { AWS, Service } = statement.Principal as { AWS?: string; Service?: string | string[] };
      if (AWS !== undefined) {
        expect(AWS).toBe('arn:aws:iam::111122223333:root');
        continue;
      }
      expect(Service).toBeDefined();
      expect(list(statement.Action)).not.toContain('kms:*');
      // EventBridge and CloudWatch alarms send KMS no source ("Key management" of SNS).
      if (list(Service).join() === 'cloudwatch.amazonaws.com,events.amazonaws.com') {
        expect(statement).toMatchObject({ Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] });
        expect(statement.Condition).toBeUndefined();
      } else {
        expect(JSON.stringify(statement.Condition)).toContain('111122223333');
      }
    }
  });

  test('let CloudTrail describe the data key, encrypt for a trail, and decrypt the bucket key', () => {
    const trail = keyStatements(/^Data/).filter(({ Principal }) => JSON.stringify(Principal).includes('cloudtrail'));
    expect(trail.flatMap(({ Action }) => list(Action)).sort()).toEqual([
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:GenerateDataKey*',
    ]);
    const [encrypt] = trail.filter(({ Action }) => list(Action).includes('kms:GenerateDataKey*'));
    expect(encrypt?.Condition?.StringLike).toEqual({
      'kms:EncryptionContext:aws:cloudtrail:arn': 'arn:aws:cloudtrail:*:111122223333:trail/*',
    });
  });

  test('give no logging service the data key, and CloudTrail no operations key', () => {
    expect(JSON.stringify(keyStatements(/^Data/))).not.toMatch(/logs\.|cloudwatch|events\.|budgets/);
    expect(JSON.stringify(keyStatements(/^Logs, topics/))).not.toContain('cloudtrail');
  });

  test('let CloudWatch Logs encrypt log groups of this account and region', () => {
    const [logs] = keyStatements(/^Logs, topics/).filter(({ Principal }) =>
      JSON.stringify(Principal).includes('logs.'),
    );
    expect(logs?.Condition).toEqual({
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:eu-central-1:111122223333:log-group:*' },
    });
  });

  test('let alarms, rules and budgets publish to encrypted topics', () => {
    const publishers = keyStatements(/^Logs, topics/).flatMap(({ Principal }) =>
      list((Principal as { Service?: string | string[] }).Service),
    );
    expect(publishers).toEqual(
      expect.arrayContaining([
        'cloudwatch.amazonaws.com',
        'events.amazonaws.com',
        'budgets.amazonaws.com',
        'costalerts.amazonaws.com',
      ]),
    );
  });
});

describe('the network', () => {
  test('has two isolated subnets, in zones that are chosen at deployment', () => {
    template.resourceCountIs('AWS::EC2::Subnet', 2);
    for (const { Properties } of Object.values(template.findResources('AWS::EC2::Subnet'))) {
      expect(Properties.MapPublicIpOnLaunch).toBe(false);
      expect(Properties.AvailabilityZone).toEqual({ 'Fn::Select': [expect.any(Number), { 'Fn::GetAZs': '' }] });
    }
  });

  test.each([
    'AWS::EC2::NatGateway',
    'AWS::EC2::InternetGateway',
    'AWS::EC2::EIP',
    'AWS::EC2::Route',
    'AWS::EC2::VPNGateway',
  ])('has no %s', (type) => {
    template.resourceCountIs(type, 0);
  });

  test('has one endpoint, to S3, and costs nothing while idle', () => {
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 1);
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Gateway',
      RouteTableIds: [Match.anyValue(), Match.anyValue()],
    });
  });

  test('lets the endpoint reach buckets of this account only', () => {
    const [endpoint] = Object.values(template.findResources('AWS::EC2::VPCEndpoint'));
    const { Statement: statements } = (resolve(endpoint?.Properties) as { PolicyDocument: { Statement: Statement[] } })
      .PolicyDocument;
    expect(statements).toHaveLength(1);
    expect(statements[0]).toMatchObject({
      Effect: 'Allow',
      Condition: { StringEquals: { 'aws:ResourceAccount': '111122223333' } },
    });
    expect(list(statements[0]?.Action)).not.toContain('s3:*');
  });

  test('lets jobs reach HTTPS and each other, and nothing reach them from outside', () => {
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupEgress: [Match.objectLike({ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 })],
      SecurityGroupIngress: Match.absent(),
    });
    const ingress = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress'));
    expect(ingress).toHaveLength(1);
    expect(ingress[0]?.Properties.SourceSecurityGroupId).toEqual(ingress[0]?.Properties.GroupId);
  });

  test('records all traffic, encrypted, with the configured retention', () => {
    template.hasResourceProperties('AWS::EC2::FlowLog', {
      TrafficType: 'ALL',
      ResourceType: 'VPC',
      LogDestinationType: 'cloud-watch-logs',
    });
    for (const { Properties } of Object.values(template.findResources('AWS::Logs::LogGroup'))) {
      expect(Properties).toMatchObject({
        RetentionInDays: 30,
        KmsKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^KeysOperations/), 'Arn'] },
      });
    }
  });
});

describe('the teardown of the network', () => {
  const resources = Object.entries(resourcesOf(foundation));
  const [, wait] = resources.find(([, { Type }]) => Type === 'Custom::RemoveOnDelete') ?? [];

  // CloudFormation deletes in the opposite order of creation: what the wait depends on is still there while it waits.
  test('waits before subnets and the security group are deleted, and while its own function still exists', () => {
    const before = wait?.DependsOn ?? [];
    const ids = (type: string) => resources.filter(([, resource]) => resource.Type === type).map(([id]) => id);
    expect(before).toEqual(expect.arrayContaining([...ids('AWS::EC2::Subnet'), ...ids('AWS::EC2::SecurityGroup')]));
    expect(before.some((id) => /NetworkInterfacesFunctionRole/.test(id))).toBe(true);
  });

  test('has the maximum time limit of a function', () => {
    expect(wait?.Properties.ServiceTimeout).toBe('900');
    template.hasResourceProperties('AWS::Lambda::Function', {
      Timeout: 900,
      Description: Match.stringLikeRegexp('network interfaces'),
    });
  });

  test('may describe interfaces and change nothing', () => {
    const role = rolesOf(foundation).find(({ id }) => id.startsWith('NetworkInterfaces'));
    expect(
      role?.statements.flatMap(({ Action }) => list(Action)).filter((action) => action.startsWith('ec2:')),
    ).toEqual(['ec2:DescribeNetworkInterfaces']);
  });
});
