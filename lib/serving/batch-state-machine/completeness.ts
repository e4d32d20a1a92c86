import { catchAll, caught, outcome, retryTransient, type State } from '../../shared/state-machine/states-language';
import type { BatchScoringDefinitionProps } from './props';
import type { BatchScoringState, BatchScoringStates } from './state-names';

/** The check that every row of the input has a valid prediction, also after a failed job. */
export function completenessStates(props: BatchScoringDefinitionProps): BatchScoringStates {
  return {
    // The execution that scored the file may have failed before it counted the rows, so count them again.
    RecheckCompleteness: checkCompleteness(props, {}, 'IsStillComplete'),
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
      Next: 'CheckPartialOutput',
    },
    CheckCompleteness: checkCompleteness(props, {}),
    CheckPartialOutput: checkCompleteness(props, { 'jobError.$': '$.failed.jobError' }),
    IsComplete: {
      Type: 'Choice',
      Choices: [{ Variable: '$.report.complete', BooleanEquals: true, Next: 'NoteComplete' }],
      Default: 'NoteIncomplete',
    },
  };
}

function checkCompleteness(
  props: BatchScoringDefinitionProps,
  more: Readonly<Record<string, string>>,
  next: BatchScoringState = 'IsComplete',
): State<BatchScoringState> {
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
    Catch: catchAll('NoteCompletenessUnknown'),
    Next: next,
  };
}
