import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackDriftDetectionStatusCommand,
  DescribeStackResourceDriftsCommand,
  DescribeStacksCommand,
  DetectStackDriftCommand,
  DetectStackResourceDriftCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { DisableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { RunningCloudFormation } from '../../cloudformation/start';
import type { PlatformHost } from '../../gateway/platform-host';
import { startStacks } from '../fixtures/stacks';

const reading = (Action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});
const template = (value: string) =>
  JSON.stringify({
    Resources: {
      Kept: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/kept', Type: 'String', Value: 'x' } },
      Changed: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/changed', Type: 'String', Value: value } },
      Gone: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/gone', Type: 'String', Value: 'x' } },
      Bucket: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: 'versions',
          VersioningConfiguration: { Status: 'Enabled' },
          PublicAccessBlockConfiguration: { BlockPublicAcls: 'true' },
        },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: 'reader',
          Policies: [{ PolicyName: 'read', PolicyDocument: reading('s3:GetObject') }],
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
          },
        },
      },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: { PolicyName: 'list', PolicyDocument: reading('s3:ListBucket'), Roles: [{ Ref: 'Role' }] },
      },
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'topic', DisplayName: 'Topic' } },
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'group', RetentionInDays: 7 } },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: { Name: 'rule', Description: 'Rule', EventPattern: { source: ['aws.s3'] }, State: 'ENABLED' },
      },
      Alarm: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          AlarmName: 'alarm',
          Namespace: 'Test',
          MetricName: 'Errors',
          Dimensions: [{ Name: 'One', Value: 'a' }],
          Statistic: 'Sum',
          Period: '60',
          EvaluationPeriods: 1,
          Threshold: 5,
          ComparisonOperator: 'GreaterThanThreshold',
          TreatMissingData: 'notBreaching',
        },
      },
      Unread: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'queue' } },
    },
  });

describe('drift detection', () => {
  let host: PlatformHost;
  let running: RunningCloudFormation;
  let cloudformation: CloudFormationClient;
  let ssm: SSMClient;
  let s3: S3Client;
  let events: EventBridgeClient;
  let iam: IAMClient;

  const detect = async () => {
    const { StackDriftDetectionId } = await cloudformation.send(new DetectStackDriftCommand({ StackName: 'Stack' }));
    return cloudformation.send(new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }));
  };
  const drifts = async () => {
    const { StackResourceDrifts = [] } = await cloudformation.send(
      new DescribeStackResourceDriftsCommand({ StackName: 'Stack' }),
    );
    return new Map(StackResourceDrifts.map((drift) => [drift.LogicalResourceId, drift]));
  };
  const information = async () =>
    (await cloudformation.send(new DescribeStacksCommand({ StackName: 'Stack' }))).Stacks?.[0]?.DriftInformation
      ?.StackDriftStatus;

  beforeAll(async () => {
    const account = await startStacks();
    ({ host, running } = account);
    const { client } = account;
    cloudformation = new CloudFormationClient(client);
    events = new EventBridgeClient(client);
    iam = new IAMClient(client);
    ssm = new SSMClient(client);
    s3 = new S3Client({ ...client, forcePathStyle: true });
    await cloudformation.send(
      new CreateStackCommand({
        StackName: 'Stack',
        TemplateBody: template('a'),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    );
    await running.service.settled();
  }, 60_000);

  afterAll(async () => {
    for (const client of [cloudformation, events, iam, ssm, s3]) client.destroy();
    await running.close();
    await host.stop();
  });

  test('finds none in what the stack just made', async () => {
    expect(await information()).toBe('NOT_CHECKED');
    expect(await detect()).toMatchObject({
      // It has a queue, which nobody reads.
      StackDriftStatus: 'UNKNOWN',
      DetectionStatus: 'DETECTION_COMPLETE',
      DriftedStackResourceCount: 0,
    });
    const found = await drifts();
    expect(found.get('Unread')).toMatchObject({
      StackResourceDriftStatus: 'UNKNOWN',
      DriftStatusReason: 'Reading AWS::SQS::Queue back is not supported by the local account',
    });
    found.delete('Unread');
    expect([...found.values()].map(({ StackResourceDriftStatus }) => StackResourceDriftStatus)).toEqual(
      Array(10).fill('IN_SYNC'),
    );
  });

  test('says what was changed and what is gone, until the next update', async () => {
    await ssm.send(new PutParameterCommand({ Name: '/changed', Value: 'by hand', Type: 'String', Overwrite: true }));
    await ssm.send(new DeleteParameterCommand({ Name: '/gone' }));
    await s3.send(
      new PutBucketVersioningCommand({ Bucket: 'versions', VersioningConfiguration: { Status: 'Suspended' } }),
    );
    for (const PolicyName of ['read', 'list'])
      await iam.send(
        new PutRolePolicyCommand({ RoleName: 'reader', PolicyName, PolicyDocument: JSON.stringify(reading('s3:*')) }),
      );
    await events.send(new DisableRuleCommand({ Name: 'rule' }));
    expect(await detect()).toMatchObject({ StackDriftStatus: 'DRIFTED', DriftedStackResourceCount: 6 });
    const found = await drifts();
    expect(found.get('Changed')).toMatchObject({
      StackResourceDriftStatus: 'MODIFIED',
      PhysicalResourceId: '/changed',
      PropertyDifferences: [
        { PropertyPath: '/Value', ExpectedValue: 'a', ActualValue: 'by hand', DifferenceType: 'NOT_EQUAL' },
      ],
    });
    expect(found.get('Rule')?.PropertyDifferences).toEqual([
      { PropertyPath: '/State', ExpectedValue: 'ENABLED', ActualValue: 'DISABLED', DifferenceType: 'NOT_EQUAL' },
    ]);
    expect(found.get('Role')?.PropertyDifferences?.map(({ PropertyPath }) => PropertyPath)).toEqual(['/Policies']);
    expect(found.get('Policy')?.PropertyDifferences?.map(({ PropertyPath }) => PropertyPath)).toEqual([
      '/PolicyDocument/Statement',
    ]);
    expect(found.get('Gone')).toMatchObject({ StackResourceDriftStatus: 'DELETED' });
    expect(found.get('Bucket')?.PropertyDifferences).toEqual([
      {
        PropertyPath: '/VersioningConfiguration/Status',
        ExpectedValue: 'Enabled',
        ActualValue: 'Suspended',
        DifferenceType: 'NOT_EQUAL',
      },
    ]);
    expect(await information()).toBe('DRIFTED');

    await cloudformation.send(
      new UpdateStackCommand({
        StackName: 'Stack',
        TemplateBody: template('b'),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    );
    await running.service.settled();
    expect(await information()).toBe('NOT_CHECKED');
    const { StackResourceDrift } = await cloudformation.send(
      new DetectStackResourceDriftCommand({ StackName: 'Stack', LogicalResourceId: 'Changed' }),
    );
    expect(StackResourceDrift).toMatchObject({ StackResourceDriftStatus: 'IN_SYNC' });
  });

  test('refuses a type without drift detection', async () => {
    await cloudformation.send(
      new CreateStackCommand({
        StackName: 'Metadata',
        TemplateBody: '{"Resources":{"CDKMetadata":{"Type":"AWS::CDK::Metadata","Properties":{"Analytics":"x"}}}}',
      }),
    );
    await running.service.settled();
    await expect(
      cloudformation.send(
        new DetectStackResourceDriftCommand({ StackName: 'Metadata', LogicalResourceId: 'CDKMetadata' }),
      ),
    ).rejects.toThrow('Drift detection of AWS::CDK::Metadata is not supported by the local account');
  });
});
