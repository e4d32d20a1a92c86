import type { Paths } from './paths';

/** Batch scoring: whatever the job did, its output is checked, and each end but a complete one fails and notifies. */
export const batchScoringPaths: Paths = {
  start: 'WhichTrigger',
  next: [
    'FromArrival -> HasInput',
    'FromSchedule -> HasInput',
    'FromOperator -> HasInput',
    'PinVersion -> HasInput',
    'NameJob -> IsAnotherAttempt',
    'NameFirstAttempt -> StageInput -> HasStagedFiles',
    'NameLaterAttempt -> StageInput',
    'FindLiveEndpoint -> FindLiveModel -> Score -> CheckCompleteness -> IsComplete',
    'StopJob -> NoteJobError -> CheckPartialOutput -> IsComplete',
    'DescribeJob -> IsJobComplete',
    'WaitForJob -> DescribeJobAgain -> HasJobEnded',
    'RecheckCompleteness -> IsStillComplete',
    'NoteAlreadyScored -> Complete',
    'NoteNoRows -> Complete',
    'NoteFolder -> Complete',
    'NoteComplete -> NotifyComplete -> Complete',
    'NoteIncomplete -> NotifyIncomplete -> Incomplete',
    'NoteInputNotRead -> NotifyInputNotRead -> InputNotRead',
    'NoteRefused -> NotifyRefused -> BadInput',
    'NoteNoInput -> NotifyNoInput -> BadInput',
    'NoteNoLiveModel -> NotifyNoLiveModel -> NoLiveModel',
    'NoteCompletenessUnknown -> NotifyCompletenessUnknown -> CompletenessUnknown',
  ],
  onError: [
    'StageInput -> NoteInputNotRead',
    'FindLiveEndpoint, FindLiveModel -> NoteNoLiveModel',
    // A job of the same name, by an earlier run, may have done it.
    'Score -> DidJobTimeOut',
    'StopJob -> NoteJobError',
    'DescribeJob, DescribeJobAgain -> DoesJobExist',
    'CheckCompleteness, CheckPartialOutput, RecheckCompleteness -> NoteCompletenessUnknown',
    'NotifyComplete -> Complete',
    'NotifyIncomplete -> Incomplete',
    'NotifyInputNotRead -> InputNotRead',
    'NotifyRefused, NotifyNoInput -> BadInput',
    'NotifyNoLiveModel -> NoLiveModel',
    'NotifyCompletenessUnknown -> CompletenessUnknown',
  ],
  says: [
    'Complete: NoteComplete',
    'AlreadyScored: NoteAlreadyScored',
    'NothingToScore: NoteNoRows, NoteFolder',
    'Incomplete: NoteIncomplete',
    'InputNotRead: NoteInputNotRead',
    'Refused: NoteRefused',
    'NoInput: NoteNoInput',
    'NoLiveModel: NoteNoLiveModel',
    'CompletenessUnknown: NoteCompletenessUnknown',
  ],
  ends: [
    'BatchIncomplete: Incomplete',
    'BadInput: BadInput',
    'InputNotRead: InputNotRead',
    'NoLiveModel: NoLiveModel',
    'CompletenessUnknown: CompletenessUnknown',
  ],
  onlyThrough: ['Score: HasInput, HasStagedFiles, FindLiveModel', 'NoteComplete: IsComplete'],
  neverSucceedsAfter: ['NotifyIncomplete', 'NoteCompletenessUnknown', 'NoteInputNotRead', 'NoteNoLiveModel'],
};

const analysisEnds = ['Notify -> Failed'];

/** The drift analysis: what was not analyzed is no run without drift. */
export const monitoringPaths: Paths = {
  start: 'HasHour',
  next: [
    'SelectHour -> HasCaptures',
    'SelectLastHour -> HasCaptures',
    'ReadLivePackage -> IsModelLive',
    'DescribePackage -> HasDriftBaseline',
    'UseDriftBaseline -> NameJob -> Analyze -> Publish -> HasViolations',
    'UseModelMetrics -> NameJob',
    'StopJob -> NoteError -> Notify',
    'NoBaseline -> Notify',
    ...['NoteDrift', 'NoteNoDrift', 'NoCaptures', 'NoLiveModel'].map((name) => `${name} -> Done`),
    ...analysisEnds,
  ],
  onError: [
    'SelectHour, SelectLastHour, ReadLivePackage, DescribePackage, Publish, StopJob -> NoteError',
    'Analyze -> DidJobEnd',
    'Notify -> Failed',
  ],
  says: [
    'Drift: NoteDrift',
    'NoDrift: NoteNoDrift',
    'NothingToAnalyze: NoCaptures, NoLiveModel',
    'Failed: NoBaseline, NoteError',
  ],
  ends: ['AnalysisFailed: Failed'],
  onlyThrough: ['NoteDrift: Analyze, Publish', 'NoteNoDrift: Analyze, Publish'],
  neverSucceedsAfter: ['NoteError', 'NoBaseline'],
};

/** The model quality run, likewise. */
export const modelQualityPaths: Paths = {
  start: 'HasWindow',
  next: [
    'UseGivenWindow -> SelectCaptures -> HasCapturesAndLabels',
    'UseLookBack -> SelectCaptures',
    'ReadLivePackage -> IsModelLive',
    'DescribePackage -> HasBaselines',
    'UseBaselines -> EvaluatePredictions -> Publish -> HasViolations',
    'StopJob -> NoteError -> Notify',
    'NoBaseline -> Notify',
    'NoteTooLarge -> Notify',
    ...['NoteViolations', 'NoteNoViolations', 'NoCaptures', 'NoLabels', 'NoLiveModel'].map((name) => `${name} -> Done`),
    ...analysisEnds,
  ],
  onError: [
    'SelectCaptures, ReadLivePackage, DescribePackage, Publish, StopJob -> NoteError',
    'EvaluatePredictions -> DidJobEnd',
    'Notify -> Failed',
  ],
  says: [
    'Violations: NoteViolations',
    'NoViolations: NoteNoViolations',
    'NothingToEvaluate: NoCaptures, NoLabels, NoLiveModel',
    'TooLarge: NoteTooLarge',
    'Failed: NoBaseline, NoteError',
  ],
  ends: ['ModelQualityRunFailed: Failed'],
  onlyThrough: ['NoteViolations: EvaluatePredictions, Publish', 'NoteNoViolations: EvaluatePredictions, Publish'],
  neverSucceedsAfter: ['NoteError', 'NoBaseline', 'NoteTooLarge'],
};

/** The training set: complete only after its rules have been evaluated and hold. */
export const buildTrainingSetPaths: Paths = {
  start: 'BuildTrainingSet',
  next: [
    'BuildTrainingSet -> StartRules -> WaitForRules -> ReadRun -> HaveRulesEnded',
    'ReadResult -> CheckRules -> DoRulesHold',
    'ListFailedRules -> NoteRulesFailed -> RulesFailed',
    'ListUnclearRules -> NoteRulesUnclear -> NotEvaluated',
    'NoteNotEvaluated -> NotEvaluated',
    'NoteComplete -> Complete',
    'NoteError -> BuildFailed',
  ],
  onError: ['BuildTrainingSet, StartRules, ReadRun, ReadResult -> NoteError'],
  says: [
    'Complete: NoteComplete',
    'RulesFailed: NoteRulesFailed',
    'RulesUnclear: NoteRulesUnclear',
    'NotEvaluated: NoteNotEvaluated',
    'Failed: NoteError',
  ],
  ends: ['RulesFailed: RulesFailed', 'NotEvaluated: NotEvaluated', 'BuildFailed: BuildFailed'],
  onlyThrough: ['NoteComplete: BuildTrainingSet, ReadResult, CheckRules, DoRulesHold'],
  neverSucceedsAfter: ['NoteRulesFailed', 'NoteRulesUnclear', 'NoteNotEvaluated', 'NoteError'],
};
