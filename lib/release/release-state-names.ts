import type { States } from '../shared/state-machine/states-language';

/**
 * The names of the release state machine's states. The definition is split over several files by topic; these types
 * join them, so a misspelled name is a type error. lib/release/state-machine.md shows the whole graph.
 *
 * `Is...`, `Had...`, `Did...` are choices, `Note...` writes the execution's result, `Notify...` publishes it.
 */
type Admission =
  | 'IsOurPackage'
  | 'ReadVersion'
  | 'StartCounting'
  | 'WaitForExecutionList'
  | 'ListReleases'
  | 'IsMyTurn'
  | 'CountTurn'
  | 'WaitForTurn'
  | 'DescribePackage'
  | 'IsStillApproved'
  | 'ReadLive'
  | 'ReadProven'
  | 'ReadEndpointState'
  | 'IsAlreadyLive'
  | 'UseProvenAsPrevious'
  | 'IsNewer'
  | 'ReadLiveVersion'
  | 'CompareVersions'
  | 'NotOurs'
  | 'NotApproved'
  | 'AlreadyLive'
  | 'Stale';

type Verification =
  | 'VerifyPackage'
  | 'IsVerified'
  | 'RefusePackage'
  | 'NoteRefused'
  | 'NotifyRefused'
  | 'ReleaseRefused';

type Endpoint =
  | 'IsThereAnEndpoint'
  | 'DescribeEndpoint'
  | 'IsEndpointReady'
  | 'NoteEndpointStuck'
  | 'DescribeRollbackAlarms'
  | 'AreAlarmsOk'
  | 'NoteAlarmFired'
  | 'CheckConfiguration'
  | 'HasNewConfiguration'
  | 'NoteSilentRollback';

type Update =
  | 'DescribeServing'
  | 'IsServingReady'
  | 'MarkStart'
  | 'KeepBaseline'
  | 'UpdateServing'
  | 'UpdateRefused'
  | 'WaitForServing'
  | 'PollServing'
  | 'IsUpdated'
  | 'CountPoll';

type Proof =
  | 'SendTraffic'
  | 'CountTraffic'
  | 'LetMetricsArrive'
  | 'HadCanary'
  | 'EvaluateFirstRelease'
  | 'EvaluateRelease'
  | 'CheckPredictions'
  | 'NoteNotEvaluated'
  | 'DidSmokeTestPass'
  | 'NoteInPlace';

type Rollback =
  | 'ExplainRollback'
  | 'NoteUnexplainedRollback'
  | 'RollBackServing'
  | 'RollbackUpdateRefused'
  | 'WaitForRollback'
  | 'PollRollback'
  | 'IsRolledBack'
  | 'CountRollbackPoll'
  | 'NoteRollbackFailed'
  | 'HadPreviousModel'
  | 'KeepPreviousBaseline'
  | 'IsModelAtFault'
  | 'NoteNotAtFault'
  | 'RejectPackage'
  | 'NoteRollback'
  | 'NoteParameterWrong';

type End =
  | 'MarkProven'
  | 'NoteReleased'
  | 'NotifyReleased'
  | 'NotifyStale'
  | 'NoteError'
  | 'NoteWaitedTooLong'
  | 'NoteTooSlow'
  | 'NoteServingStuck'
  | 'NotifyFailed'
  | 'NotifyRollback'
  | 'Released'
  | 'NothingToDo'
  | 'RolledBack'
  | 'ReleaseFailed';

/** Each writes the approved-package parameter and, where the endpoint may be asleep, the endpoint's state after it. */
export type PutParameters =
  | 'WriteParameter'
  | 'RestoreParameter'
  | 'RestoreParameterAfterRollback'
  | 'RollBackParameter';

export type ReleaseState =
  | Admission
  | Verification
  | Endpoint
  | Update
  | PutParameters
  | `${PutParameters}AndState`
  | Proof
  | Rollback
  | End;

export type ReleaseStates = States<ReleaseState>;
