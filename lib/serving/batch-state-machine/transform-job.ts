import { tagList } from '../../shared/stack/tag-list';
import { call, catchAll, retryJobStart, type State, stopJob } from '../../shared/state-machine/states-language';
import { longestRequestSeconds, modelServerSettings } from '../model-server';
import type { BatchScoringDefinitionProps } from './props';
import type { BatchScoringState, BatchScoringStates } from './state-names';

/** The transform job, from its start to its end. It may have been started by another execution. */
export function transformJobStates(props: BatchScoringDefinitionProps): BatchScoringStates {
  const bucket = `s3://${props.artifactsBucketName}`;
  return {
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
      Catch: catchAll('DidJobTimeOut'),
      Next: 'CheckCompleteness',
    },
    DidJobTimeOut: {
      Type: 'Choice',
      Choices: [{ Variable: '$.error.Error', StringEquals: 'States.Timeout', Next: 'StopJob' }],
      // Otherwise another execution may have started the job, or the response of the start was lost.
      Default: 'DescribeJob',
    },
    // A transform job has no time limit of its own. Without this stop it would go on and write output after a report
    // that says it failed.
    StopJob: stopJob(
      'arn:aws:states:::aws-sdk:sagemaker:stopTransformJob',
      { 'TransformJobName.$': '$.job.name' },
      'NoteJobError',
    ),
    DescribeJob: describeJob('IsJobComplete'),
    IsJobComplete: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.described.status', StringEquals: 'Completed', Next: 'RecheckCompleteness' },
        { Variable: '$.described.status', StringEquals: 'InProgress', Next: 'WaitForJob' },
      ],
      Default: 'NoteJobError',
    },
    // If the job cannot be described, its state is unknown. Then no report is written, since it might overwrite the
    // report of an execution that knows the state.
    DoesJobExist: {
      Type: 'Choice',
      Choices: [
        {
          Or: [
            { Variable: '$.describeError.Error', StringMatches: '*ResourceNotFound*' },
            { Variable: '$.describeError.Cause', StringMatches: '*Could not find*' },
          ],
          Next: 'NoteJobError',
        },
      ],
      Default: 'NoteCompletenessUnknown',
    },
    WaitForJob: { Type: 'Wait', Seconds: 60, Next: 'DescribeJobAgain' },
    DescribeJobAgain: describeJob('HasJobEnded'),
    HasJobEnded: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.described.status', StringEquals: 'Completed', Next: 'CheckCompleteness' },
        {
          Or: ['InProgress', 'Stopping'].map((status) => ({ Variable: '$.described.status', StringEquals: status })),
          Next: 'WaitForJob',
        },
      ],
      Default: 'NoteJobError',
    },
  };
}

function describeJob(next: BatchScoringState): State<BatchScoringState> {
  return {
    ...call(
      'arn:aws:states:::aws-sdk:sagemaker:describeTransformJob',
      { 'TransformJobName.$': '$.job.name' },
      { select: { 'status.$': '$.TransformJobStatus' }, resultPath: '$.described', next, onError: 'DoesJobExist' },
    ),
    // The error of the job's start stays in `$.error`.
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.describeError', Next: 'DoesJobExist' }],
  };
}
