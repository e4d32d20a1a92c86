import type { Decisions } from './decision';

/** Batch scoring: which file, and is each row answered. */
export const batchScoring: Decisions = {
  WhichTrigger: [
    '$.detail.object.key is present: true and $.detail.object.key like "*/" -> NoteFolder',
    "$.detail.object['version-id'] is present: true -> FromArrival",
    `$['detail-type'] is present: true and $['detail-type'] = "Scheduled Event" -> FromSchedule`,
    '$.input is present: true and $.version is present: true -> PinVersion',
    '$.input is present: true -> FromOperator',
    'otherwise -> NoteNoInput',
  ],
  HasInput: [
    '$.input is text: true and $.version is text: true and ($.input like "batch/input/*" or $.input like "batch/scheduled/*") -> NameJob',
    'otherwise -> NoteNoInput',
  ],
  IsAnotherAttempt: ['$.attempt is present: true -> NameLaterAttempt', 'otherwise -> NameFirstAttempt'],
  HasStagedFiles: [
    ['$.staged.files > 0 -> FindLiveEndpoint', '$.staged.refused > 0 -> NoteRefused', 'otherwise -> NoteNoRows'],
    ['$.staged.files > 0 -> FindLiveModel', '$.staged.refused > 0 -> NoteRefused', 'otherwise -> NoteNoRows'],
  ],
  DidJobTimeOut: ['$.error.Error = "States.Timeout" -> StopJob', 'otherwise -> DescribeJob'],
  IsJobComplete: [
    '$.described.status = "Completed" -> RecheckCompleteness',
    '$.described.status = "InProgress" -> WaitForJob',
    'otherwise -> NoteJobError',
  ],
  DoesJobExist: [
    '$.describeError.Error like "*ResourceNotFound*" or $.describeError.Cause like "*Could not find*" -> NoteJobError',
    'otherwise -> NoteCompletenessUnknown',
  ],
  HasJobEnded: [
    '$.described.status = "Completed" -> CheckCompleteness',
    '$.described.status = "InProgress" or $.described.status = "Stopping" -> WaitForJob',
    'otherwise -> NoteJobError',
  ],
  IsStillComplete: ['$.report.complete is true -> NoteAlreadyScored', 'otherwise -> NoteIncomplete'],
  IsComplete: ['$.report.complete is true -> NoteComplete', 'otherwise -> NoteIncomplete'],
};

/** The drift analysis: what it compares, with which baseline. */
export const monitoring: Decisions = {
  HasHour: ['$.hour is present: true -> SelectHour', 'otherwise -> SelectLastHour'],
  HasCaptures: ['$.window.captures > 0 -> ReadLivePackage', 'otherwise -> NoCaptures'],
  IsModelLive: ['$.live.arn = "none" -> NoLiveModel', 'otherwise -> DescribePackage'],
  HasDriftBaseline: [
    '$.package.DriftCheckBaselines.ModelDataQuality.Constraints.S3Uri is present: true -> UseDriftBaseline',
    '$.package.ModelMetrics.ModelDataQuality.Constraints.S3Uri is present: true -> UseModelMetrics',
    'otherwise -> NoBaseline',
  ],
  DidJobEnd: ['$.error.Error = "States.TaskFailed" -> NoteError', 'otherwise -> StopJob'],
  HasViolations: ['$.drift.violations > 0 -> NoteDrift', 'otherwise -> NoteNoDrift'],
};

/** The model quality run. */
export const modelQuality: Decisions = {
  HasWindow: ['$.start is present: true and $.end is present: true -> UseGivenWindow', 'otherwise -> UseLookBack'],
  HasCapturesAndLabels: [
    '$.selected.captures = 0 -> NoCaptures',
    '$.selected.labels = 0 -> NoLabels',
    'not $.selected.tooLarge = "" -> NoteTooLarge',
    'otherwise -> ReadLivePackage',
  ],
  IsModelLive: ['$.live.arn = "none" -> NoLiveModel', 'otherwise -> DescribePackage'],
  HasBaselines: [
    '$.package.DriftCheckBaselines.ModelQuality.Constraints.S3Uri is present: true and $.package.DriftCheckBaselines.Bias.PostTrainingConstraints.S3Uri is present: true and $.package.DriftCheckBaselines.Explainability.Constraints.S3Uri is present: true and $.package.InferenceSpecification.Containers[0].ModelDataUrl is present: true -> UseBaselines',
    'otherwise -> NoBaseline',
  ],
  DidJobEnd: ['$.error.Error = "States.TaskFailed" -> NoteError', 'otherwise -> StopJob'],
  HasViolations: ['$.modelQuality.violated[0] is present: true -> NoteViolations', 'otherwise -> NoteNoViolations'],
};

/** The training set: its rules hold, do not hold, or could not be evaluated. Three different ends. */
export const buildTrainingSet: Decisions = {
  HaveRulesEnded: [
    '$.run.Status = "SUCCEEDED" -> ReadResult',
    '$.run.Status = "FAILED" -> NoteNotEvaluated',
    '$.run.Status = "STOPPED" -> NoteNotEvaluated',
    '$.run.Status = "TIMEOUT" -> NoteNotEvaluated',
    'otherwise -> WaitForRules',
  ],
  DoRulesHold: [
    '$.are.failed is true -> ListFailedRules',
    '$.are.unclear is true -> ListUnclearRules',
    'otherwise -> NoteComplete',
  ],
};
