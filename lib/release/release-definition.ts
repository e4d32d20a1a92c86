import {
  call,
  caught,
  outcome,
  type StateMachineDefinition,
  stateMachineDefinition,
} from '../shared/state-machine/states-language';
import { admissionStates } from './admission-states';
import { configurationStates, endpointStates } from './endpoint-states';
import { verificationStates } from './package-verification';
import { proofOf } from './proof-states';
import type { ReleaseState, ReleaseStates } from './release-state-names';
import {
  increment,
  keepBaseline,
  maxPolls,
  maxTurns,
  pollSeconds,
  putParameters,
  type ReleaseDefinitionProps,
  type Served,
  updateStack,
} from './release-steps';
import { rollbackStates } from './rollback-states';

/**
 * Input: SageMaker's event of an approved package, or `{ "rollback": true, "detail": { "ModelPackageArn": ... } }` from
 * a person who wants an older, still approved version back.
 */
export function releaseDefinition(props: ReleaseDefinitionProps): StateMachineDefinition {
  return stateMachineDefinition<ReleaseState>({
    Comment: 'Approved package -> Serving stack -> smoke test -> keep or roll back (DEPLOY-06, MLOPS-03, STAGE-07).',
    StartAt: 'IsOurPackage',
    TimeoutSeconds: 6 * 3_600,
    States: {
      ...admissionStates(props),
      ...verificationStates(props, 'DescribeServing'),
      ...updateStates(props),
      ...rollbackStates(props),
      ...endStates(props),
    },
  });
}

/**
 * Write the parameter, update the stack, feed the canary, judge. `$.live.arn` stays the value to go back to. Where an
 * earlier execution died after its update there is nothing to update any more: its version is judged now.
 */
function updateStates(props: ReleaseDefinitionProps): ReleaseStates {
  const baseline = keepBaseline(props, 'KeepBaseline', '$.candidate.arn', 'WriteParameter', 'NoteError');
  const proof = proofOf(props);
  const released: Served = { package: '$.candidate.arn', endpoint: 'awake' };
  const endpoint = endpointStates(props, 'MarkStart');
  const check = configurationStates(props, proof.first);
  return {
    ...baseline.states,
    ...endpoint.states,
    DescribeServing: call(
      'arn:aws:states:::aws-sdk:cloudformation:describeStacks',
      { StackName: props.servingStackName },
      {
        select: { 'status.$': '$.Stacks[0].StackStatus' },
        resultPath: '$.serving',
        next: 'IsServingReady',
        onError: 'NoteError',
      },
    ),
    IsServingReady: {
      Type: 'Choice',
      Choices: [
        {
          Or: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE'].map((status) => ({
            Variable: '$.serving.status',
            StringEquals: status,
          })),
          Next: endpoint.first,
        },
        { Variable: '$.count.turns', NumericGreaterThanEquals: maxTurns, Next: 'NoteWaitedTooLong' },
        // Somebody deploys by hand: wait for the end of it like for an earlier release.
        { Variable: '$.serving.status', StringMatches: '*_IN_PROGRESS', Next: 'CountTurn' },
      ],
      Default: 'NoteServingStuck',
    },
    MarkStart: {
      Type: 'Pass',
      Parameters: { 'at.$': '$$.State.EnteredTime' },
      ResultPath: '$.started',
      Next: baseline.first,
    },
    ...putParameters(props, 'WriteParameter', released, 'UpdateServing', {
      first: 'NoteError',
      second: 'RestoreParameter',
    }),
    UpdateServing: updateStack(props, released, 'WaitForServing', 'UpdateRefused'),
    UpdateRefused: {
      Type: 'Choice',
      Comment: 'A release died after its update: then the stack is up to date already.',
      Choices: [
        { Variable: '$.error.Cause', StringMatches: '*No updates are to be performed*', Next: proof.withoutUpdate },
      ],
      Default: 'RestoreParameter',
    },

    WaitForServing: { Type: 'Wait', Seconds: pollSeconds, Next: 'PollServing' },
    PollServing: call(
      'arn:aws:states:::aws-sdk:cloudformation:describeStacks',
      { StackName: props.servingStackName },
      {
        select: { 'status.$': '$.Stacks[0].StackStatus' },
        resultPath: '$.serving',
        next: 'IsUpdated',
        onError: 'NoteError',
      },
    ),
    IsUpdated: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.serving.status', StringEquals: 'UPDATE_COMPLETE', Next: check.first },
        // The canary's alarms, or anything else, made CloudFormation go back: the old model serves, only the parameter
        // is wrong.
        { Variable: '$.serving.status', StringEquals: 'UPDATE_ROLLBACK_COMPLETE', Next: 'ExplainRollback' },
        { Variable: '$.serving.status', StringMatches: '*_FAILED', Next: 'NoteServingStuck' },
        { Variable: '$.count.polls', NumericGreaterThanEquals: maxPolls(props.bakingMinutes), Next: 'NoteTooSlow' },
      ],
      Default: proof.whileUpdating,
    },
    CountPoll: { Type: 'Pass', Parameters: increment({ polls: '1' }), ResultPath: '$.count', Next: 'WaitForServing' },
    ...check.states,
    ...proof.states,
  };
}

function endStates(props: ReleaseDefinitionProps): ReleaseStates {
  const notify = (subject: string, next: ReleaseState) =>
    call(
      'arn:aws:states:::sns:publish',
      { TopicArn: props.topicArn, Subject: subject, 'Message.$': 'States.JsonToString($)' },
      { next, onError: next },
    );
  return {
    MarkProven: call(
      'arn:aws:states:::aws-sdk:ssm:putParameter',
      { Name: props.provenParameterName, 'Value.$': '$.candidate.arn', Overwrite: true },
      {
        comment:
          'Only now is the release over. Whatever ends an execution before, the reconciler has the version judged again.',
        next: 'NoteReleased',
        onError: 'NoteError',
      },
    ),
    NoteReleased: outcome('Released', '$.verdict.text', 'NotifyReleased'),
    NotifyReleased: notify('A model was released', 'Released'),
    NotifyStale: notify('An approval of an older model was REFUSED', 'NothingToDo'),
    NoteError: outcome('Failed', caught, 'NotifyFailed'),
    NoteWaitedTooLong: outcome('Failed', 'An earlier release or deployment did not end in time.', 'NotifyFailed'),
    NoteTooSlow: outcome(
      'Failed',
      'The Serving stack is still being updated. Look at its events; the next release waits for it.',
      'NotifyFailed',
    ),
    NoteServingStuck: outcome(
      'Failed',
      "States.Format('The Serving stack is in {}. It needs a person: read its events, then continue its rollback or deploy it.', $.serving.status)",
      'NotifyFailed',
    ),
    NotifyFailed: notify('A model release FAILED', 'ReleaseFailed'),
    NotifyRollback: notify('A model release was TAKEN BACK', 'RolledBack'),

    Released: { Type: 'Succeed' },
    NothingToDo: { Type: 'Succeed' },
    RolledBack: {
      Type: 'Fail',
      Error: 'RolledBack',
      Cause:
        'The release did not prove itself; the previous model serves. The notice, and the package itself, say why.',
    },
    ReleaseFailed: {
      Type: 'Fail',
      Error: 'ReleaseFailed',
      Cause: 'The release could not be carried out. The notice says at which step and why.',
    },
  };
}
