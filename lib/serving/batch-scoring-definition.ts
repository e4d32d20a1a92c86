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
  /** An output of a stack that names the live model. @default the endpoint is asked */
  readonly modelFrom?: { readonly stackName: string; readonly outputKey: string };
  readonly artifactsBucketName: string;
  readonly dataKeyArn: string;
  readonly topicArn: string;
  readonly stageFunctionArn: string;
  readonly completenessFunctionArn: string;
  readonly jobNamePrefix: string;
  readonly tags: WorkflowConfiguration['tags'];
  /** Below it a folder for each day, scored by schedule. */
  readonly scheduledPrefix: string;
  readonly strategy: 'MultiRecord' | 'SingleRecord';
  readonly maxPayloadInMb: number;
  readonly maxConcurrentTransforms: number;
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly maxRuntimeSeconds: number;
}

/** Files that arrive here are scored at once. */
export const arrivalPrefix = 'batch/input/';

/**
 * Input: S3's event of an object under batch/input/, the schedule's event, or a person's `{ "input":
 * "batch/input/<file>" }`, or a folder with a slash at its end, with `"version"` (an object version's id) and
 * `"attempt"` to score the same again, to the same place. Files are CSV, no header, record id first.
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
    Comment: 'Scores a file with the live model and proves that no row was lost (DEPLOY-02, SYMPTOM-06).',
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
      // What is scored, by name and version: EventBridge delivers at least once, and the same version gives the same
      // job name, which SageMaker takes once. A new upload is a new version, and is scored anew.
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
      // A person's wish has no version of its own: each execution is another.
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
      // Not a signature, a name: 32 characters where a job's name may have 63. Output and report go by it.
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
      // A job's name is used up, even by a job that failed. The output's place is not: the same rows and model write
      // the same bytes to it.
      NameTheAttempt: {
        Type: 'Pass',
        Parameters: {
          'id.$': '$.scoring.id',
          'name.$': `States.Format('${props.jobNamePrefix}{}-{}', $.scoring.id, $.attempt)`,
        },
        ResultPath: '$.job',
        Next: 'StageInput',
      },

      // The job gets a copy in a folder of its own: SageMaker takes every object whose key begins with what it is
      // given.
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
      // An empty night is no failure, and starts no instance.
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
          // MultiRecord needs SplitType Line, and a container that answers a line for each: then a request's overhead
          // is shared by thousands of rows. SingleRecord is for containers that take one record; None (unsplit) for
          // files that are one document.
          BatchStrategy: props.strategy,
          MaxPayloadInMB: props.maxPayloadInMb,
          MaxConcurrentTransforms: props.maxConcurrentTransforms,
          // One retry of a request to the container; a row that fails twice fails for its own reason.
          ModelClientConfig: { InvocationsMaxRetries: 1, InvocationsTimeoutInSeconds: longestRequestSeconds },
          // The container's own server would end a request after a minute.
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
          // The container never sees the record id (it is no feature), and the answer is joined back to the row it is
          // for: without the join, a lost row would shift every answer behind it to the wrong flight. No output filter:
          // an index that a bad, shorter row does not have would fail the whole job ("DataProcessing").
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
        // A call whose answer was lost is safe to repeat: the name is taken then, and the job is found below.
        Retry: retryJobStart,
        Catch: catchAll('DidItTakeTooLong'),
        Next: 'CheckCompleteness',
      },
      DidItTakeTooLong: {
        Type: 'Choice',
        Choices: [{ Variable: '$.error.Error', StringEquals: 'States.Timeout', Next: 'StopTheJob' }],
        // Else the job may be another execution's, or have started without our hearing of it.
        Default: 'LookAtTheJob',
      },
      // A transform job has no time limit of its own: one that nobody waits for would go on, and write below a report
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
      // Who cannot look knows nothing of the job: no report then, it might be written over that of an execution that
      // knows.
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
      // Whoever scored it may have died before the rows were counted.
      CheckAgain: checkCompleteness(props, {}, 'IsStillComplete'),
      IsStillComplete: {
        Type: 'Choice',
        Choices: [{ Variable: '$.report.complete', BooleanEquals: true, Next: 'NoteAlreadyScored' }],
        Default: 'NoteIncomplete',
      },
      NoteAlreadyScored: outcome(
        'AlreadyScored',
        "States.Format('The job {} has scored this version before', $.job.name)",
        'Complete',
      ),
      // A failed job may still have answered most rows; the report says which, so that only the rest need scoring
      // again.
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
        `States.Format('{} of {} rows have a valid answer; report: ${bucket}/batch/report/{}.json', ` +
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
        Cause: 'Not every input row has a valid answer. The report under batch/report/ lists each row and why.',
      },
      BadInput: {
        Type: 'Fail',
        Error: 'BadInput',
        Cause:
          'Put a CSV file in UTF-8 under batch/input/ of the artifacts bucket, or start the machine with {"input": "batch/input/<file>"}. docs/learn/batch.md says what is refused.',
      },
      Unread: {
        Type: 'Fail',
        Error: 'InputUnread',
        Cause:
          'The input is not there or could not be read: nothing was scored. See the log of the stage-batch-input function.',
      },
      NoLiveModel: {
        Type: 'Fail',
        Error: 'NoLiveModel',
        Cause: `No model is live: ${props.modelFrom ? `the stack ${props.modelFrom.stackName} names none` : `the endpoint ${props.endpointName} could not be described`}. Approve a model package and wait for its release, then start again.`,
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
 * The model's name is asked of what serves it when the machine runs. Writing it into the definition would change the
 * machine with each release, and the release's role would then have to be allowed to rewrite state machines.
 */
function findLiveModel({ endpointName, modelFrom }: BatchScoringDefinitionProps): Record<string, State> {
  if (modelFrom) {
    return {
      FindLiveModel: call(
        'arn:aws:states:::aws-sdk:cloudformation:describeStacks',
        { StackName: modelFrom.stackName },
        {
          // No such output: there is no first one, and the error is caught.
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
    // What became of the start stays in `$.error`.
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
