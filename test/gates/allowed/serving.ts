import type { AllowedTypes } from './allowed-type';
import { containerEnvironment } from './images';
import { dataKey, endpointName, inBucket, instanceType, jobsNetwork, prefix, problem, tags } from './references';
import { between, byId, either, type Fields, like, members, object, only, optional, type Rule, ref } from './rules';

const modelName = (id: string) => ref('SageMaker::Model', 'ModelName', id);
const instances = between(1, 20);

const variant = (name: string, model: string, weight = between(1, 100)): Rule =>
  object({
    VariantName: only(name),
    ModelName: modelName(model),
    InstanceType: instanceType,
    InitialInstanceCount: instances,
    InitialVariantWeight: weight,
  });
const serverless = object({
  VariantName: only('live'),
  ModelName: modelName('LiveModelServerless'),
  InitialVariantWeight: only(1),
  ServerlessConfig: object({
    MemorySizeInMB: only(1024, 2048, 3072, 4096, 5120, 6144),
    MaxConcurrency: between(1, 50),
  }),
});
const live = variant('live', 'LiveModel');
/** Only while a challenger was chosen. */
const ifChosen = (one: Rule): Rule => ({
  check: (value, spot) => {
    const [condition, then, otherwise] = ((value as { 'Fn::If'?: unknown[] })?.['Fn::If'] ?? []) as never[];
    return [
      ...only('HasChallenger').check(condition, spot),
      ...one.check(then, spot),
      ...only('<NoValue>').check(otherwise, spot),
    ];
  },
});
const challenger = ifChosen(variant('challenger', 'LiveModelChallenger'));
/** Its weight is the part of the live variant's requests of which it gets copies. */
const shadow = ifChosen(members(variant('challenger', 'LiveModelChallenger', between(0.01, 1))));

/** Requests and predictions, both: without captures nothing is monitored. */
const capture = object({
  EnableCapture: only(true),
  // All of them: drift in rare categories does not show in a part.
  InitialSamplingPercentage: only(100),
  KmsKeyId: dataKey,
  DestinationS3Uri: inBucket('CaptureBucket', 'capture'),
  CaptureOptions: members(object({ CaptureMode: only('Input') }), object({ CaptureMode: only('Output') })),
  CaptureContentTypeHeader: object({
    CsvContentTypes: only(['text/csv']),
    JsonContentTypes: only(['application/json']),
  }),
});

const results = object({
  ClientConfig: object({ MaxConcurrentInvocationsPerInstance: between(1, 64) }),
  OutputConfig: object({
    KmsKeyId: dataKey,
    S3OutputPath: inBucket('ArtifactsBucket', 'asynchronous/output'),
    S3FailurePath: inBucket('ArtifactsBucket', 'asynchronous/failure'),
    NotificationConfig: object({
      SuccessTopic: ref('SNS::Topic', '', 'ResultsSuccess'),
      ErrorTopic: ref('SNS::Topic', '', 'ResultsError'),
    }),
  }),
});

/** Fleets of each pattern: a fleet of instances (real-time, captured), serverless, or asynchronous. */
const endpointConfigs: readonly Fields[] = [
  {
    ProductionVariants: members(live, optional(challenger)),
    ShadowProductionVariants: optional(shadow),
    DataCaptureConfig: capture,
    KmsKeyId: dataKey,
    Tags: tags,
  },
  // It runs on no volume of ours, and captures nothing (EV-016).
  { ProductionVariants: members(serverless), KmsKeyId: dataKey, Tags: tags },
  { ProductionVariants: members(live), AsyncInferenceConfig: results, KmsKeyId: dataKey, Tags: tags },
];

const alarmName = (name: string) => object({ AlarmName: ref('CloudWatch::Alarm', '', name) });
const rollback = object({
  Alarms: members(
    alarmName('RollbackAlarmsServerErrors'),
    alarmName('RollbackAlarmsClientErrors'),
    alarmName('RollbackAlarmsLatency'),
  ),
});
const traffic = {
  MaximumExecutionTimeoutInSeconds: between(1200, 14_400),
  TerminationWaitInSeconds: between(300, 3600),
};
const canary = object({
  ...traffic,
  TrafficRoutingConfiguration: either(
    object({
      Type: only('CANARY'),
      CanarySize: object({ Type: only('CAPACITY_PERCENT'), Value: between(5, 50) }),
      WaitIntervalInSeconds: between(300, 3600),
    }),
    object({
      Type: only('LINEAR'),
      LinearStepSize: object({ Type: only('CAPACITY_PERCENT'), Value: between(10, 50) }),
      WaitIntervalInSeconds: between(300, 3600),
    }),
  ),
});
/** A queue of one instance: the new one is watched on all requests while the old one still exists. */
const allAtOnce = object({
  ...traffic,
  TrafficRoutingConfiguration: object({ Type: only('ALL_AT_ONCE'), WaitIntervalInSeconds: only(0) }),
});
const project = `${prefix}-${problem}`;
const endpoint = {
  EndpointConfigName: ref('SageMaker::EndpointConfig', 'EndpointConfigName', 'LiveEndpointConfig'),
  Tags: tags,
};
/** Scaling changed the number of instances: an update keeps it. */
const keepsInstances = {
  RetainAllVariantProperties: only(true),
  ExcludeRetainedVariantProperties: only([{ VariantPropertyType: 'DesiredWeight' }]),
};
const endpoints: readonly Fields[] = [
  {
    ...endpoint,
    ...keepsInstances,
    EndpointName: only(project),
    DeploymentConfig: object({ AutoRollbackConfiguration: rollback, BlueGreenUpdatePolicy: canary }),
  },
  // With a second variant SageMaker takes no traffic shifting: the release checks the answers itself.
  { ...endpoint, ...keepsInstances, EndpointName: only(project) },
  { ...endpoint, EndpointName: only(`${project}-serverless`) },
  {
    ...endpoint,
    RetainAllVariantProperties: only(false),
    EndpointName: only(`${project}-asynchronous`),
    DeploymentConfig: object({ AutoRollbackConfiguration: rollback, BlueGreenUpdatePolicy: allAtOnce }),
  },
];

const anyOf = (all: readonly Fields[]): Fields => ({ '': either(...all.map(object)) });

const version = (parameter: string) => only(`<Select 2 <Split / <Parameter ${parameter}>///>>`);
function model(id: string): Fields {
  const parameter = id === 'LiveModelChallenger' ? 'ChallengerModelPackage' : 'ApprovedModelPackage';
  const container = object({
    ModelPackageName: only(`<Parameter ${parameter}>`),
    Environment: object({ MODEL_VERSION: version(parameter), ...containerEnvironment }),
  });
  const common = {
    ExecutionRoleArn: ref('IAM::Role', 'Arn', 'ModelRole'),
    PrimaryContainer: container,
    Tags: tags,
  };
  // Serverless takes neither a network nor isolation (EV-016).
  return id === 'LiveModelServerless'
    ? common
    : { ...common, EnableNetworkIsolation: only(true), VpcConfig: jobsNetwork };
}

export const serving: AllowedTypes = {
  'AWS::SageMaker::Model': {
    why: 'The approved package, and the challenger, by parameters of the stack: what was approved and nothing else.',
    stacks: ['Serving'],
    condition: (id) => (id === 'LiveModelChallenger' ? 'HasChallenger' : 'HasApprovedModel'),
    after: ['AWS::IAM::Role'],
    properties: model,
  },
  'AWS::SageMaker::EndpointConfig': {
    why: 'Instances, their key, and where requests and predictions are captured.',
    stacks: ['Serving'],
    condition: 'HasApprovedModel',
    properties: anyOf(endpointConfigs),
  },
  'AWS::SageMaker::Endpoint': {
    why: 'One endpoint, whose updates are watched and rolled back by alarms.',
    stacks: ['Serving'],
    condition: 'HasApprovedModel',
    // SageMaker makes a log group without key or end if there is none.
    after: ['AWS::Logs::LogGroup', 'AWS::Logs::MetricFilter'],
    properties: anyOf(endpoints),
  },
  'AWS::ApplicationAutoScaling::ScalableTarget': {
    why: 'The number of instances of the live variant, in bounds.',
    stacks: ['Serving'],
    condition: 'HasApprovedModel',
    properties: {
      MinCapacity: between(0, 10),
      MaxCapacity: between(1, 20),
      ResourceId: like(new RegExp(`endpoint/${project}(-asynchronous)?/variant/live`)),
      ScalableDimension: only('sagemaker:variant:DesiredInstanceCount'),
      ServiceNamespace: only('sagemaker'),
      Tags: tags,
    },
  },
  'AWS::ApplicationAutoScaling::ScalingPolicy': {
    why: 'By requests of an instance, by the backlog of the queue, and from none.',
    stacks: ['Serving'],
    condition: 'HasApprovedModel',
    properties: {
      PolicyName: like(/\w+/),
      ScalingTargetId: either(
        ref('ApplicationAutoScaling::ScalableTarget', '', 'LiveEndpointInstanceCountTarget'),
        ref('ApplicationAutoScaling::ScalableTarget', 'Id', 'LiveInstances'),
      ),
      PolicyType: byId((id) => only(id === 'LiveFromZero' ? 'StepScaling' : 'TargetTrackingScaling')),
      TargetTrackingScalingPolicyConfiguration: optional(
        object({
          ScaleInCooldown: between(60, 3600),
          ScaleOutCooldown: between(30, 900),
          TargetValue: between(1, 60_000),
          PredefinedMetricSpecification: optional(
            object({ PredefinedMetricType: only('SageMakerVariantInvocationsPerInstance') }),
          ),
          CustomizedMetricSpecification: optional(
            object({
              MetricName: only('ApproximateBacklogSizePerInstance'),
              Namespace: only('AWS/SageMaker'),
              Statistic: only('Average'),
              Dimensions: members(object({ Name: only('EndpointName'), Value: endpointName })),
            }),
          ),
        }),
      ),
      StepScalingPolicyConfiguration: optional(
        object({
          AdjustmentType: only('ChangeInCapacity'),
          Cooldown: between(60, 3600),
          MetricAggregationType: only('Average'),
          StepAdjustments: only([{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }]),
        }),
      ),
    },
  },
};
