import {
  ApplicationAutoScalingClient,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { AutoScalingService } from '../../events/autoscaling';
import type { PlatformHost } from '../../gateway/platform-host';
import { testPlatform } from '../fixtures/test-platform';

const ROLE = 'arn:aws:iam::123456789012:role/Deployer';
const target = {
  ServiceNamespace: 'sagemaker',
  ResourceId: 'endpoint/orders/variant/live',
  ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
} as const;
const tracking = {
  ...target,
  PolicyName: 'Requests',
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 100,
    PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
  },
} as const;

const every = (...actions: string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });
const scaling = every('application-autoscaling:RegisterScalableTarget', 'application-autoscaling:PutScalingPolicy');
const hosting = every(
  'sagemaker:DescribeEndpoint',
  'sagemaker:DescribeEndpointConfig',
  'sagemaker:UpdateEndpointWeightsAndCapacities',
);
const alarms = every('cloudwatch:PutMetricAlarm', 'cloudwatch:DescribeAlarms', 'cloudwatch:DeleteAlarms');

describe('Application Auto Scaling', () => {
  let host: PlatformHost;
  let client: ApplicationAutoScalingClient;

  beforeAll(async () => {
    host = await testPlatform();
    host.registerService(new AutoScalingService(host.platform));
    host.policies.putRole({
      arn: ROLE,
      trust: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'sts:AssumeRole' },
        ],
      },
    });
    const { endpoint, region, administrator: credentials } = host.platform;
    const sts = new STSClient({ endpoint, region, credentials });
    const { Credentials: taken } = await sts.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'test' }));
    sts.destroy();
    const keys = {
      accessKeyId: taken?.AccessKeyId ?? '',
      secretAccessKey: taken?.SecretAccessKey ?? '',
      sessionToken: taken?.SessionToken,
    };
    client = new ApplicationAutoScalingClient({ endpoint, region, credentials: keys, maxAttempts: 1 });
  }, 60_000);

  afterAll(async () => {
    client.destroy();
    await host.stop();
  });

  const may = (...statements: object[]) =>
    host.policies.putInlinePolicy(ROLE, 'Scaling', { Version: '2012-10-17', Statement: statements as never });

  test('refuses a target whose caller could not change the endpoint or its alarms, and lists what is missing', async () => {
    may(scaling);
    await expect(
      client.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 2 })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        'User is missing the following permissions: sagemaker:DescribeEndpoint, sagemaker:DescribeEndpointConfig, sagemaker:UpdateEndpointWeightsAndCapacities, ' +
        'cloudwatch:PutMetricAlarm, cloudwatch:DescribeAlarms, cloudwatch:DeleteAlarms',
    });
  });

  test('does not see permissions on single alarms: it tries without parameters', async () => {
    may(scaling, hosting, alarms);
    await client.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 2 }));
    may(scaling, hosting, { ...alarms, Resource: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:TargetTracking-*' });
    await expect(client.send(new PutScalingPolicyCommand(tracking))).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        'User is missing the following permissions: cloudwatch:PutMetricAlarm, cloudwatch:DescribeAlarms, cloudwatch:DeleteAlarms',
    });
  });

  test('accepts a target and its policy from a caller with all permissions', async () => {
    may(scaling, hosting, alarms);
    await client.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 2 }));
    const { Alarms = [] } = await client.send(new PutScalingPolicyCommand(tracking));
    expect(Alarms).toHaveLength(2);
  });
});
