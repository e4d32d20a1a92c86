import type { WorkflowConfiguration } from '../../config';
import { tagList } from '../../shared/stack/tag-list';
import {
  call,
  catchAll,
  caught,
  endProcessingJob,
  outcome,
  retryJobStart,
  retryTransient,
  type State,
  type StateMachineDefinition,
} from '../../shared/state-machine/states-language';

export interface DriftAnalysisDefinitionProps {
  readonly endpointName: string;
  readonly scheduleName: string;
  readonly approvedModelParameterName: string;
  readonly captureBucketName: string;
  readonly selectCapturesFunctionArn: string;
  readonly publishMetricsFunctionArn: string;
  readonly topicArn: string;
  readonly jobNamePrefix: string;
  readonly tags: WorkflowConfiguration['tags'];
  readonly jobRoleArn: string;
  readonly imageUri: string;
  /** S3 URI of the steps' zip, and its file name. */
  readonly codeUri: string;
  readonly codeFileName: string;
  readonly dataKeyArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly volumeSizeInGb: number;
  readonly maxRuntimeSeconds: number;
}

const inContainer = '/opt/ml/processing';

/**
 * Input: the schedule's event (its `time` decides the hour), or `{ "hour": "2013-09-03T14" }` from a person.
 *
 * The container is isolated from every network and can call nothing, CloudWatch included. So the machine does what
 * Model Monitor's service does around its container: finds the baseline, starts the job, publishes what the job wrote.
 */
export function driftAnalysisDefinition(props: DriftAnalysisDefinitionProps): StateMachineDefinition {
  return {
    Comment: "Compares an hour of captured traffic with the live model's baseline (MON-04, FEAT-06, STAGE-08).",
    StartAt: 'HasHour',
    TimeoutSeconds: props.maxRuntimeSeconds + 3_600,
    States: { ...selection(props), ...analysis(props), ...endings(props) },
  };
}

function selection(props: DriftAnalysisDefinitionProps): Record<string, State> {
  const selectCaptures = (payload: Readonly<Record<string, string>>): State => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: props.selectCapturesFunctionArn, Payload: payload },
    ResultSelector: {
      'prefix.$': '$.Payload.prefix',
      'start.$': '$.Payload.start',
      'end.$': '$.Payload.end',
      'captures.$': '$.Payload.captures',
    },
    ResultPath: '$.window',
    TimeoutSeconds: 120,
    Retry: retryTransient,
    Catch: catchAll('NoteError'),
    Next: 'HasCaptures',
  });
  return {
    HasHour: {
      Type: 'Choice',
      Choices: [{ Variable: '$.hour', IsPresent: true, Next: 'SelectHour' }],
      Default: 'SelectLastHour',
    },
    SelectHour: selectCaptures({ 'hour.$': '$.hour', 'now.$': '$$.State.EnteredTime' }),
    SelectLastHour: selectCaptures({ 'time.$': '$.time', 'now.$': '$$.State.EnteredTime' }),
    HasCaptures: {
      Type: 'Choice',
      Choices: [{ Variable: '$.window.captures', NumericGreaterThan: 0, Next: 'ReadLive' }],
      Default: 'NoCaptures',
    },
    ReadLive: call(
      'arn:aws:states:::aws-sdk:ssm:getParameter',
      { Name: props.approvedModelParameterName },
      { select: { 'arn.$': '$.Parameter.Value' }, resultPath: '$.live', next: 'IsAnyLive', onError: 'NoteError' },
    ),
    IsAnyLive: {
      Type: 'Choice',
      Choices: [{ Variable: '$.live.arn', StringEquals: 'none', Next: 'NoLiveModel' }],
      Default: 'FindBaseline',
    },
    // The baseline belongs to the model, not to the monitor: after a retraining on new data, the new data is the norm.
    FindBaseline: call(
      'arn:aws:states:::aws-sdk:sagemaker:describeModelPackage',
      { 'ModelPackageName.$': '$.live.arn' },
      { resultPath: '$.package', next: 'HasDriftBaseline', onError: 'NoteError' },
    ),
    HasDriftBaseline: {
      Type: 'Choice',
      Choices: [
        {
          Variable: '$.package.DriftCheckBaselines.ModelDataQuality.Constraints.S3Uri',
          IsPresent: true,
          Next: 'UseDriftBaseline',
        },
        {
          Variable: '$.package.ModelMetrics.ModelDataQuality.Constraints.S3Uri',
          IsPresent: true,
          Next: 'UseModelMetrics',
        },
      ],
      Default: 'NoBaseline',
    },
    UseDriftBaseline: baselineFrom('$.package.DriftCheckBaselines.ModelDataQuality'),
    UseModelMetrics: baselineFrom('$.package.ModelMetrics.ModelDataQuality'),
  };
}

function baselineFrom(path: string): State {
  return {
    Type: 'Pass',
    Parameters: { 'constraints.$': `${path}.Constraints.S3Uri`, 'statistics.$': `${path}.Statistics.S3Uri` },
    ResultPath: '$.baseline',
    Next: 'NameTheJob',
  };
}

function analysis(props: DriftAnalysisDefinitionProps): Record<string, State> {
  const input = (InputName: string, uri: Readonly<Record<string, string>>, folder: string) => ({
    InputName,
    S3Input: {
      ...uri,
      LocalPath: `${inContainer}/${folder}`,
      S3DataType: 'S3Prefix',
      S3InputMode: 'File',
      S3DataDistributionType: 'FullyReplicated',
    },
  });
  return {
    NameTheJob: {
      Type: 'Pass',
      Parameters: { 'name.$': `States.Format('${props.jobNamePrefix}{}', States.UUID())` },
      ResultPath: '$.job',
      Next: 'Analyze',
    },
    Analyze: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sagemaker:createProcessingJob.sync',
      Parameters: {
        'ProcessingJobName.$': '$.job.name',
        Tags: tagList(props.tags),
        RoleArn: props.jobRoleArn,
        AppSpecification: {
          ImageUri: props.imageUri,
          ContainerEntrypoint: ['python3', `${inContainer}/input/code/${props.codeFileName}`, 'analyze'],
        },
        // Model Monitor's container contract ("Container Contract Inputs"), so that either analyzer could stand here.
        Environment: {
          dataset_format: '{"sagemakerCaptureJson":{"captureIndexNames":["endpointInput","endpointOutput"]}}',
          dataset_source: `${inContainer}/input/endpoint`,
          output_path: `${inContainer}/output`,
          baseline_constraints: `${inContainer}/baseline/constraints/constraints.json`,
          baseline_statistics: `${inContainer}/baseline/stats/statistics.json`,
          publish_cloudwatch_metrics: 'Enabled',
          sagemaker_endpoint_name: props.endpointName,
          sagemaker_monitoring_schedule_name: props.scheduleName,
          'start_time.$': '$.window.start',
          'end_time.$': '$.window.end',
        },
        ProcessingInputs: [
          input('code', { S3Uri: props.codeUri }, 'input/code'),
          // With its slash: a prefix without one takes more than the folder.
          // AWS: sagemaker-jobs/s3-prefix-takes-every-key
          input(
            'endpoint',
            { 'S3Uri.$': `States.Format('s3://${props.captureBucketName}/{}/', $.window.prefix)` },
            'input/endpoint',
          ),
          input('constraints', { 'S3Uri.$': '$.baseline.constraints' }, 'baseline/constraints'),
          input('statistics', { 'S3Uri.$': '$.baseline.statistics' }, 'baseline/stats'),
        ],
        ProcessingOutputConfig: {
          KmsKeyId: props.dataKeyArn,
          Outputs: [
            {
              OutputName: 'result',
              S3Output: {
                'S3Uri.$': `States.Format('s3://${props.captureBucketName}/monitoring/{}', $.job.name)`,
                LocalPath: `${inContainer}/output`,
                S3UploadMode: 'EndOfJob',
              },
            },
          ],
        },
        ProcessingResources: {
          ClusterConfig: {
            InstanceType: props.instanceType,
            InstanceCount: props.instanceCount,
            VolumeSizeInGB: props.volumeSizeInGb,
            VolumeKmsKeyId: props.dataKeyArn,
          },
        },
        // Captured requests are the most sensitive data of the workflow: the code that reads them reaches no network.
        NetworkConfig: {
          EnableNetworkIsolation: true,
          EnableInterContainerTrafficEncryption: true,
          VpcConfig: { Subnets: props.subnetIds, SecurityGroupIds: props.securityGroupIds },
        },
        StoppingCondition: { MaxRuntimeInSeconds: props.maxRuntimeSeconds },
      },
      ResultPath: null,
      TimeoutSeconds: props.maxRuntimeSeconds + 900,
      Retry: retryJobStart,
      Catch: catchAll('DidTheJobEnd'),
      Next: 'Publish',
    },
    ...endProcessingJob('$.job.name', 'NoteError'),
    Publish: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: {
        FunctionName: props.publishMetricsFunctionArn,
        Payload: {
          'resultPrefix.$': "States.Format('monitoring/{}', $.job.name)",
          'windowEnd.$': '$.window.end',
          'now.$': '$$.State.EnteredTime',
        },
      },
      ResultSelector: {
        'violations.$': '$.Payload.violations',
        'outputViolations.$': '$.Payload.outputViolations',
        'features.$': '$.Payload.features',
        'furthest.$': '$.Payload.furthest',
        'published.$': '$.Payload.published',
      },
      ResultPath: '$.drift',
      TimeoutSeconds: 120,
      Retry: retryTransient,
      Catch: catchAll('NoteError'),
      Next: 'HasViolations',
    },
    HasViolations: {
      Type: 'Choice',
      Choices: [{ Variable: '$.drift.violations', NumericGreaterThan: 0, Next: 'NoteDrift' }],
      Default: 'NoteNoDrift',
    },
  };
}

function endings(props: DriftAnalysisDefinitionProps): Record<string, State> {
  return {
    // Drift is a finding, not a failure: the metric's alarm tells people and starts the retraining.
    NoteDrift: outcome(
      'Drift',
      "States.Format('{} constraints violated: {}', $.drift.violations, States.JsonToString($.drift.features))",
      'Done',
    ),
    NoteNoDrift: outcome(
      'NoDrift',
      "States.Format('No constraint violated. Furthest from the baseline: {}', $.drift.furthest)",
      'Done',
    ),
    NoCaptures: outcome(
      'NothingToAnalyze',
      "States.Format('No capture is under {} yet. Captures arrive minutes after their requests: if some were sent just now, ask again in ten minutes.', $.window.prefix)",
      'Done',
    ),
    NoLiveModel: outcome('NothingToAnalyze', 'No model is live.', 'Done'),
    NoBaseline: outcome('Failed', 'The live package has no data-quality baseline.', 'Notify'),
    NoteError: outcome('Failed', caught, 'Notify'),
    Notify: call(
      'arn:aws:states:::sns:publish',
      { TopicArn: props.topicArn, Subject: 'The drift analysis FAILED', 'Message.$': 'States.JsonToString($.outcome)' },
      { next: 'Failed', onError: 'Failed' },
    ),
    Done: { Type: 'Succeed' },
    Failed: {
      Type: 'Fail',
      Error: 'AnalysisFailed',
      Cause: 'The captured traffic was not analyzed: nobody knows whether it drifted. The notice says why.',
    },
  };
}
