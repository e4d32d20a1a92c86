import { Match } from 'aws-cdk-lib/assertions';

import { templateOf } from '../../fixtures/workflow-app';

const template = templateOf('foundation');

describe('keys', () => {
  test('rotate, and wait only the shortest time before they are gone', () => {
    template.resourceCountIs('AWS::KMS::Key', 2);
    template.allResourcesProperties('AWS::KMS::Key', { EnableKeyRotation: true, PendingWindowInDays: 7 });
  });

  test('let no service use them for another account', () => {
    for (const key of Object.values(template.findResources('AWS::KMS::Key'))) {
      const { KeyPolicy } = key.Properties as { KeyPolicy: { Statement: { Sid?: string; Principal: { Service?: unknown }; Condition?: object }[] } };
      const services = KeyPolicy.Statement.filter(({ Principal }) => Principal.Service !== undefined);
      expect(services.length).toBeGreaterThan(0);
      for (const statement of services) {
        // Logs name their own account in the encryption context instead.
        expect(JSON.stringify(statement.Condition)).toMatch(/aws:SourceAccount|kms:EncryptionContext:aws:logs:arn/);
      }
    }
  });
});

describe('network', () => {
  test('has no way out: no internet gateway, no NAT, no public address', () => {
    template.resourceCountIs('AWS::EC2::InternetGateway', 0);
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
  });

  test('spans two zones without naming them', () => {
    const zones = Object.values(template.findResources('AWS::EC2::Subnet')).map(
      (subnet) => (subnet.Properties as { AvailabilityZone: unknown }).AvailabilityZone,
    );
    expect(zones).toEqual([{ 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] }]);
  });

  test('lets only buckets of this account be reached through the S3 endpoint', () => {
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Gateway',
      PolicyDocument: {
        Statement: [Match.objectLike({ Condition: { StringEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } } } })],
      },
    });
  });

  test('records all traffic', () => {
    template.hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'ALL', LogDestinationType: 'cloud-watch-logs' });
  });

  test('is deleted only after SageMaker gave its interfaces back', () => {
    template.hasResource('Custom::RemoveOnDelete', {
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('NetworkJobs'), Match.stringLikeRegexp('NetworkVpcIsolatedSubnet1Subnet')]),
    });
  });
});

test('every function logs to an encrypted group that expires', () => {
  template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: Match.anyValue(), RetentionInDays: 30 });
});
