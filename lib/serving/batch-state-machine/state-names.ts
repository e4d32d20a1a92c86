import type { States } from '../../shared/state-machine/states-language';

/**
 * The states of batch scoring by phase, in the order of an execution. One file here defines the states of each phase.
 * The type below joins the files: a misspelled `Next` is a type error.
 *
 * `Is...`, `Has...`, `Did...` and `What...` are choices. `Note...` writes the execution's result, `Notify...` publishes
 * it.
 */
type BatchScoringPhases = {
  /** input.ts: what started the execution, and what does it ask to score? */
  Input: 'WhatStarted' | 'FromArrival' | 'FromSchedule' | 'FromPerson' | 'PinVersion' | 'HasInput';
  /** job-name.ts: the same input and version give the same job. */
  'Job name': 'NameTheJob' | 'IsAnotherAttempt' | 'NameTheFirst' | 'NameTheAttempt';
  /** staging.ts: copies the input; is there anything to score in it? */
  Staging: 'StageInput' | 'IsAnythingStaged';
  /** live-model.ts: which model is live now? */
  'Live model': 'FindLiveEndpoint' | 'FindLiveModel';
  /** transform-job.ts: from the start of the job to its end. */
  'Transform job':
    | 'Score'
    | 'DidItTakeTooLong'
    | 'StopTheJob'
    | 'LookAtTheJob'
    | 'IsItScored'
    | 'IsThereAJob'
    | 'WaitForTheJob'
    | 'LookAgain'
    | 'HasItEnded';
  /** completeness.ts: does every row have a valid prediction? */
  Completeness:
    | 'CheckAgain'
    | 'IsStillComplete'
    | 'NoteAlreadyScored'
    | 'NoteJobError'
    | 'CheckCompleteness'
    | 'CheckWhatIsThere'
    | 'IsComplete';
  /** result.ts: how the execution ends, and who is notified. */
  Result:
    | 'NoteComplete'
    | 'NoteIncomplete'
    | 'NotifyComplete'
    | 'NotifyIncomplete'
    | 'NoteNothing'
    | 'NoteFolder'
    | 'NoteUnread'
    | 'NotifyUnread'
    | 'NoteRefused'
    | 'NotifyRefused'
    | 'NoInput'
    | 'NotifyNoInput'
    | 'NoLiveModelFound'
    | 'NotifyNoLiveModel'
    | 'NoteUnchecked'
    | 'NotifyUnchecked'
    | 'Complete'
    | 'Incomplete'
    | 'BadInput'
    | 'Unread'
    | 'NoLiveModel'
    | 'Unchecked';
};

export type BatchScoringState = BatchScoringPhases[keyof BatchScoringPhases];

export type BatchScoringStates = States<BatchScoringState>;
