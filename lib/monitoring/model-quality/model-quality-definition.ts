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
import { workflowNamespace } from '../metrics/metrics';

export interface ModelQualityDefinitionProps {
  readonly approvedModelParameterName: string;
  readonly captureBucketName: string;
  /** Prefix of the capture bucket, without a slash at its end. */
  readonly groundTruthPrefix: string;
  /** Days that a scheduled run looks back. */
  readonly lookBackDays: number;
  readonly selectFunctionArn: string;
  readonly publishFunctionArn: string;
  readonly topicArn: string;
  readonly jobNamePrefix: string;
  readonly tags: WorkflowConfiguration['tags'];
  readonly jobRoleArn: string;
  /** XGBoost's image: attributions need the model. */
  readonly imageUri: string;
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
const baselines = ['quality', 'bias', 'explainability'] as const;

/**
 * Input: nothing of interest from the schedule, and the window ends now; or `{ "start": ..., "end": ... }` from a
 * person, ISO 8601.
 *
 * A bounded look-back instead of a window that waits for its labels: each run judges all predictions of the last days
 * that have a label by now. A label that comes late counts from the next run on, and until its prediction leaves the
 * window. Model Monitor shifts its window by an offset instead ("Model monitor offsets"), and never sees a label that
 * comes later than that.
 */
export function modelQualityDefinition(props: ModelQualityDefinitionProps): StateMachineDefinition {
  return {
    Comment:
      'Judges the live model by what became of its predictions: quality, cost, bias and attributions (MON-05, MON-06).',
    StartAt: 'HasWindow',
    TimeoutSeconds: props.maxRuntimeSeconds + 3_600,
    States: { ...window(props), ...baseline(props), ...judging(props), ...endings(props) },
  };
}

function window(props: ModelQualityDefinitionProps): Record<string, State> {
  return {
    HasWindow: {
      Type: 'Choice',
      Choices: [
        {
          And: [
            { Variable: '$.start', IsPresent: true },
            { Variable: '$.end', IsPresent: true },
          ],
          Next: 'UseGivenWindow',
        },
      ],
      Default: 'UseLookBack',
    },
    UseGivenWindow: {
      Type: 'Pass',
      Parameters: { 'start.$': '$.start', 'end.$': '$.end' },
      ResultPath: '$.window',
      Next: 'SelectCaptures',
    },
    UseLookBack: {
      Type: 'Pass',
      Parameters: { start: `-P${props.lookBackDays}D`, 'end.$': '$$.State.EnteredTime' },
      ResultPath: '$.window',
      Next: 'SelectCaptures',
    },
    SelectCaptures: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: {
        FunctionName: props.selectFunctionArn,
        Payload: { 'start.$': '$.window.start', 'end.$': '$.window.end', 'run.$': '$$.Execution.Name' },
      },
      ResultSelector: {
        'captures.$': '$.Payload.captures',
        'labels.$': '$.Payload.labels',
        'manifest.$': '$.Payload.manifest',
        'tooLarge.$': '$.Payload.tooLarge',
      },
      ResultPath: '$.selected',
      TimeoutSeconds: 300,
      Retry: retryTransient,
      Catch: catchAll('NoteError'),
      Next: 'HasBoth',
    },
    HasBoth: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.selected.captures', NumericEquals: 0, Next: 'NoCaptures' },
        { Variable: '$.selected.labels', NumericEquals: 0, Next: 'NoLabels' },
        { Not: { Variable: '$.selected.tooLarge', StringEquals: '' }, Next: 'NoteTooLarge' },
      ],
      Default: 'ReadLive',
    },
  };
}

function baseline(props: ModelQualityDefinitionProps): Record<string, State> {
  const constraints = {
    quality: '$.package.DriftCheckBaselines.ModelQuality.Constraints.S3Uri',
    bias: '$.package.DriftCheckBaselines.Bias.PostTrainingConstraints.S3Uri',
    explainability: '$.package.DriftCheckBaselines.Explainability.Constraints.S3Uri',
  };
  const model = '$.package.InferenceSpecification.Containers[0].ModelDataUrl';
  return {
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
    FindBaseline: call(
      'arn:aws:states:::aws-sdk:sagemaker:describeModelPackage',
      { 'ModelPackageName.$': '$.live.arn' },
      { resultPath: '$.package', next: 'HasBaselines', onError: 'NoteError' },
    ),
    HasBaselines: {
      Type: 'Choice',
      Choices: [
        {
          And: [...Object.values(constraints), model].map((Variable) => ({ Variable, IsPresent: true })),
          Next: 'UseBaselines',
        },
      ],
      Default: 'NoBaseline',
    },
    UseBaselines: {
      Type: 'Pass',
      Parameters: {
        'model.$': model,
        ...Object.fromEntries(baselines.map((name) => [`${name}.$`, constraints[name]])),
        'job.$': `States.Format('${props.jobNamePrefix}{}', States.UUID())`,
      },
      ResultPath: '$.use',
      Next: 'Judge',
    },
  };
}

function judging(props: ModelQualityDefinitionProps): Record<string, State> {
  const input = (InputName: string, uri: Readonly<Record<string, string>>, folder: string) => ({
    InputName,
    S3Input: {
      S3DataType: 'S3Prefix',
      ...uri,
      LocalPath: `${inContainer}/input/${folder}`,
      S3InputMode: 'File',
      S3DataDistributionType: 'FullyReplicated',
    },
  });
  return {
    Judge: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sagemaker:createProcessingJob.sync',
      Parameters: {
        'ProcessingJobName.$': '$.use.job',
        Tags: tagList(props.tags),
        RoleArn: props.jobRoleArn,
        AppSpecification: {
          ImageUri: props.imageUri,
          ContainerEntrypoint: ['python3', `${inContainer}/input/code/${props.codeFileName}`, 'judge'],
        },
        Environment: {
          'start_time.$': '$.window.start',
          'end_time.$': '$.window.end',
          dataset_source: `${inContainer}/input/endpoint`,
          ground_truth_source: `${inContainer}/input/ground-truth`,
          model_source: `${inContainer}/input/model`,
          output_path: `${inContainer}/output`,
          workflow_namespace: workflowNamespace,
          ...Object.fromEntries(
            baselines.map((name) => [`${name}_constraints`, `${inContainer}/input/baseline/${name}/constraints.json`]),
          ),
        },
        // Of the captures only the hours of the window: the bucket keeps a month, and the volume would fill with what
        // nobody reads.
        ProcessingInputs: [
          input('code', { S3Uri: props.codeUri }, 'code'),
          input(
            'endpoint',
            {
              S3DataType: 'ManifestFile',
              'S3Uri.$': `States.Format('s3://${props.captureBucketName}/{}', $.selected.manifest)`,
            },
            'endpoint',
          ),
          input(
            'ground-truth',
            { S3Uri: `s3://${props.captureBucketName}/${props.groundTruthPrefix}/` },
            'ground-truth',
          ),
          input('model', { 'S3Uri.$': '$.use.model' }, 'model'),
          ...baselines.map((name) => input(name, { 'S3Uri.$': `$.use.${name}` }, `baseline/${name}`)),
        ],
        ProcessingOutputConfig: {
          KmsKeyId: props.dataKeyArn,
          Outputs: [
            {
              OutputName: 'result',
              S3Output: {
                'S3Uri.$': `States.Format('s3://${props.captureBucketName}/monitoring/{}', $.use.job)`,
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
    ...endProcessingJob('$.use.job', 'NoteError'),
    Publish: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: {
        FunctionName: props.publishFunctionArn,
        Payload: { 'resultPrefix.$': "States.Format('monitoring/{}', $.use.job)" },
      },
      ResultSelector: {
        'published.$': '$.Payload.published',
        'violations.$': '$.Payload.violations',
        'broken.$': '$.Payload.broken',
      },
      ResultPath: '$.modelQuality',
      TimeoutSeconds: 120,
      Retry: retryTransient,
      Catch: catchAll('NoteError'),
      Next: 'HasBroken',
    },
    HasBroken: {
      Type: 'Choice',
      Choices: [{ Variable: '$.modelQuality.broken[0]', IsPresent: true, Next: 'NoteBroken' }],
      Default: 'NoteAsExpected',
    },
  };
}

function endings(props: ModelQualityDefinitionProps): Record<string, State> {
  return {
    // A worse model is a finding, not a failure: the metrics' alarms tell people.
    NoteBroken: outcome(
      'Broken',
      "States.Format('Constraints broken: {}', States.JsonToString($.modelQuality.violations))",
      'Done',
    ),
    NoteAsExpected: outcome(
      'AsExpected',
      "States.Format('No constraint broken of what was judged: {}', States.JsonToString($.modelQuality.violations))",
      'Done',
    ),
    NoCaptures: outcome(
      'NothingToJudge',
      'No capture of the window is there. Captures arrive minutes after their requests.',
      'Done',
    ),
    NoteTooLarge: outcome('TooLarge', '$.selected.tooLarge', 'Notify'),
    NoLabels: outcome('NothingToJudge', 'No outcome has arrived.', 'Done'),
    NoLiveModel: outcome('NothingToJudge', 'No model is live.', 'Done'),
    NoBaseline: outcome('Failed', 'The live package has no baseline of quality, bias and attributions.', 'Notify'),
    NoteError: outcome('Failed', caught, 'Notify'),
    Notify: call(
      'arn:aws:states:::sns:publish',
      {
        TopicArn: props.topicArn,
        Subject: 'The model quality run of the model FAILED',
        'Message.$': 'States.JsonToString($.outcome)',
      },
      { next: 'Failed', onError: 'Failed' },
    ),
    Done: { Type: 'Succeed' },
    Failed: {
      Type: 'Fail',
      Error: 'ModelQualityRunFailed',
      Cause: 'The predictions were not judged: nobody knows how good they are. The notice says why.',
    },
  };
}
