import type { WorkflowConfiguration } from '../config';
import { tagList } from '../shared/stack/tag-list';
import {
  call,
  catchAll,
  caught,
  outcome,
  retryJobStart,
  retryTransient,
  type State,
  type StateMachineDefinition,
  stopJob,
} from '../shared/state-machine/states-language';
import { longestRequestSeconds, modelServerSettings } from './model-server';

export interface BatchScoringDefinitionProps {
  readonly endpointName: string;
  /** Stack output with the live model's name. @default the endpoint's configuration names it */
  readonly modelFrom?: { readonly stackName: string; readonly outputKey: string };
  readonly artifactsBucketName: string;
  readonly dataKeyArn: string;
  readonly topicArn: string;
  readonly stageFunctionArn: string;
  readonly completenessFunctionArn: string;
  readonly jobNamePrefix: string;
  readonly tags: WorkflowConfiguration['tags'];
  /** Prefix of the daily folders, scored by schedule. */
  readonly scheduledPrefix: string;
  readonly strategy: 'MultiRecord' | 'SingleRecord';
  readonly maxPayloadInMb: number;
  readonly maxConcurrentTransforms: number;
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly maxRuntimeSeconds: number;
}

/** Files uploaded here are scored at once. */
export const arrivalPrefix = 'batch/input/';

/**
 * The state machine that scores one file or folder. Its input is one of:
 *
 * - the S3 event of an object under batch/input/;
 * - the event of the schedule;
 * - an operator's `{ "input": "batch/input/<file>" }`, or a folder with a slash at its end. `"version"` (an object
 *   version's id) and `"attempt"` score the same version again, to the same place.
 *
 * Files are CSV without a header, with the record id in the first column.
 */
export function batchScoringDefinition(props: BatchScoringDefinitionProps): StateMachineDefinition {
  const bucket = `s3://${props.artifactsBucketName}`;
  const notify = (subject: string, next: string) =>
    call(
      'arn:aws:states:::sns:publish',
      { TopicArn: props.topicArn, Subject: subject, 'Message.$': 'States.JsonToString($)' },
      { next, onError: next },
    );
  return {
    Comment:
      'Scores a file with the live model and checks that no row was lost (DEPLOY-02: large offline scoring; SYMPTOM-06: incomplete batch output).',
    StartAt: 'WhatStarted',
    TimeoutSeconds: props.maxRuntimeSeconds + 3_600,
    States: {
      WhatStarted: {
        Type: 'Choice',
        Choices: [
          // AWS: s3/folders-are-empty-objects
          {
            And: [
              { Variable: '$.detail.object.key', IsPresent: true },
              { Variable: '$.detail.object.key', StringMatches: '*/' },
            ],
            Next: 'NoteFolder',
          },
          { Variable: "$.detail.object['version-id']", IsPresent: true, Next: 'FromArrival' },
          {
            And: [
              { Variable: "$['detail-type']", IsPresent: true },
              { Variable: "$['detail-type']", StringEquals: 'Scheduled Event' },
            ],
            Next: 'FromSchedule',
          },
          {
            And: [
              { Variable: '$.input', IsPresent: true },
              { Variable: '$.version', IsPresent: true },
            ],
            Next: 'PinVersion',
          },
          { Variable: '$.input', IsPresent: true, Next: 'FromPerson' },
        ],
        Default: 'NoInput',
      },
      // EventBridge delivers an event at least once. Key and version give the job's name, and SageMaker accepts a name
      // once, so a second delivery starts no second job. A new upload is a new version and gets its own job.
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
      FromArrival: {
        Type: 'Pass',
        Parameters: {
          'input.$': '$.detail.object.key',
          'version.$': "$.detail.object['version-id']",
          'objectVersion.$': "$.detail.object['version-id']",
        },
        Next: 'HasInput',
      },
      FromSchedule: {
        Type: 'Pass',
        Parameters: {
          'input.$': `States.Format('${props.scheduledPrefix}/{}/', States.ArrayGetItem(States.StringSplit($.time, 'T'), 0))`,
          'version.$': '$.time',
          objectVersion: '',
        },
        Next: 'HasInput',
      },
      // A request by an operator has no version, so each execution is a new job.
      FromPerson: {
        Type: 'Pass',
        Parameters: { 'input.$': '$.input', 'version.$': '$$.Execution.Name', objectVersion: '' },
        Next: 'HasInput',
      },
      PinVersion: { Type: 'Pass', InputPath: '$.version', ResultPath: '$.objectVersion', Next: 'HasInput' },
      HasInput: {
        Type: 'Choice',
        Choices: [
          {
            And: [
              { Variable: '$.input', IsString: true },
              { Variable: '$.version', IsString: true },
              {
                Or: [arrivalPrefix, `${props.scheduledPrefix}/`].map((prefix) => ({
                  Variable: '$.input',
                  StringMatches: `${prefix}*`,
                })),
              },
            ],
            Next: 'NameTheJob',
          },
        ],
        Default: 'NoInput',
      },
      // MD5 serves as a short name here, not as a signature: a job name may have 63 characters. Output and report are
      // named after it.
      NameTheJob: {
        Type: 'Pass',
        Parameters: { 'id.$': "States.Hash(States.Format('{} {}', $.input, $.version), 'MD5')" },
        ResultPath: '$.scoring',
        Next: 'IsAnotherAttempt',
      },
      IsAnotherAttempt: {
        Type: 'Choice',
        Choices: [{ Variable: '$.attempt', IsPresent: true, Next: 'NameTheAttempt' }],
        Default: 'NameTheFirst',
      },
      NameTheFirst: {
        Type: 'Pass',
        Parameters: { 'id.$': '$.scoring.id', 'name.$': `States.Format('${props.jobNamePrefix}{}', $.scoring.id)` },
        ResultPath: '$.job',
        Next: 'StageInput',
      },
      // A failed job keeps its name, so another attempt needs a new one. It may write to the same place, because the
      // same rows and model give the same bytes.
      NameTheAttempt: {
        Type: 'Pass',
        Parameters: {
          'id.$': '$.scoring.id',
          'name.$': `States.Format('${props.jobNamePrefix}{}-{}', $.scoring.id, $.attempt)`,
        },
        ResultPath: '$.job',
        Next: 'StageInput',
      },

      // The job reads a copy in its own folder, because SageMaker reads every object whose key begins with the
      // S3Prefix.
      // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TransformS3DataSource.html
      StageInput: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: {
          FunctionName: props.stageFunctionArn,
          Payload: { 'input.$': '$.input', 'version.$': '$.objectVersion', 'job.$': '$.job.name' },
        },
        ResultSelector: {
          'files.$': '$.Payload.files',
          'records.$': '$.Payload.records',
          'refused.$': '$.Payload.refused',
          'reason.$': '$.Payload.reason',
        },
        ResultPath: '$.staged',
        TimeoutSeconds: 900,
        Retry: retryTransient,
        Catch: catchAll('NoteUnread'),
        Next: 'IsAnythingStaged',
      },
      // A night without files is no failure, and starts no instance.
      IsAnythingStaged: {
        Type: 'Choice',
        Choices: [
          {
            Variable: '$.staged.files',
            NumericGreaterThan: 0,
            Next: props.modelFrom ? 'FindLiveModel' : 'FindLiveEndpoint',
          },
          { Variable: '$.staged.refused', NumericGreaterThan: 0, Next: 'NoteRefused' },
        ],
        Default: 'NoteNothing',
      },

      ...findLiveModel(props),

      Score: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sagemaker:createTransformJob.sync',
        Parameters: {
          'TransformJobName.$': '$.job.name',
          Tags: tagList(props.tags),
          'ModelName.$': '$.model.name',
          // MultiRecord needs SplitType Line and a container that returns a line per record: thousands of rows share
          // the overhead of a request (COST-04: throughput). SingleRecord is for containers that accept one record;
          // SplitType None is for files that are one document.
          // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html
          BatchStrategy: props.strategy,
          MaxPayloadInMB: props.maxPayloadInMb,
          MaxConcurrentTransforms: props.maxConcurrentTransforms,
          // One retry of a request to the container: a row that fails twice is probably the cause itself.
          ModelClientConfig: { InvocationsMaxRetries: 1, InvocationsTimeoutInSeconds: longestRequestSeconds },
          // By default, the model server in the container ends a request after a minute.
          Environment: modelServerSettings('batch'),
          TransformInput: {
            DataSource: {
              S3DataSource: {
                S3DataType: 'S3Prefix',
                'S3Uri.$': `States.Format('${bucket}/batch/staged/{}/', $.job.name)`,
              },
            },
            ContentType: 'text/csv',
            SplitType: 'Line',
          },
          // The container does not get the record id, which is no feature. SageMaker joins each prediction to its row;
          // without the join, a lost row would shift every later prediction to the wrong flight. No output filter: an
          // index that a bad, shorter row lacks would fail the whole job.
          // https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html
          DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input' },
          TransformOutput: {
            'S3OutputPath.$': `States.Format('${bucket}/batch/output/{}', $.job.id)`,
            Accept: 'text/csv',
            AssembleWith: 'Line',
            KmsKeyId: props.dataKeyArn,
          },
          TransformResources: {
            InstanceType: props.instanceType,
            InstanceCount: props.instanceCount,
            VolumeKmsKeyId: props.dataKeyArn,
          },
        },
        TimeoutSeconds: props.maxRuntimeSeconds,
        ResultPath: null,
        // A call whose response was lost is safe to repeat: the name is in use then, and the states below find the job.
        Retry: retryJobStart,
        Catch: catchAll('DidItTakeTooLong'),
        Next: 'CheckCompleteness',
      },
      DidItTakeTooLong: {
        Type: 'Choice',
        Choices: [{ Variable: '$.error.Error', StringEquals: 'States.Timeout', Next: 'StopTheJob' }],
        // Otherwise another execution may have started the job, or the response of the start was lost.
        Default: 'LookAtTheJob',
      },
      // A transform job has no time limit of its own. Without this stop it would go on and write output after a report
      // that says it failed.
      StopTheJob: stopJob(
        'arn:aws:states:::aws-sdk:sagemaker:stopTransformJob',
        { 'TransformJobName.$': '$.job.name' },
        'NoteJobError',
      ),
      LookAtTheJob: lookAtTheJob('IsItScored'),
      IsItScored: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.known.status', StringEquals: 'Completed', Next: 'CheckAgain' },
          { Variable: '$.known.status', StringEquals: 'InProgress', Next: 'WaitForTheJob' },
        ],
        Default: 'NoteJobError',
      },
      // If the job cannot be described, its state is unknown. Then no report is written, since it might overwrite the
      // report of an execution that knows the state.
      IsThereAJob: {
        Type: 'Choice',
        Choices: [
          {
            Or: [
              { Variable: '$.look.Error', StringMatches: '*ResourceNotFound*' },
              { Variable: '$.look.Cause', StringMatches: '*Could not find*' },
            ],
            Next: 'NoteJobError',
          },
        ],
        Default: 'NoteUnchecked',
      },
      WaitForTheJob: { Type: 'Wait', Seconds: 60, Next: 'LookAgain' },
      LookAgain: lookAtTheJob('HasItEnded'),
      HasItEnded: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.known.status', StringEquals: 'Completed', Next: 'CheckCompleteness' },
          {
            Or: ['InProgress', 'Stopping'].map((status) => ({ Variable: '$.known.status', StringEquals: status })),
            Next: 'WaitForTheJob',
          },
        ],
        Default: 'NoteJobError',
      },
      // The execution that scored the file may have failed before it counted the rows, so count them again.
      CheckAgain: checkCompleteness(props, {}, 'IsStillComplete'),
      IsStillComplete: {
        Type: 'Choice',
        Choices: [{ Variable: '$.report.complete', BooleanEquals: true, Next: 'NoteAlreadyScored' }],
        Default: 'NoteIncomplete',
      },
      NoteAlreadyScored: outcome(
        'AlreadyScored',
        "States.Format('The job {} has already scored this version', $.job.name)",
        'Complete',
      ),
      // A failed job may have scored most rows. The report lists the others, so that only those need scoring again.
      NoteJobError: {
        Type: 'Pass',
        Parameters: { 'jobError.$': caught },
        ResultPath: '$.failed',
        Next: 'CheckWhatIsThere',
      },
      CheckCompleteness: checkCompleteness(props, {}),
      CheckWhatIsThere: checkCompleteness(props, { 'jobError.$': '$.failed.jobError' }),
      IsComplete: {
        Type: 'Choice',
        Choices: [{ Variable: '$.report.complete', BooleanEquals: true, Next: 'NoteComplete' }],
        Default: 'NoteIncomplete',
      },
      NoteComplete: outcome(
        'Complete',
        `States.Format('{} rows scored; ${bucket}/batch/output/{}', $.report.rows, $.job.id)`,
        'NotifyComplete',
      ),
      NoteIncomplete: outcome(
        'Incomplete',
        `States.Format('{} of {} rows have a valid prediction; report: ${bucket}/batch/report/{}.json', ` +
          '$.report.scored, $.report.rows, $.job.id)',
        'NotifyIncomplete',
      ),
      NotifyComplete: notify('Batch scoring is complete', 'Complete'),
      NotifyIncomplete: notify('Batch scoring is INCOMPLETE', 'Incomplete'),
      NoteNothing: outcome('NothingToScore', "States.Format('No rows in {}', $.input)", 'Complete'),
      NoteFolder: outcome('NothingToScore', "States.Format('{} is a folder', $.detail.object.key)", 'Complete'),
      NoteUnread: outcome('Unread', caught, 'NotifyUnread'),
      NotifyUnread: notify('Batch scoring could not read its input', 'Unread'),
      NoteRefused: outcome('Refused', '$.staged.reason', 'NotifyRefused'),
      NotifyRefused: notify('Batch scoring refused its input', 'BadInput'),
      NoInput: outcome(
        'NoInput',
        'The input must be {"input": "batch/input/<file>"}, or a folder with a slash at its end',
        'NotifyNoInput',
      ),
      NotifyNoInput: notify('Batch scoring got no input', 'BadInput'),
      NoLiveModelFound: outcome('NoLiveModel', caught, 'NotifyNoLiveModel'),
      NotifyNoLiveModel: notify('Batch scoring found no live model', 'NoLiveModel'),
      NoteUnchecked: outcome('Unchecked', caught, 'NotifyUnchecked'),
      NotifyUnchecked: notify('Batch scoring could not be checked', 'Unchecked'),

      Complete: { Type: 'Succeed' },
      Incomplete: {
        Type: 'Fail',
        Error: 'BatchIncomplete',
        Cause:
          'Not every input row has a valid prediction. The report under batch/report/ lists these rows with the reason.',
      },
      BadInput: {
        Type: 'Fail',
        Error: 'BadInput',
        Cause:
          'Upload a CSV file in UTF-8 under batch/input/ of the artifacts bucket, or start the state machine with {"input": "batch/input/<file>"}. docs/learn/batch.md lists what is refused.',
      },
      Unread: {
        Type: 'Fail',
        Error: 'InputUnread',
        Cause:
          'The input does not exist or could not be read. Nothing was scored. See the log of the stage-batch-input function.',
      },
      NoLiveModel: {
        Type: 'Fail',
        Error: 'NoLiveModel',
        Cause: `No model is live: ${props.modelFrom ? `the stack ${props.modelFrom.stackName} has no output with its name` : `the endpoint ${props.endpointName} could not be described`}. Approve a model package and wait for its release, then start again.`,
      },
      Unchecked: {
        Type: 'Fail',
        Error: 'CompletenessUnknown',
        Cause:
          'The job ended, but its output could not be checked: see the log of the check-completeness function. Treat the output as incomplete.',
      },
    },
  };
}

/**
 * Reads the live model's name at run time, from the endpoint or from the stack. If the definition contained the name,
 * each release would have to change the state machine, and the release's role would need permission to do so.
 */
function findLiveModel({ endpointName, modelFrom }: BatchScoringDefinitionProps): Record<string, State> {
  if (modelFrom) {
    return {
      FindLiveModel: call(
        'arn:aws:states:::aws-sdk:cloudformation:describeStacks',
        { StackName: modelFrom.stackName },
        {
          // Without this output, the array is empty, States.ArrayGetItem fails, and the error is caught.
          select: {
            'name.$': `States.ArrayGetItem($.Stacks[0].Outputs[?(@.OutputKey == '${modelFrom.outputKey}')].OutputValue, 0)`,
          },
          resultPath: '$.model',
          next: 'Score',
          onError: 'NoLiveModelFound',
        },
      ),
    };
  }
  return {
    FindLiveEndpoint: call(
      'arn:aws:states:::aws-sdk:sagemaker:describeEndpoint',
      { EndpointName: endpointName },
      {
        select: { 'configName.$': '$.EndpointConfigName' },
        resultPath: '$.endpoint',
        next: 'FindLiveModel',
        onError: 'NoLiveModelFound',
      },
    ),
    FindLiveModel: call(
      'arn:aws:states:::aws-sdk:sagemaker:describeEndpointConfig',
      { 'EndpointConfigName.$': '$.endpoint.configName' },
      {
        select: { 'name.$': '$.ProductionVariants[0].ModelName' },
        resultPath: '$.model',
        next: 'Score',
        onError: 'NoLiveModelFound',
      },
    ),
  };
}

function lookAtTheJob(next: string): State {
  return {
    ...call(
      'arn:aws:states:::aws-sdk:sagemaker:describeTransformJob',
      { 'TransformJobName.$': '$.job.name' },
      { select: { 'status.$': '$.TransformJobStatus' }, resultPath: '$.known', next, onError: 'IsThereAJob' },
    ),
    // The error of the job's start stays in `$.error`.
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.look', Next: 'IsThereAJob' }],
  };
}

function checkCompleteness(
  props: BatchScoringDefinitionProps,
  more: Readonly<Record<string, string>>,
  next = 'IsComplete',
) {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: {
      FunctionName: props.completenessFunctionArn,
      Payload: {
        'job.$': '$.job.name',
        'outputPrefix.$': "States.Format('batch/output/{}/', $.job.id)",
        'reportKey.$': "States.Format('batch/report/{}.json', $.job.id)",
        ...more,
      },
    },
    ResultSelector: {
      'complete.$': '$.Payload.complete',
      'rows.$': '$.Payload.rows',
      'scored.$': '$.Payload.scored',
      'missing.$': '$.Payload.missing',
      'byModelVersion.$': '$.Payload.byModelVersion',
    },
    ResultPath: '$.report',
    TimeoutSeconds: 900,
    Retry: retryTransient,
    Catch: catchAll('NoteUnchecked'),
    Next: next,
  };
}
