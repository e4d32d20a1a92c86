import type { States } from '../../shared/state-machine/states-language';

/**
 * The states of batch scoring by phase, in the order of an execution. One file here defines the states of each phase.
 * The type below joins the files: a misspelled `Next` is a type error.
 *
 * `Is...`, `Has...`, `Did...` and `Which...` are choices. `Note...` writes the execution's result, `Notify...` publishes
 * it.
 */
type BatchScoringPhases = {
  /** input.ts: what started the execution, and what does it ask to score? */
  Input: 'WhichTrigger' | 'FromArrival' | 'FromSchedule' | 'FromOperator' | 'PinVersion' | 'HasInput';
  /** job-name.ts: the same input and version give the same job. */
  'Job name': 'NameJob' | 'IsAnotherAttempt' | 'NameFirstAttempt' | 'NameLaterAttempt';
  /** staging.ts: copies the input; is there anything to score in it? */
  Staging: 'StageInput' | 'HasStagedFiles';
  /** live-model.ts: which model is live now? */
  'Live model': 'FindLiveEndpoint' | 'FindLiveModel';
  /** transform-job.ts: from the start of the job to its end. */
  'Transform job':
    | 'Score'
    | 'DidJobTimeOut'
    | 'StopJob'
    | 'DescribeJob'
    | 'IsJobComplete'
    | 'DoesJobExist'
    | 'WaitForJob'
    | 'DescribeJobAgain'
    | 'HasJobEnded';
  /** completeness.ts: does every row have a valid prediction? */
  Completeness:
    | 'RecheckCompleteness'
    | 'IsStillComplete'
    | 'NoteAlreadyScored'
    | 'NoteJobError'
    | 'CheckCompleteness'
    | 'CheckPartialOutput'
    | 'IsComplete';
  /** result.ts: how the execution ends, and who is notified. */
  Result:
    | 'NoteComplete'
    | 'NoteIncomplete'
    | 'NotifyComplete'
    | 'NotifyIncomplete'
    | 'NoteNoRows'
    | 'NoteFolder'
    | 'NoteInputNotRead'
    | 'NotifyInputNotRead'
    | 'NoteRefused'
    | 'NotifyRefused'
    | 'NoteNoInput'
    | 'NotifyNoInput'
    | 'NoteNoLiveModel'
    | 'NotifyNoLiveModel'
    | 'NoteCompletenessUnknown'
    | 'NotifyCompletenessUnknown'
    | 'Complete'
    | 'Incomplete'
    | 'BadInput'
    | 'InputNotRead'
    | 'NoLiveModel'
    | 'CompletenessUnknown';
};

export type BatchScoringState = BatchScoringPhases[keyof BatchScoringPhases];

export type BatchScoringStates = States<BatchScoringState>;
