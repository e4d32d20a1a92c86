import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { context } from '../../../cdk.json';
import { sandbox } from '../../../lib/config';
import { flightDisruption } from '../../../lib/problem/flight-disruption';
import { workflow } from '../../../lib/workflow';
import { statement, templateOf } from '../../fixtures/workflow-app';

const template = templateOf('serving');
const behindCondition = (type: string) =>
  Object.values(template.findResources(type)).map(({ Condition }) => Condition as unknown);

describe('the live endpoint', () => {
  test.each([
    'AWS::SageMaker::Model',
    'AWS::SageMaker::EndpointConfig',
    'AWS::SageMaker::Endpoint',
    'AWS::ApplicationAutoScaling::ScalableTarget',
    'AWS::ApplicationAutoScaling::ScalingPolicy',
  ])('exists only with an approved model: %s', (type) => {
    expect(behindCondition(type)).toEqual(['HasApprovedModel']);
  });

  test('serves the package that its parameter names', () => {
    template.hasParameter('ApprovedModelPackage', { Type: 'String', Default: 'none' });
    template.hasCondition('HasApprovedModel', {
      'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'ApprovedModelPackage' }, 'none'] }],
    });
  });

  test('has no parameter that a release would not name', () => {
    // An update with the previous template fails, or resets a value, for each parameter that it leaves out.
    const parameters = Object.keys(template.findParameters('*')).filter((key) => key !== 'BootstrapVersion');
    expect(parameters).toEqual(['ApprovedModelPackage']);
  });

  test('names model and configuration anew with each release', () => {
    template.hasResourceProperties('AWS::SageMaker::Model', { ModelName: Match.absent() });
    template.hasResourceProperties('AWS::SageMaker::EndpointConfig', { EndpointConfigName: Match.absent() });
    template.hasResourceProperties('AWS::SageMaker::Endpoint', { EndpointName: 'mla-blueprint-flight-disruption' });
  });

  test('deploys the approved package itself, isolated and in the VPC, and tells it its version', () => {
    template.hasResourceProperties('AWS::SageMaker::Model', {
      EnableNetworkIsolation: true,
      VpcConfig: { Subnets: Match.anyValue(), SecurityGroupIds: Match.anyValue() },
      PrimaryContainer: {
        ModelPackageName: { Ref: 'ApprovedModelPackage' },
        Environment: Match.objectLike({
          // "none" has no third part: the slashes make the selection safe where the condition is false.
          MODEL_VERSION: {
            'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::Join': ['', [{ Ref: 'ApprovedModelPackage' }, '///']] }] }],
          },
        }),
      },
    });
  });

  test('captures every request and response, encrypted', () => {
    template.hasResourceProperties('AWS::SageMaker::EndpointConfig', {
      KmsKeyId: Match.anyValue(),
      DataCaptureConfig: {
        EnableCapture: true,
        InitialSamplingPercentage: 100,
        KmsKeyId: Match.anyValue(),
        CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
        CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'], JsonContentTypes: ['application/json'] },
      },
    });
  });

  test('keeps canary and rollback in every update, and the fleet at its scaled size, but no weights', () => {
    template.hasResourceProperties('AWS::SageMaker::Endpoint', {
      DeploymentConfig: {
        BlueGreenUpdatePolicy: {
          TrafficRoutingConfiguration: {
            Type: 'CANARY',
            CanarySize: { Type: 'CAPACITY_PERCENT', Value: 50 },
            WaitIntervalInSeconds: sandbox.release.bakingMinutes * 60,
          },
        },
        AutoRollbackConfiguration: { Alarms: [1, 2, 3].map(() => ({ AlarmName: Match.anyValue() })) },
      },
      RetainAllVariantProperties: true,
      ExcludeRetainedVariantProperties: [{ VariantPropertyType: 'DesiredWeight' }],
      // Retaining the deployment configuration would keep the one of the update before, not this one.
      RetainDeploymentConfig: Match.absent(),
    });
  });

  test('starts with two instances and scales on requests for each', () => {
    template.hasResourceProperties('AWS::SageMaker::EndpointConfig', {
      ProductionVariants: [Match.objectLike({ VariantName: 'live', InitialInstanceCount: 2 })],
    });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: 2,
      MaxCapacity: 4,
      RoleARN: Match.absent(),
    });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
        // AWS's formula, from what was measured.
        TargetValue: sandbox.serving.realTime.requestsPerSecond * 0.5 * 60,
      },
    });
  });
});

describe('the rollback alarms', () => {
  const alarm = (properties: object) => template.hasResourceProperties('AWS::CloudWatch::Alarm', properties);
  const dimensions = [
    { Name: 'EndpointName', Value: 'mla-blueprint-flight-disruption' },
    { Name: 'VariantName', Value: 'live' },
  ];

  test('exist before the endpoint does', () => {
    expect(new Set(behindCondition('AWS::CloudWatch::Alarm'))).toEqual(new Set([undefined]));
  });

  test('evaluate latency in microseconds', () => {
    alarm({
      MetricName: 'ModelLatency',
      Dimensions: dimensions,
      ExtendedStatistic: 'p95',
      Threshold: flightDisruption.serving.maximumLatencyMilliseconds * 1_000,
    });
  });

  test('evaluate errors as rates, since the metric is 1 or 0 for each request', () => {
    alarm({ MetricName: 'Invocation5XXErrors', Dimensions: dimensions, Statistic: 'Average', Threshold: 0.05 });
    alarm({ MetricName: 'Invocation4XXErrors', Dimensions: dimensions, Statistic: 'Average', Threshold: 0.3 });
  });

  test('do not fire for want of traffic: the release asks for traffic itself', () => {
    template.allResourcesProperties('AWS::CloudWatch::Alarm', { TreatMissingData: 'notBreaching' });
  });
});

describe("the model's role", () => {
  test('reads models and batch input, nothing else of the artifacts', () => {
    const { Action, Resource } = statement(template, 'ModelRole', 'ReadModelsAndBatchInput');
    expect(Action).toBe('s3:GetObject');
    expect(JSON.stringify(Resource).match(/\/[a-z]+(\/[a-z]+)?\/\*/g)).toEqual(['/models/*', '/batch/staged/*']);
  });

  test('uses the key through S3 only, and gives it on to AWS services only', () => {
    expect(statement(template, 'ModelRole', 'UseDataKeyThroughS3').Condition).toHaveProperty(
      'StringEquals.kms:ViaService',
    );
    expect(statement(template, 'ModelRole', 'EncryptVolumes').Condition).toEqual({
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    });
  });

  test('can be taken by SageMaker in this account only', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: 'sagemaker.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ],
      },
    });
  });
});

describe('the notification topic', () => {
  test('is encrypted, wants TLS, and lets AWS services of this account publish', () => {
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Principal: { Service: ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com', 'costalerts.amazonaws.com'] },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
  });
});

test('a fleet of one size is no scalable target, so that its instance type can change', () => {
  const { endpoint } = sandbox.instances;
  const ofOneSize = {
    ...sandbox,
    instances: { ...sandbox.instances, endpoint: { ...endpoint, minimum: 3, maximum: 3 } },
  };
  const fixed = Template.fromStack(workflow(new App({ context }), ofOneSize, flightDisruption).serving);
  fixed.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 0);
  // Nothing but the configuration decides its count: an update that kept the count of before would ignore a change of
  // it.
  fixed.hasResourceProperties('AWS::SageMaker::Endpoint', {
    ExcludeRetainedVariantProperties: [
      { VariantPropertyType: 'DesiredWeight' },
      { VariantPropertyType: 'DesiredInstanceCount' },
    ],
  });
  template.hasResourceProperties('AWS::SageMaker::Endpoint', {
    ExcludeRetainedVariantProperties: [{ VariantPropertyType: 'DesiredWeight' }],
  });
});

test('the scalable target names the endpoint, and comes after it', () => {
  template.hasResource('AWS::ApplicationAutoScaling::ScalableTarget', {
    Properties: { ResourceId: 'endpoint/mla-blueprint-flight-disruption/variant/live' },
    DependsOn: Match.arrayWith(['LiveEndpoint']),
  });
});
