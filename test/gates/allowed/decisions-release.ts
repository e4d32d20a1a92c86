import type { Decisions } from './decision';

/** The release: who may go on, and where everything else ends. `otherwise` refuses, waits or rolls back. */
export const release: Decisions = {
  IsOwnPackageGroup: [
    '$.detail.ModelPackageArn is present: true and $.detail.ModelPackageArn is text: true and $.detail.ModelPackageArn like "arn:<Partition>:sagemaker:<Region>:<AccountId>:model-package/mla-blueprint-flight-disruption/*" -> ReadVersion',
    'otherwise -> OtherPackageGroup',
  ],
  IsMyTurn: [
    '$.queue.oldest = $$.Execution.Id -> DescribePackage',
    '$.count.turns >= 180 -> NoteWaitedTooLong',
    'otherwise -> CountTurn',
  ],
  IsStillApproved: [
    '$.package.approval = "Approved" and $.package.status = "Completed" -> ReadLivePackage',
    'otherwise -> NotApproved',
  ],
  IsAlreadyLive: [
    [
      '$.live.arn = $.candidate.arn and $.proven.arn = $.candidate.arn -> AlreadyLive',
      '$.live.arn = "none" -> VerifyPackage',
      'otherwise -> UseProvenAsPrevious',
    ],
    [
      '$.live.arn = $.candidate.arn and $.endpoint.was = "removed" -> VerifyPackage',
      '$.live.arn = $.candidate.arn and $.proven.arn = $.candidate.arn -> AlreadyLive',
      '$.live.arn = "none" -> VerifyPackage',
      'otherwise -> UseProvenAsPrevious',
    ],
  ],
  IsNewer: [
    '$.live.arn = "none" -> VerifyPackage',
    '$.rollback is present: true and $.rollback is true -> VerifyPackage',
    'otherwise -> ReadLiveVersion',
  ],
  CompareVersions: [
    '$.candidate.number > $.live.number -> VerifyPackage',
    '$.candidate.number = $.live.number and $.candidate.number > $.live.was -> VerifyPackage',
    'otherwise -> Stale',
  ],
  IsVerified: ['$.verification.passed is true -> DescribeServing', 'otherwise -> RefusePackage'],
  IsServingReady: [
    [
      '$.serving.status = "CREATE_COMPLETE" or $.serving.status = "UPDATE_COMPLETE" or $.serving.status = "UPDATE_ROLLBACK_COMPLETE" or $.serving.status = "IMPORT_COMPLETE" -> DoesEndpointExist',
      '$.count.turns >= 180 -> NoteWaitedTooLong',
      '$.serving.status like "*_IN_PROGRESS" -> CountTurn',
      'otherwise -> NoteServingStuck',
    ],
    [
      '$.serving.status = "CREATE_COMPLETE" or $.serving.status = "UPDATE_COMPLETE" or $.serving.status = "UPDATE_ROLLBACK_COMPLETE" or $.serving.status = "IMPORT_COMPLETE" -> MarkStart',
      '$.count.turns >= 180 -> NoteWaitedTooLong',
      '$.serving.status like "*_IN_PROGRESS" -> CountTurn',
      'otherwise -> NoteServingStuck',
    ],
  ],
  DoesEndpointExist: [
    ['$.live.arn = "none" -> DescribeRollbackAlarms', 'otherwise -> DescribeEndpoint'],
    [
      '$.live.arn = "none" -> DescribeRollbackAlarms',
      '$.endpoint.was = "removed" -> DescribeRollbackAlarms',
      'otherwise -> DescribeEndpoint',
    ],
    ['$.live.arn = "none" -> MarkStart', 'otherwise -> DescribeEndpoint'],
  ],
  IsEndpointReady: [
    [
      '$.fleet.status = "InService" -> DescribeRollbackAlarms',
      '$.count.turns >= 180 -> NoteWaitedTooLong',
      '$.fleet.status = "Creating" or $.fleet.status = "Updating" or $.fleet.status = "SystemUpdating" or $.fleet.status = "RollingBack" -> CountTurn',
      'otherwise -> NoteEndpointStuck',
    ],
    [
      '$.fleet.status = "InService" -> MarkStart',
      '$.count.turns >= 180 -> NoteWaitedTooLong',
      '$.fleet.status = "Creating" or $.fleet.status = "Updating" or $.fleet.status = "SystemUpdating" or $.fleet.status = "RollingBack" -> CountTurn',
      'otherwise -> NoteEndpointStuck',
    ],
  ],
  AreAlarmsOk: [
    '$.alarms.firing[0].AlarmName is present: true and $.count.turns >= 180 -> NoteAlarmFired',
    '$.alarms.firing[0].AlarmName is present: true -> CountTurn',
    'otherwise -> MarkStart',
  ],
  UpdateRefused: [
    ['$.error.Cause like "*No updates are to be performed*" -> HadCanary', 'otherwise -> RestoreParameter'],
    ['$.error.Cause like "*No updates are to be performed*" -> CheckPredictions', 'otherwise -> RestoreParameter'],
    ['$.error.Cause like "*No updates are to be performed*" -> NoteInPlace', 'otherwise -> RestoreParameter'],
  ],
  IsUpdated: [
    [
      '$.serving.status = "UPDATE_COMPLETE" -> CheckConfiguration',
      '$.serving.status = "UPDATE_ROLLBACK_COMPLETE" -> ExplainRollback',
      '$.serving.status like "*_FAILED" -> NoteServingStuck',
      '$.count.polls >= 140 -> NoteUpdateTimedOut',
      'otherwise -> SendTraffic',
    ],
    [
      '$.serving.status = "UPDATE_COMPLETE" -> CheckConfiguration',
      '$.serving.status = "UPDATE_ROLLBACK_COMPLETE" -> ExplainRollback',
      '$.serving.status like "*_FAILED" -> NoteServingStuck',
      '$.count.polls >= 140 -> NoteUpdateTimedOut',
      'otherwise -> CountPoll',
    ],
    [
      '$.serving.status = "UPDATE_COMPLETE" -> NoteInPlace',
      '$.serving.status = "UPDATE_ROLLBACK_COMPLETE" -> ExplainRollback',
      '$.serving.status like "*_FAILED" -> NoteServingStuck',
      '$.count.polls >= 140 -> NoteUpdateTimedOut',
      'otherwise -> CountPoll',
    ],
  ],
  HasNewConfiguration: [
    ['$.update.inPlace is true -> WaitForMetrics', 'otherwise -> NoteSilentRollback'],
    ['$.update.inPlace is true -> CheckPredictions', 'otherwise -> NoteSilentRollback'],
  ],
  HadCanary: [
    '$.live.arn = "none" -> EvaluateFirstRelease',
    '$.count.polls = 0 -> EvaluateFirstRelease',
    'otherwise -> EvaluateRelease',
  ],
  DidSmokeTestPass: ['$.evaluation.passed is true -> MarkProven', 'otherwise -> RollBackParameter'],
  RollbackUpdateRefused: [
    '$.error.Cause like "*No updates are to be performed*" -> HadPreviousModel',
    'otherwise -> NoteRollbackFailed',
  ],
  IsRolledBack: [
    '$.serving.status = "UPDATE_COMPLETE" -> HadPreviousModel',
    '$.serving.status = "UPDATE_ROLLBACK_COMPLETE" or $.serving.status like "*_FAILED" -> NoteRollbackFailed',
    '$.count.polls >= 280 -> NoteRollbackFailed',
    'otherwise -> CountRollbackPoll',
  ],
  HadPreviousModel: [
    ['$.live.arn = "none" -> IsModelAtFault', 'otherwise -> IsModelAtFault'],
    ['$.live.arn = "none" -> IsModelAtFault', 'otherwise -> KeepPreviousBaseline'],
    [
      '$.live.arn = "none" -> IsModelAtFault',
      '$.live.arn = $.candidate.arn -> NoteRollback',
      'otherwise -> IsModelAtFault',
    ],
  ],
  IsModelAtFault: [
    '$.evaluation.blameless is present: true and $.evaluation.blameless is true -> NoteNotAtFault',
    'otherwise -> RejectPackage',
  ],
};
