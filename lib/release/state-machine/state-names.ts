import type { States } from '../../shared/state-machine/states-language';

/**
 * The states of the release by phase, in the order of the release. One file here defines the states of each phase, and
 * README.md of lib/release draws each. The type below joins the files: a misspelled `Next` is a type error.
 *
 * `Is...`, `Are...`, `Had...` and `Did...` are choices. `Note...` writes the execution's result, `Notify...` publishes it.
 */
export const releasePhases = {
  /** admission.ts: is there anything to release, and is it this execution's turn? */
  Admission: [
    'IsOwnPackageGroup',
    'ReadVersion',
    'StartCounting',
    'WaitForExecutionList',
    'ListReleases',
    'IsMyTurn',
    'CountTurn',
    'WaitForTurn',
    'DescribePackage',
    'IsStillApproved',
    'ReadLivePackage',
    'ReadProvenPackage',
    'ReadEndpointState',
    'IsAlreadyLive',
    'UseProvenAsPrevious',
    'IsNewer',
    'ReadLiveVersion',
    'CompareVersions',
    'OtherPackageGroup',
    'NotApproved',
    'AlreadyLive',
    'Stale',
    'NotifyStale',
  ],
  /** verification.ts: who approved it, and is the artifact the evaluated one? */
  Verification: [
    'VerifyPackage',
    'IsVerified',
    'RefusePackage',
    'NoteRefused',
    'NoteRefusedStillApproved',
    'NotifyRefused',
    'ReleaseRefused',
  ],
  /** readiness.ts: do the stack, the endpoint and its alarms allow an update now? */
  Readiness: [
    'DescribeServing',
    'IsServingReady',
    'DoesEndpointExist',
    'DescribeEndpoint',
    'IsEndpointReady',
    'NoteEndpointStuck',
    'DescribeRollbackAlarms',
    'AreAlarmsOk',
    'NoteAlarmFired',
  ],
  /** update.ts: CloudFormation deploys the version, with a canary where the pattern has one. */
  Update: [
    'MarkStart',
    'KeepBaseline',
    'WriteParameter',
    'WriteParameterAndState',
    'UpdateServing',
    'UpdateRefused',
    'WaitForServing',
    'PollServing',
    'IsUpdated',
    'CountPoll',
    'SendTraffic',
    'CountTraffic',
    'NoteUpdateTimedOut',
    'CheckConfiguration',
    'HasNewConfiguration',
    'NoteSilentRollback',
  ],
  /** smoke-test.ts: do recorded requests get sensible predictions from the new version? */
  'Smoke test': [
    'WaitForMetrics',
    'HadCanary',
    'EvaluateFirstRelease',
    'EvaluateRelease',
    'CheckPredictions',
    'NoteNotEvaluated',
    'DidSmokeTestPass',
    'NoteInPlace',
  ],
  /** rollback.ts: the previous version serves again. */
  Rollback: [
    'RollBackParameter',
    'RollBackParameterAndState',
    'RollBackServing',
    'RollbackUpdateRefused',
    'WaitForRollback',
    'PollRollback',
    'IsRolledBack',
    'CountRollbackPoll',
    'NoteRollbackFailed',
    'ExplainRollback',
    'NoteUnexplainedRollback',
    'RestoreParameterAfterRollback',
    'RestoreParameterAfterRollbackAndState',
    'HadPreviousModel',
    'KeepPreviousBaseline',
    'IsModelAtFault',
    'NoteNotAtFault',
    'RejectPackage',
    'NoteRollback',
    'NoteRollbackStillApproved',
    'RestoreParameter',
    'RestoreParameterAndState',
    'NoteParameterWrong',
  ],
  /** result.ts: how the execution ends, and who is notified. */
  Result: [
    'MarkProven',
    'NoteReleased',
    'NotifyReleased',
    'Released',
    'NothingToDo',
    'NotifyRollback',
    'RolledBack',
    'NoteError',
    'NoteWaitedTooLong',
    'NoteServingStuck',
    'NotifyFailed',
    'ReleaseFailed',
  ],
} as const;

type Phase = keyof typeof releasePhases;

export type ReleaseState = (typeof releasePhases)[Phase][number];

export type ReleaseStates = States<ReleaseState>;

/** Each writes the approved-package parameter and, where an idle endpoint is removed, the endpoint's state after it. */
export type PutParameters =
  | 'WriteParameter'
  | 'RestoreParameter'
  | 'RestoreParameterAfterRollback'
  | 'RollBackParameter';
