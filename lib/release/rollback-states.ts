import { call, outcome } from '../shared/state-machine/states-language';
import type { PutParameters, ReleaseState, ReleaseStates } from './release-state-names';
import {
  increment,
  keepBaseline,
  maxPolls,
  pollSeconds,
  putParameters,
  type ReleaseDefinitionProps,
  type Served,
  updateStack,
} from './release-steps';

/** What served, and whether it was awake. */
const before: Served = { package: '$.live.arn', endpoint: '$.endpoint.was' };

/**
 * The way back. Two cases: CloudFormation went back by itself (a rollback alarm), then only the parameter must follow;
 * or the update succeeded and the smoke test did not, then the previous value is deployed like any other. A package
 * that was rolled back is rejected in the registry: a late duplicate of its approval must not start the same release
 * again.
 */
export function rollbackStates(props: ReleaseDefinitionProps): ReleaseStates {
  // Back to what was: also to the sleep of an endpoint that was woken.
  const putPrevious = (name: PutParameters, next: ReleaseState) =>
    putParameters(props, name, before, next, { first: 'NoteParameterWrong', second: 'NoteParameterWrong' });
  const baseline = keepBaseline(props, 'KeepPreviousBaseline', '$.live.arn', 'IsModelAtFault', 'IsModelAtFault');
  return {
    ...baseline.states,
    // With no previous model there is no baseline to go back to.
    HadPreviousModel: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.live.arn', StringEquals: 'none', Next: 'IsModelAtFault' },
        // What could not be woken has served before, and is no worse for it.
        ...(props.endpointStateParameterName === undefined
          ? []
          : [{ Variable: '$.live.arn', StringEqualsPath: '$.candidate.arn', Next: 'NoteRollback' as const }]),
      ],
      Default: baseline.first,
    },
    ExplainRollback: call(
      'arn:aws:states:::lambda:invoke',
      { FunctionName: props.explainUpdateFunctionArn, Payload: { mode: 'rolled back', 'since.$': '$.started.at' } },
      {
        comment: "A quota or a lack of instances is not the model's fault: its approval must survive that.",
        select: { passed: false, 'blameless.$': '$.Payload.blameless', 'text.$': '$.Payload.text' },
        resultPath: '$.verdict',
        next: 'RestoreParameterAfterRollback',
        onError: 'NoteUnexplainedRollback',
      },
    ),
    NoteUnexplainedRollback: {
      Type: 'Pass',
      Comment:
        'Nobody read why: a good model must not pay for that. A bad one is rolled back again when the reconciler tries it again, and then it is read.',
      Parameters: {
        passed: false,
        blameless: true,
        text: 'CloudFormation rolled the update back, and why could not be read: an alarm fired while the canary baked, or a resource failed. See the stack events.',
      },
      ResultPath: '$.verdict',
      Next: 'RestoreParameterAfterRollback',
    },
    ...putPrevious('RestoreParameterAfterRollback', 'HadPreviousModel'),

    // The update did not start; the package is not to blame and stays approved.
    ...putPrevious('RestoreParameter', 'NoteError'),

    // Batch is judged by its runs: there is no verdict here that would take an update back.
    ...(props.pattern === 'batch'
      ? {}
      : { ...putPrevious('RollBackParameter', 'RollBackServing'), ...updateBackStates(props) }),

    IsModelAtFault: {
      Type: 'Choice',
      Choices: [
        {
          And: [
            { Variable: '$.verdict.blameless', IsPresent: true },
            { Variable: '$.verdict.blameless', BooleanEquals: true },
          ],
          Next: 'NoteNotAtFault',
        },
      ],
      Default: 'RejectPackage',
    },
    // The package stays approved: the reconciler tries it again, three times a day at most, and then calls a person.
    NoteNotAtFault: outcome('Failed', '$.verdict.text', 'NotifyFailed'),
    RejectPackage: call(
      'arn:aws:states:::aws-sdk:sagemaker:updateModelPackage',
      {
        'ModelPackageArn.$': '$.candidate.arn',
        ModelApprovalStatus: 'Rejected',
        'ApprovalDescription.$': '$.verdict.text',
      },
      { next: 'NoteRollback', onError: 'NoteRollback' },
    ),
    NoteRollback: outcome('RolledBack', '$.verdict.text', 'NotifyRollback'),
    NoteParameterWrong: outcome(
      'Failed',
      "States.Format('The approved-package parameter could not be set back to {}: monitoring reads a wrong version until the reconciler sets it. {}', $.live.arn, $.error.Cause)",
      'NotifyFailed',
    ),
  };
}

function updateBackStates(props: ReleaseDefinitionProps): ReleaseStates {
  return {
    // A previous value of "none" makes the stack's condition false: the endpoint goes, which is what was there before.
    RollBackServing: updateStack(props, before, 'WaitForRollback', 'RollbackUpdateRefused'),
    RollbackUpdateRefused: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.error.Cause', StringMatches: '*No updates are to be performed*', Next: 'HadPreviousModel' },
      ],
      Default: 'NoteRollbackFailed',
    },
    WaitForRollback: { Type: 'Wait', Seconds: pollSeconds, Next: 'PollRollback' },
    PollRollback: call(
      'arn:aws:states:::aws-sdk:cloudformation:describeStacks',
      { StackName: props.servingStackName },
      {
        select: { 'status.$': '$.Stacks[0].StackStatus' },
        resultPath: '$.serving',
        next: 'IsRolledBack',
        onError: 'NoteRollbackFailed',
      },
    ),
    IsRolledBack: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.serving.status', StringEquals: 'UPDATE_COMPLETE', Next: 'HadPreviousModel' },
        {
          Or: [
            { Variable: '$.serving.status', StringEquals: 'UPDATE_ROLLBACK_COMPLETE' },
            { Variable: '$.serving.status', StringMatches: '*_FAILED' },
          ],
          Next: 'NoteRollbackFailed',
        },
        // The way back gets as long as the way there had left, and the same again.
        {
          Variable: '$.count.polls',
          NumericGreaterThanEquals: 2 * maxPolls(props.bakingMinutes),
          Next: 'NoteRollbackFailed',
        },
      ],
      Default: 'CountRollbackPoll',
    },
    CountRollbackPoll: {
      Type: 'Pass',
      Parameters: increment({ polls: '1' }),
      ResultPath: '$.count',
      Next: 'WaitForRollback',
    },
    NoteRollbackFailed: outcome(
      'Failed',
      "States.Format('The release failed ({}) and so did the way back: the Serving stack needs a person.', $.verdict.text)",
      'NotifyFailed',
    ),
  };
}
