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
import { workflowNamespace } from '../metrics/metrics';

export interface ModelQualityDefinitionProps extends AnalysisDefinitionProps {
  /** Prefix of the capture bucket, without a slash at its end. */
  readonly groundTruthPrefix: string;
  /** Days that a scheduled run looks back. */
  readonly lookBackDays: number;
  readonly selectFunctionArn: string;
  readonly publishFunctionArn: string;
}

type States = Record<string, State>;

const baselines = ['quality', 'bias', 'explainability'] as const;

/**
 * Input: the schedule's event, for the last days until now, or `{ "start": ..., "end": ... }` in ISO 8601 from a
 * person.
 *
 * Each run evaluates all predictions of the last days that have a label by now. A late label counts from the next run
 * on, until its prediction leaves the window. Model Monitor shifts its window by an offset instead, and never sees a
 * label that arrives later than that.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-schedule.html
 */
export function modelQualityDefinition(props: ModelQualityDefinitionProps): StateMachineDefinition {
  return stateMachineDefinition({
    Comment:
      "Evaluates the live model's predictions on their outcomes: quality, cost, bias and attributions (MON-05: watching the output).",
    StartAt: 'HasWindow',
    TimeoutSeconds: executionTimeoutSeconds(props),
    States: {
      ...windowStates(props),
      ...liveModelStates(props, 'HasBaselines'),
      ...baselineStates(props),
      ...evaluationStates(props),
      ...resultStates(),
      ...endStates(props, {
        subject: 'The model quality run FAILED',
        error: 'ModelQualityRunFailed',
        cause: 'The predictions were not evaluated, so their quality is unknown. The notification says why.',
      }),
    },
  });
}

function windowStates({ lookBackDays, selectFunctionArn }: ModelQualityDefinitionProps): States {
  const use = (window: Readonly<Record<string, string>>): State => ({
    Type: 'Pass',
    Parameters: window,
    ResultPath: '$.window',
    Next: 'SelectCaptures',
  });
  return {
    HasWindow: {
      Type: 'Choice',
      Choices: [
        {
          And: [
            { Variable: '$.start', IsPresent: true },
            { Variable: '$.end', IsPresent: true },
          ],
          Next: 'UseGivenWindow',
        },
      ],
      Default: 'UseLookBack',
    },
    UseGivenWindow: use({ 'start.$': '$.start', 'end.$': '$.end' }),
    UseLookBack: use({ start: `-P${lookBackDays}D`, 'end.$': '$$.State.EnteredTime' }),
    SelectCaptures: callFunction(
      selectFunctionArn,
      { 'start.$': '$.window.start', 'end.$': '$.window.end', 'run.$': '$$.Execution.Name' },
      {
        keep: ['captures', 'labels', 'manifest', 'tooLarge'],
        resultPath: '$.selected',
        next: 'HasCapturesAndLabels',
        timeoutSeconds: 300,
      },
    ),
    HasCapturesAndLabels: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.selected.captures', NumericEquals: 0, Next: 'NoCaptures' },
        { Variable: '$.selected.labels', NumericEquals: 0, Next: 'NoLabels' },
        { Not: { Variable: '$.selected.tooLarge', StringEquals: '' }, Next: 'NoteTooLarge' },
      ],
      Default: 'ReadLivePackage',
    },
  };
}

function baselineStates(props: ModelQualityDefinitionProps): States {
  const constraints = {
    quality: '$.package.DriftCheckBaselines.ModelQuality.Constraints.S3Uri',
    bias: '$.package.DriftCheckBaselines.Bias.PostTrainingConstraints.S3Uri',
    explainability: '$.package.DriftCheckBaselines.Explainability.Constraints.S3Uri',
  };
  const model = '$.package.InferenceSpecification.Containers[0].ModelDataUrl';
  return {
    HasBaselines: {
      Type: 'Choice',
      Choices: [
        {
          And: [...Object.values(constraints), model].map((Variable) => ({ Variable, IsPresent: true })),
          Next: 'UseBaselines',
        },
      ],
      Default: 'NoBaseline',
    },
    UseBaselines: keepOnly(
      {
        'window.$': '$.window',
        'selected.$': '$.selected',
        use: {
          'model.$': model,
          ...Object.fromEntries(baselines.map((name) => [`${name}.$`, constraints[name]])),
          'job.$': uniqueJobName(props),
        },
      },
      'EvaluatePredictions',
    ),
  };
}

function evaluationStates(props: ModelQualityDefinitionProps): States {
  return {
    ...jobStates(props, {
      state: 'EvaluatePredictions',
      command: 'model-quality',
      name: '$.use.job',
      environment: {
        ground_truth_source: `${inContainer}/input/ground-truth`,
        model_source: `${inContainer}/input/model`,
        workflow_namespace: workflowNamespace,
        ...Object.fromEntries(
          baselines.map((name) => [`${name}_constraints`, `${inContainer}/input/baseline/${name}/constraints.json`]),
        ),
      },
      inputs: [
        // A manifest with the captures of the window only: the bucket keeps a month, which would fill the volume.
        jobInput('endpoint', {
          S3DataType: 'ManifestFile',
          'S3Uri.$': `States.Format('s3://${props.captureBucketName}/{}', $.selected.manifest)`,
        }),
        jobInput('ground-truth', { S3Uri: `s3://${props.captureBucketName}/${props.groundTruthPrefix}/` }),
        jobInput('model', { 'S3Uri.$': '$.use.model' }),
        ...baselines.map((name) => jobInput(name, { 'S3Uri.$': `$.use.${name}` }, `input/baseline/${name}`)),
      ],
    }),
    Publish: callFunction(
      props.publishFunctionArn,
      { 'resultPrefix.$': "States.Format('monitoring/{}', $.use.job)" },
      { keep: ['published', 'violations', 'violated'], resultPath: '$.modelQuality', next: 'HasViolations' },
    ),
    HasViolations: {
      Type: 'Choice',
      Choices: [{ Variable: '$.modelQuality.violated[0]', IsPresent: true, Next: 'NoteViolations' }],
      Default: 'NoteNoViolations',
    },
  };
}

function resultStates(): States {
  return {
    NoteViolations: success(
      'Violations',
      "States.Format('Constraints violated: {}', States.JsonToString($.modelQuality.violations))",
    ),
    NoteNoViolations: success(
      'NoViolations',
      "States.Format('No constraint violated. Evaluated: {}', States.JsonToString($.modelQuality.violations))",
    ),
    NoCaptures: success(
      'NothingToEvaluate',
      'The window has no captures. Captures arrive minutes after their requests.',
    ),
    NoLabels: success('NothingToEvaluate', 'No outcome has arrived.'),
    NoLiveModel: success('NothingToEvaluate', 'No model is live.'),
    NoteTooLarge: failure('$.selected.tooLarge', 'TooLarge'),
    NoBaseline: failure('The live package has no baseline of quality, bias and attributions.'),
  };
}
