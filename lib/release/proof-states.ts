import { catchAll, retryTransient, type State } from '../shared/state-machine/states-language';
import type { ReleaseState, ReleaseStates } from './release-state-names';
import { increment, isAsleep, type ReleaseDefinitionProps } from './release-steps';

/** What shows that the new model is good, by how it is asked. */
export interface Proof {
  /** After an update. */
  readonly first: ReleaseState;
  /** Where there was nothing to update. */
  readonly withoutUpdate: ReleaseState;
  /** Between two looks at the update. */
  readonly whileUpdating: ReleaseState;
  readonly states: ReleaseStates;
}

export function proofOf(props: ReleaseDefinitionProps): Proof {
  const { pattern = 'real-time' } = props;
  switch (pattern) {
    case 'real-time':
      // Without a deployment policy nothing bakes: requests that were sent meanwhile say nothing, and the smoke test
      // decides alone.
      // AWS: sagemaker-hosting/policies-need-the-same-variants
      if (props.unstaged)
        return {
          first: 'CheckPredictions',
          withoutUpdate: 'CheckPredictions',
          whileUpdating: 'CountPoll',
          states: answerStates(props),
        };
      return {
        first: 'LetMetricsArrive',
        withoutUpdate: 'HadCanary',
        whileUpdating: 'SendTraffic',
        states: { ...trafficStates(props), ...canaryStates(props), ...keptStates() },
      };
    // All requests move at once: the alarms need some while they watch, but what was counted says nothing of the new
    // fleet alone.
    case 'asynchronous':
      return {
        first: 'CheckPredictions',
        withoutUpdate: 'CheckPredictions',
        whileUpdating: 'SendTraffic',
        states: { ...trafficStates(props), ...answerStates(props) },
      };
    // No guardrails ("Deployment guardrails": not for serverless): the update is not watched, the smoke test is what
    // takes it back.
    case 'serverless':
      return {
        first: 'CheckPredictions',
        withoutUpdate: 'CheckPredictions',
        whileUpdating: 'CountPoll',
        states: answerStates(props),
      };
    // Nobody asks, so nothing can fail before the next run, which counts its answers row by row and tells people.
    case 'batch':
      return { first: 'NoteInPlace', withoutUpdate: 'NoteInPlace', whileUpdating: 'CountPoll', states: inPlace };
  }
}

const inPlace: ReleaseStates = {
  NoteInPlace: {
    Type: 'Pass',
    Parameters: {
      passed: true,
      'text.$':
        "States.Format('version {} is in place; the next batch run uses it and checks each answer', $.candidate.version)",
    },
    ResultPath: '$.verdict',
    Next: 'MarkProven',
  },
};

function answerStates(props: ReleaseDefinitionProps): ReleaseStates {
  return { CheckPredictions: judge(props, false), ...keptStates() };
}

function trafficStates(props: ReleaseDefinitionProps): ReleaseStates {
  return {
    SendTraffic: {
      Type: 'Task',
      Comment: 'A canary that nobody calls would pass every alarm. Recorded flights make sure that somebody does.',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: {
        FunctionName: props.smokeTestFunctionArn,
        Payload: { mode: 'traffic', 'candidate.$': '$.candidate.version' },
      },
      ResultSelector: {
        'sent.$': '$.Payload.sent',
        'answered.$': '$.Payload.answered',
        'fromCandidate.$': '$.Payload.fromCandidate',
      },
      ResultPath: '$.traffic',
      TimeoutSeconds: 300,
      Retry: retryTransient,
      Catch: catchAll('CountPoll'),
      Next: 'CountTraffic',
    },
    CountTraffic: {
      Type: 'Pass',
      Parameters: increment({
        polls: '1',
        sent: '$.traffic.sent',
        answered: '$.traffic.answered',
        fromCandidate: '$.traffic.fromCandidate',
      }),
      ResultPath: '$.count',
      Next: 'WaitForServing',
    },
  };
}

function canaryStates(props: ReleaseDefinitionProps): ReleaseStates {
  return {
    LetMetricsArrive: {
      Type: 'Wait',
      Comment: 'Metrics reach CloudWatch a minute or two after the requests that they count.',
      Seconds: 120,
      Next: 'HadCanary',
    },
    HadCanary: {
      Type: 'Choice',
      Choices: [
        // No fleet before, no canary: the first release is judged by its answers alone.
        { Variable: '$.live.arn', StringEquals: 'none', Next: 'EvaluateFirstRelease' },
        ...(props.endpointStateParameterName === undefined
          ? []
          : [{ ...isAsleep, Next: 'EvaluateFirstRelease' as const }]),
        // Nothing was updated by us, so nothing baked while we sent requests.
        { Variable: '$.count.polls', NumericEquals: 0, Next: 'EvaluateFirstRelease' },
      ],
      Default: 'EvaluateRelease',
    },
    EvaluateFirstRelease: judge(props, false),
    EvaluateRelease: judge(props, true),
  };
}

function keptStates(): ReleaseStates {
  return {
    NoteNotEvaluated: {
      Type: 'Pass',
      Comment: 'A test that could not run has not passed.',
      Parameters: { passed: false, 'text.$': "States.Format('the smoke test did not run: {}', $.error.Error)" },
      ResultPath: '$.verdict',
      Next: 'DidSmokeTestPass',
    },
    DidSmokeTestPass: {
      Type: 'Choice',
      Choices: [{ Variable: '$.verdict.passed', BooleanEquals: true, Next: 'MarkProven' }],
      Default: 'RollBackParameter',
    },
  };
}

function judge(props: ReleaseDefinitionProps, hadCanary: boolean): State<ReleaseState> {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: {
      FunctionName: props.smokeTestFunctionArn,
      Payload: {
        mode: 'verdict',
        hadCanary,
        'candidate.$': '$.candidate.version',
        'since.$': '$.started.at',
        'until.$': '$$.State.EnteredTime',
        'candidateAnswers.$': '$.count.fromCandidate',
      },
    },
    ResultSelector: { 'passed.$': '$.Payload.passed', 'text.$': '$.Payload.text' },
    ResultPath: '$.verdict',
    TimeoutSeconds: 300,
    Retry: retryTransient,
    Catch: catchAll('NoteNotEvaluated'),
    Next: 'DidSmokeTestPass',
  };
}
