import {
  type State,
  type StateMachineDefinition,
  stateMachineDefinition,
} from '../../shared/state-machine/states-language';
import {
  type AnalysisDefinitionProps,
  callFunction,
  endStates,
  executionTimeoutSeconds,
  failure,
  inContainer,
  jobInput,
  jobStates,
  keepOnly,
  liveModelStates,
  success,
  uniqueJobName,
} from '../analysis-job/analysis-definition';

export interface DriftAnalysisDefinitionProps extends AnalysisDefinitionProps {
  readonly endpointName: string;
  readonly scheduleName: string;
  readonly selectCapturesFunctionArn: string;
  readonly publishMetricsFunctionArn: string;
}

type States = Record<string, State>;

/** Input: the schedule's event, whose `time` determines the hour, or `{ "hour": "2013-09-03T14" }` from a person. */
export function driftAnalysisDefinition(props: DriftAnalysisDefinitionProps): StateMachineDefinition {
  return stateMachineDefinition({
    Comment: "Compares an hour of captured requests with the live model's baseline (MON-04: watching the input data).",
    StartAt: 'HasHour',
    TimeoutSeconds: executionTimeoutSeconds(props),
    States: {
      ...windowStates(props),
      ...liveModelStates(props, 'HasDriftBaseline'),
      ...baselineStates(props),
      ...analysisStates(props),
      ...resultStates(),
      ...endStates(props, {
        subject: 'The drift analysis FAILED',
        error: 'AnalysisFailed',
        cause:
          'The captured requests were not analyzed, so it is unknown whether they drifted. The notification says why.',
      }),
    },
  });
}

function windowStates({ selectCapturesFunctionArn }: DriftAnalysisDefinitionProps): States {
  const selectCaptures = (hour: Readonly<Record<string, string>>): State =>
    callFunction(
      selectCapturesFunctionArn,
      { ...hour, 'now.$': '$$.State.EnteredTime' },
      { keep: ['prefix', 'start', 'end', 'captures'], resultPath: '$.window', next: 'HasCaptures' },
    );
  return {
    HasHour: {
      Type: 'Choice',
      Choices: [{ Variable: '$.hour', IsPresent: true, Next: 'SelectHour' }],
      Default: 'SelectLastHour',
    },
    SelectHour: selectCaptures({ 'hour.$': '$.hour' }),
    SelectLastHour: selectCaptures({ 'time.$': '$.time' }),
    HasCaptures: {
      Type: 'Choice',
      Choices: [{ Variable: '$.window.captures', NumericGreaterThan: 0, Next: 'ReadLivePackage' }],
      Default: 'NoCaptures',
    },
  };
}

/** An older package has no DriftCheckBaselines; its ModelMetrics name the same files. */
function baselineStates(props: DriftAnalysisDefinitionProps): States {
  const from = (path: string): State =>
    keepOnly(
      {
        'window.$': '$.window',
        baseline: { 'constraints.$': `${path}.Constraints.S3Uri`, 'statistics.$': `${path}.Statistics.S3Uri` },
      },
      'NameJob',
    );
  const drift = '$.package.DriftCheckBaselines.ModelDataQuality';
  const metrics = '$.package.ModelMetrics.ModelDataQuality';
  return {
    HasDriftBaseline: {
      Type: 'Choice',
      Choices: [
        { Variable: `${drift}.Constraints.S3Uri`, IsPresent: true, Next: 'UseDriftBaseline' },
        { Variable: `${metrics}.Constraints.S3Uri`, IsPresent: true, Next: 'UseModelMetrics' },
      ],
      Default: 'NoBaseline',
    },
    UseDriftBaseline: from(drift),
    UseModelMetrics: from(metrics),
    NameJob: {
      Type: 'Pass',
      Parameters: { 'name.$': uniqueJobName(props) },
      ResultPath: '$.job',
      Next: 'Analyze',
    },
  };
}

function analysisStates(props: DriftAnalysisDefinitionProps): States {
  return {
    ...jobStates(props, {
      state: 'Analyze',
      command: 'analyze',
      name: '$.job.name',
      // Model Monitor's container contract, so that its image could run here, too.
      // https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-contract-inputs.html
      environment: {
        dataset_format: '{"sagemakerCaptureJson":{"captureIndexNames":["endpointInput","endpointOutput"]}}',
        baseline_constraints: `${inContainer}/baseline/constraints/constraints.json`,
        baseline_statistics: `${inContainer}/baseline/stats/statistics.json`,
        publish_cloudwatch_metrics: 'Enabled',
        sagemaker_endpoint_name: props.endpointName,
        sagemaker_monitoring_schedule_name: props.scheduleName,
      },
      inputs: [
        // The slash at the end matters: without it the prefix matches more than the folder.
        // AWS: sagemaker-jobs/s3-prefix-takes-every-key
        jobInput('endpoint', {
          'S3Uri.$': `States.Format('s3://${props.captureBucketName}/{}/', $.window.prefix)`,
        }),
        jobInput('constraints', { 'S3Uri.$': '$.baseline.constraints' }, 'baseline/constraints'),
        jobInput('statistics', { 'S3Uri.$': '$.baseline.statistics' }, 'baseline/stats'),
      ],
    }),
    Publish: callFunction(
      props.publishMetricsFunctionArn,
      {
        'resultPrefix.$': "States.Format('monitoring/{}', $.job.name)",
        'windowEnd.$': '$.window.end',
        'now.$': '$$.State.EnteredTime',
      },
      {
        keep: ['violations', 'outputViolations', 'features', 'furthest', 'published'],
        resultPath: '$.drift',
        next: 'HasViolations',
      },
    ),
    HasViolations: {
      Type: 'Choice',
      Choices: [{ Variable: '$.drift.violations', NumericGreaterThan: 0, Next: 'NoteDrift' }],
      Default: 'NoteNoDrift',
    },
  };
}

function resultStates(): States {
  return {
    NoteDrift: success(
      'Drift',
      "States.Format('{} constraints violated: {}', $.drift.violations, States.JsonToString($.drift.features))",
    ),
    NoteNoDrift: success(
      'NoDrift',
      "States.Format('No constraint violated. Furthest from the baseline: {}', $.drift.furthest)",
    ),
    NoCaptures: success(
      'NothingToAnalyze',
      "States.Format('No capture is under {} yet. Captures arrive minutes after their requests: if some were sent just now, ask again in ten minutes.', $.window.prefix)",
    ),
    NoLiveModel: success('NothingToAnalyze', 'No model is live.'),
    NoBaseline: failure('The live package has no data-quality baseline.'),
  };
}
