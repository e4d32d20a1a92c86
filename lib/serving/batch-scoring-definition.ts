import { call, catchAll, outcome, retryTransient, type StateMachineDefinition } from '../foundation/states-language';

export interface BatchScoringDefinitionProps {
  readonly endpointName: string;
  readonly artifactsBucketName: string;
  readonly dataKeyArn: string;
  readonly topicArn: string;
  readonly completenessFunctionArn: string;
  readonly jobNamePrefix: string;
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly maxRuntimeSeconds: number;
}

/** Input: `{ "input": "batch/input/<file or prefix>" }`, a key in the artifacts bucket: CSV, no header, record id first. */
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
    StartAt: 'HasInput',
    TimeoutSeconds: props.maxRuntimeSeconds + 3_600,
    States: {
      HasInput: {
        Type: 'Choice',
        Choices: [
          {
            And: [
              { Variable: '$.input', IsPresent: true },
              { Variable: '$.input', IsString: true },
              { Variable: '$.input', StringMatches: 'batch/input/*' },
            ],
            Next: 'NameTheJob',
          },
        ],
        Default: 'NoInput',
      },
      NameTheJob: {
        Type: 'Pass',
        // A job name must be new in the account, also when the same input is scored again.
        Parameters: { 'name.$': `States.Format('${props.jobNamePrefix}{}', States.UUID())` },
        ResultPath: '$.job',
        Next: 'FindLiveEndpoint',
      },

      // The model's name is asked of the endpoint when the machine runs. Writing it into the definition would change the
      // machine with each release, and the release's role would then have to be allowed to rewrite state machines.
      FindLiveEndpoint: call(
        'arn:aws:states:::aws-sdk:sagemaker:describeEndpoint',
        { EndpointName: props.endpointName },
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

      Score: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sagemaker:createTransformJob.sync',
        Parameters: {
          'TransformJobName.$': '$.job.name',
          'ModelName.$': '$.model.name',
          BatchStrategy: 'MultiRecord',
          MaxPayloadInMB: 6,
          // One retry of a request to the container; a row that fails twice fails for its own reason.
          ModelClientConfig: { InvocationsMaxRetries: 1, InvocationsTimeoutInSeconds: 600 },
          TransformInput: {
            DataSource: { S3DataSource: { S3DataType: 'S3Prefix', 'S3Uri.$': `States.Format('${bucket}/{}', $.input)` } },
            ContentType: 'text/csv',
            SplitType: 'Line',
          },
          // The container never sees the record id (it is no feature), and the answer is joined back to the row it is for:
          // without the join, a lost row would shift every answer behind it to the wrong flight.
          DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input' },
          TransformOutput: {
            'S3OutputPath.$': `States.Format('${bucket}/batch/output/{}', $.job.name)`,
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
        Retry: [
          { ErrorEquals: ['SageMaker.ThrottlingException'], IntervalSeconds: 30, MaxAttempts: 3, BackoffRate: 2 },
        ],
        Catch: catchAll('NoteJobError'),
        Next: 'CheckCompleteness',
      },
      // A failed job may still have answered most rows; the report says which, so that only the rest need scoring again.
      NoteJobError: {
        Type: 'Pass',
        Parameters: { 'jobError.$': "States.Format('{}: {}', $.error.Error, $.error.Cause)" },
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
        `States.Format('{} rows scored; ${bucket}/batch/output/{}', $.report.rows, $.job.name)`,
        'NotifyComplete',
      ),
      NoteIncomplete: outcome(
        'Incomplete',
        `States.Format('{} of {} rows have a valid answer; report: ${bucket}/batch/report/{}.json', ` +
          '$.report.scored, $.report.rows, $.job.name)',
        'NotifyIncomplete',
      ),
      NotifyComplete: notify('Batch scoring is complete', 'Complete'),
      NotifyIncomplete: notify('Batch scoring is INCOMPLETE', 'Incomplete'),
      NoInput: outcome('NoInput', 'The input must be {"input": "batch/input/<file or prefix>"}', 'NotifyNoInput'),
      NotifyNoInput: notify('Batch scoring got no input', 'BadInput'),
      NoLiveModelFound: outcome('NoLiveModel', '$.error.Cause', 'NotifyNoLiveModel'),
      NotifyNoLiveModel: notify('Batch scoring found no live model', 'NoLiveModel'),
      NoteUnchecked: outcome('Unchecked', '$.error.Cause', 'NotifyUnchecked'),
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
        Cause: 'Start the machine with {"input": "batch/input/<file or prefix>"}: a key in the artifacts bucket.',
      },
      NoLiveModel: {
        Type: 'Fail',
        Error: 'NoLiveModel',
        Cause: `No model is live: the endpoint ${props.endpointName} could not be described. Approve a model package and wait for its release, then start again.`,
      },
      Unchecked: {
        Type: 'Fail',
        Error: 'CompletenessUnknown',
        Cause: 'The job ended, but its output could not be checked: see the log of the check-completeness function. Treat the output as incomplete.',
      },
    },
  };
}

function checkCompleteness(props: BatchScoringDefinitionProps, more: Readonly<Record<string, string>>) {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: {
      FunctionName: props.completenessFunctionArn,
      Payload: {
        'inputPrefix.$': '$.input',
        'outputPrefix.$': "States.Format('batch/output/{}/', $.job.name)",
        'reportKey.$': "States.Format('batch/report/{}.json', $.job.name)",
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
    Next: 'IsComplete',
  };
}
