import { catchAll, retryTransient } from '../../shared/state-machine/states-language';
import type { BatchScoringDefinitionProps } from './props';
import type { BatchScoringStates } from './state-names';

/** The copy of the input, and whether there is anything to score in it. */
export function stagingStates(props: BatchScoringDefinitionProps): BatchScoringStates {
  return {
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
      Catch: catchAll('NoteInputNotRead'),
      Next: 'HasStagedFiles',
    },
    // A night without files is no failure, and starts no instance.
    HasStagedFiles: {
      Type: 'Choice',
      Choices: [
        {
          Variable: '$.staged.files',
          NumericGreaterThan: 0,
          Next: props.modelFrom ? 'FindLiveModel' : 'FindLiveEndpoint',
        },
        { Variable: '$.staged.refused', NumericGreaterThan: 0, Next: 'NoteRefused' },
      ],
      Default: 'NoteNoRows',
    },
  };
}
