import { call, catchAll, outcome, retryTransient } from '../../shared/state-machine/states-language';
import type { SmokeTest } from './smoke-test';
import type { ReleaseState, ReleaseStates } from './state-names';
import {
  describeServing,
  increment,
  keepBaseline,
  maxPolls,
  pollSeconds,
  putParameters,
  type ReleaseDefinitionProps,
  type Served,
  updateStack,
} from './steps';

/**
 * Phase 4, update: writes the parameter, updates the Serving stack and sends requests while the canary bakes. If an
 * earlier execution died after its update, there is nothing to update, and its version goes to the smoke test at once.
 */
export function updateStates(props: ReleaseDefinitionProps, test: SmokeTest): ReleaseStates {
  const baseline = keepBaseline(props, 'KeepBaseline', '$.candidate.arn', 'WriteParameter', 'NoteError');
  const released: Served = { package: '$.candidate.arn', endpoint: 'deployed' };
  const check = configurationStates(props, test.afterUpdate);
  const whileUpdating = sendsTraffic(props) ? 'SendTraffic' : 'CountPoll';
  return {
    MarkStart: {
      Type: 'Pass',
      Parameters: { 'at.$': '$$.State.EnteredTime' },
      ResultPath: '$.started',
      Next: baseline.first,
    },
    ...baseline.states,
    ...putParameters(props, 'WriteParameter', released, 'UpdateServing', {
      first: 'NoteError',
      second: 'RestoreParameter',
    }),
    UpdateServing: updateStack(props, released, 'WaitForServing', 'UpdateRefused'),
    UpdateRefused: {
      Type: 'Choice',
      Comment: 'If an earlier release died after its update, the stack is up to date.',
      Choices: [
        { Variable: '$.error.Cause', StringMatches: '*No updates are to be performed*', Next: test.withoutUpdate },
      ],
      Default: 'RestoreParameter',
    },

    WaitForServing: { Type: 'Wait', Seconds: pollSeconds, Next: 'PollServing' },
    PollServing: describeServing(props, 'IsUpdated', 'NoteError'),
    IsUpdated: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.serving.status', StringEquals: 'UPDATE_COMPLETE', Next: check.first },
        // A rollback alarm or a failed resource made CloudFormation roll back: the previous model serves, and only the
        // parameter is wrong.
        { Variable: '$.serving.status', StringEquals: 'UPDATE_ROLLBACK_COMPLETE', Next: 'ExplainRollback' },
        { Variable: '$.serving.status', StringMatches: '*_FAILED', Next: 'NoteServingStuck' },
        {
          Variable: '$.count.polls',
          NumericGreaterThanEquals: maxPolls(props.bakingMinutes),
          Next: 'NoteUpdateTimedOut',
        },
      ],
      Default: whileUpdating,
    },
    CountPoll: { Type: 'Pass', Parameters: increment({ polls: '1' }), ResultPath: '$.count', Next: 'WaitForServing' },
    ...(sendsTraffic(props) ? trafficStates(props) : {}),
    NoteUpdateTimedOut: outcome(
      'Failed',
      'The Serving stack is still being updated. Read its events; the next release waits for it.',
      'NotifyFailed',
    ),
    ...check.states,
  };
}

/**
 * Where rollback alarms watch the update, they need requests to count. Serverless endpoints have no deployment
 * guardrails, batch has no endpoint, and a challenger by share leaves no canary.
 *
 * https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html
 */
function sendsTraffic({ pattern = 'real-time', unstaged }: ReleaseDefinitionProps): boolean {
  return pattern === 'asynchronous' || (pattern === 'real-time' && !unstaged);
}

function trafficStates(props: ReleaseDefinitionProps): ReleaseStates {
  return {
    SendTraffic: {
      Type: 'Task',
      Comment: 'A canary without requests would pass every alarm, so the release sends recorded ones.',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: {
        FunctionName: props.smokeTestFunctionArn,
        Payload: { mode: 'traffic', 'candidate.$': '$.candidate.version' },
      },
      ResultSelector: {
        'sent.$': '$.Payload.sent',
        'succeeded.$': '$.Payload.succeeded',
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
        succeeded: '$.traffic.succeeded',
        fromCandidate: '$.traffic.fromCandidate',
      }),
      ResultPath: '$.count',
      Next: 'WaitForServing',
    },
  };
}

/**
 * CloudFormation reports a complete update, but a deployment guardrail or SageMaker itself may have restored the
 * previous fleet. Such an endpoint is in service and may give no reason. No page says whether CloudFormation notices, so
 * the endpoint's configuration decides. If this check fails, the release goes on: the smoke test reads the version from
 * each prediction.
 *
 * AWS: sagemaker-hosting/silent-rollback
 */
function configurationStates(
  props: ReleaseDefinitionProps,
  next: ReleaseState,
): { readonly first: ReleaseState; readonly states: ReleaseStates } {
  if (props.endpointName === undefined) return { first: next, states: {} };
  return {
    first: 'CheckConfiguration',
    states: {
      CheckConfiguration: call(
        'arn:aws:states:::lambda:invoke',
        { FunctionName: props.explainUpdateFunctionArn, Payload: { mode: 'updated' } },
        {
          select: { 'inPlace.$': '$.Payload.inPlace', 'text.$': '$.Payload.text' },
          resultPath: '$.update',
          next: 'HasNewConfiguration',
          onError: next,
        },
      ),
      HasNewConfiguration: {
        Type: 'Choice',
        Choices: [{ Variable: '$.update.inPlace', BooleanEquals: true, Next: next }],
        Default: 'NoteSilentRollback',
      },
      NoteSilentRollback: {
        Type: 'Pass',
        Parameters: { passed: false, blameless: true, 'text.$': '$.update.text' },
        ResultPath: '$.evaluation',
        Next: 'RollBackParameter',
      },
    },
  };
}
