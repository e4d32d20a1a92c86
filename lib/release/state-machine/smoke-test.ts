import { catchAll, retryTransient, type State } from '../../shared/state-machine/states-language';
import type { ReleaseState, ReleaseStates } from './state-names';
import { isRemoved, type ReleaseDefinitionProps } from './steps';

export interface SmokeTest {
  /** The first state after an update. */
  readonly afterUpdate: ReleaseState;
  /** The first state where there was nothing to update. */
  readonly withoutUpdate: ReleaseState;
  readonly states: ReleaseStates;
}

/**
 * Phase 5, smoke test: recorded requests show whether the new version works (DEPLOYCHK-06: why deployments fail).
 * How, depends on the serving pattern.
 */
export function smokeTest(props: ReleaseDefinitionProps): SmokeTest {
  const { pattern = 'real-time' } = props;
  switch (pattern) {
    case 'real-time':
      // Without a canary, requests sent during the update say nothing about the new version: its predictions decide
      // alone.
      // AWS: sagemaker-hosting/policies-need-the-same-variants
      if (props.unstaged) return predictionsOnly(props);
      return {
        afterUpdate: 'WaitForMetrics',
        withoutUpdate: 'HadCanary',
        states: { ...canaryStates(props), ...decisionStates() },
      };
    // All requests move at once, so metrics of the update do not tell the new fleet from the previous one.
    case 'asynchronous':
      return predictionsOnly(props);
    // No deployment guardrails: only this test rolls a serverless endpoint back.
    // https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html
    case 'serverless':
      return predictionsOnly(props);
    // Nothing calls a model before the next batch run. Each run checks its predictions row by row and notifies people.
    case 'batch':
      return { afterUpdate: 'NoteInPlace', withoutUpdate: 'NoteInPlace', states: inPlace };
  }
}

function predictionsOnly(props: ReleaseDefinitionProps): SmokeTest {
  return {
    afterUpdate: 'CheckPredictions',
    withoutUpdate: 'CheckPredictions',
    states: { CheckPredictions: evaluate(props, false), ...decisionStates() },
  };
}

const inPlace: ReleaseStates = {
  NoteInPlace: {
    Type: 'Pass',
    Parameters: {
      passed: true,
      'text.$':
        "States.Format('version {} is in place; the next batch run uses it and checks each prediction', $.candidate.version)",
    },
    ResultPath: '$.evaluation',
    Next: 'MarkProven',
  },
};

function canaryStates(props: ReleaseDefinitionProps): ReleaseStates {
  return {
    WaitForMetrics: {
      Type: 'Wait',
      Comment: 'Metrics reach CloudWatch a minute or two after the requests that they count.',
      Seconds: 120,
      Next: 'HadCanary',
    },
    HadCanary: {
      Type: 'Choice',
      Choices: [
        // The first release has no previous fleet, so it has no canary: its predictions decide alone.
        { Variable: '$.live.arn', StringEquals: 'none', Next: 'EvaluateFirstRelease' },
        ...(props.endpointStateParameterName === undefined
          ? []
          : [{ ...isRemoved, Next: 'EvaluateFirstRelease' as const }]),
        // This execution updated nothing, so no canary baked while it sent requests.
        { Variable: '$.count.polls', NumericEquals: 0, Next: 'EvaluateFirstRelease' },
      ],
      Default: 'EvaluateRelease',
    },
    EvaluateFirstRelease: evaluate(props, false),
    EvaluateRelease: evaluate(props, true),
  };
}

function decisionStates(): ReleaseStates {
  return {
    NoteNotEvaluated: {
      Type: 'Pass',
      Comment: 'A test that could not run has not passed.',
      Parameters: { passed: false, 'text.$': "States.Format('the smoke test did not run: {}', $.error.Error)" },
      ResultPath: '$.evaluation',
      Next: 'DidSmokeTestPass',
    },
    DidSmokeTestPass: {
      Type: 'Choice',
      Choices: [{ Variable: '$.evaluation.passed', BooleanEquals: true, Next: 'MarkProven' }],
      Default: 'RollBackParameter',
    },
  };
}

function evaluate(props: ReleaseDefinitionProps, hadCanary: boolean): State<ReleaseState> {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: {
      FunctionName: props.smokeTestFunctionArn,
      Payload: {
        mode: 'evaluate',
        hadCanary,
        'candidate.$': '$.candidate.version',
        'since.$': '$.started.at',
        'until.$': '$$.State.EnteredTime',
        'candidatePredictions.$': '$.count.fromCandidate',
      },
    },
    ResultSelector: { 'passed.$': '$.Payload.passed', 'text.$': '$.Payload.text' },
    ResultPath: '$.evaluation',
    TimeoutSeconds: 300,
    Retry: retryTransient,
    Catch: catchAll('NoteNotEvaluated'),
    Next: 'DidSmokeTestPass',
  };
}
