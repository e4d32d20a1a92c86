import { flightDisruption } from '../../../lib/problem/flight-disruption';
import type { AllowedTypes } from './allowed-type';
import { clarifyImage, monitorImage } from './images';
import { asset, dataKey, endpointName, inBucket, instanceType, jobsNetwork, prefix, problem, tags } from './references';
import { between, either, type Fields, json, like, members, object, only, type Rule, ref } from './rules';

const constraints = (file: string) => object({ S3Uri: inBucket('ArtifactsBucket', `baselines/live/[a-z-/]*${file}`) });

const isolated = object({
  EnableInterContainerTrafficEncryption: only(true),
  EnableNetworkIsolation: only(true),
  VpcConfig: jobsNetwork,
});

/** What every job of Model Monitor has. */
function job(kind: string, role: string, networkConfig: Rule = isolated): Fields {
  return {
    [`${kind}JobOutputConfig`]: object({
      KmsKeyId: dataKey,
      MonitoringOutputs: members(
        object({
          S3Output: object({
            LocalPath: only('/opt/ml/processing/output'),
            S3UploadMode: only('EndOfJob'),
            S3Uri: inBucket('CaptureBucket', 'monitoring'),
          }),
        }),
      ),
    }),
    JobResources: object({
      ClusterConfig: object({
        InstanceCount: between(1, 10),
        InstanceType: instanceType,
        VolumeKmsKeyId: dataKey,
        VolumeSizeInGB: between(1, 200),
      }),
    }),
    NetworkConfig: networkConfig,
    RoleArn: ref('IAM::Role', 'Arn', role),
    StoppingCondition: object({ MaxRuntimeInSeconds: between(300, 3600) }),
    Tags: tags,
  };
}

const input = (others: Fields = {}) =>
  object({
    EndpointName: endpointName,
    LocalPath: like(/\/opt\/ml\/processing\/[a-z_/]+/),
    S3DataDistributionType: only('FullyReplicated'),
    S3InputMode: only('File'),
    ...others,
  });
const probability = { ProbabilityAttribute: only('0') };
/** Predictions of the last days, which outcomes have arrived for. */
const labeled = {
  ...probability,
  ProbabilityThresholdAttribute: between(0.01, 0.99),
  StartTimeOffset: like(/-P([1-9]|[12]\d|30)D/),
  EndTimeOffset: only('-P0D'),
};
const outcomes = object({ S3Uri: inBucket('CaptureBucket', 'ground-truth') });
const metrics = (value: string) => object({ publish_cloudwatch_metrics: only(value) });

const common = { stacks: ['Serving'], condition: 'HasApprovedModel', after: ['AWS::SageMaker::Endpoint'] };

const schedules: Readonly<Record<string, readonly [type: string, definition: string, name: string]>> = {
  DataQuality: ['DataQualityJobDefinition', 'LiveDataQuality', 'data-quality'],
  ModelQuality: ['ModelQualityJobDefinition', 'LiveModelQuality', 'model-quality-monitor'],
  ModelBias: ['ModelBiasJobDefinition', 'LiveModelBias', 'model-bias-monitor'],
  ModelExplainability: ['ModelExplainabilityJobDefinition', 'LiveModelExplainability', 'explainability-monitor'],
};
// Model Monitor's own form: hourly, or daily at an hour.
const monitorSchedule = like(/cron\(0 (\*|\d{1,2}) \? \* \* \*\)/);

export const monitors: AllowedTypes = {
  'AWS::SageMaker::DataQualityJobDefinition': {
    why: "AWS's own monitors (monitoring.modelMonitor): what comes in.",
    ...common,
    properties: {
      DataQualityAppSpecification: object({ ImageUri: monitorImage, Environment: metrics('Disabled') }),
      DataQualityBaselineConfig: object({
        ConstraintsResource: constraints('constraints\\.json'),
        StatisticsResource: constraints('statistics\\.json'),
      }),
      DataQualityJobInput: object({ EndpointInput: input() }),
      ...job('DataQuality', 'ModelMonitorAnalyzerRole'),
    },
  },
  'AWS::SageMaker::ModelQualityJobDefinition': {
    why: "AWS's own monitors: predictions against their outcomes.",
    ...common,
    properties: {
      ModelQualityAppSpecification: object({
        ImageUri: monitorImage,
        ProblemType: only('BinaryClassification'),
        Environment: metrics('Enabled'),
      }),
      ModelQualityBaselineConfig: object({ ConstraintsResource: constraints('constraints\\.json') }),
      ModelQualityJobInput: object({ EndpointInput: input(labeled), GroundTruthS3Input: outcomes }),
      ...job('ModelQuality', 'OutcomeMonitorsQualityRole'),
    },
  },
  'AWS::SageMaker::ModelBiasJobDefinition': {
    why: "AWS's own monitors: errors by group.",
    ...common,
    properties: {
      ModelBiasAppSpecification: object({
        ImageUri: clarifyImage,
        ConfigUri: asset('json'),
        Environment: metrics('Enabled'),
      }),
      ModelBiasBaselineConfig: object({ ConstraintsResource: constraints('constraints\\.json') }),
      ModelBiasJobInput: object({ EndpointInput: input(labeled), GroundTruthS3Input: outcomes }),
      ...job('ModelBias', 'OutcomeMonitorsBiasRole'),
    },
  },
  'AWS::SageMaker::ModelExplainabilityJobDefinition': {
    why: "AWS's own monitors: what decides. Its shadow endpoint needs SageMaker's API, so it is not isolated (EV-051).",
    ...common,
    properties: {
      ModelExplainabilityAppSpecification: object({
        ImageUri: clarifyImage,
        ConfigUri: inBucket('ArtifactsBucket', 'baselines/live/explainability/analysis_config\\.json'),
        Environment: metrics('Enabled'),
      }),
      ModelExplainabilityBaselineConfig: object({ ConstraintsResource: constraints('constraints\\.json') }),
      ModelExplainabilityJobInput: object({ EndpointInput: input(probability) }),
      ...job(
        'ModelExplainability',
        'ExplainabilityMonitorAnalyzerRole',
        object({ EnableInterContainerTrafficEncryption: only(true), EnableNetworkIsolation: only(false) }),
      ),
    },
  },
  'AWS::SageMaker::MonitoringSchedule': {
    why: 'When each of those monitors runs.',
    stacks: ['Serving'],
    condition: 'HasApprovedModel',
    properties: {
      MonitoringScheduleName: like(new RegExp(`${prefix}-${problem}-[a-z-]+`)),
      MonitoringScheduleConfig: either(
        ...Object.entries(schedules).map(([kind, [type, definition]]) =>
          object({
            MonitoringType: only(kind),
            MonitoringJobDefinitionName: only(
              `<Select 1 <Split / <SageMaker::${type} Serving/${definition}.JobDefinitionArn>>>`,
            ),
            ScheduleConfig: object({ ScheduleExpression: monitorSchedule }),
          }),
        ),
      ),
      Tags: tags,
    },
  },
  'Custom::AnalysisConfig': {
    why: "Clarify's configuration names the model, which each release replaces.",
    stacks: ['Serving'],
    condition: 'HasApprovedModel',
    properties: {
      ServiceToken: ref('Lambda::Function', 'Arn', 'ExplainabilityMonitorWriteConfigFunction'),
      ServiceTimeout: only('60', '120'),
      Target: object({
        Bucket: ref('S3::Bucket', '', 'ArtifactsBucket'),
        Key: only('baselines/live/explainability/analysis_config.json'),
        Body: json(
          object({
            // Clarify knows a column by its position.
            headers: {
              check: (columns, spot) => only(flightDisruption.features.map(({ name }) => name)).check(columns, spot),
            },
            methods: object({
              shap: object({ num_samples: between(10, 1000), agg_method: only('mean_abs'), use_logit: only(true) }),
            }),
            predictor: object({
              model_name: ref('SageMaker::Model', 'ModelName', 'LiveModel'),
              instance_type: instanceType,
              initial_instance_count: between(1, 10),
              content_type: only('text/csv'),
              accept_type: only('text/csv'),
            }),
          }),
        ),
      }),
    },
  },
};
