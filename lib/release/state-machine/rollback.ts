import { call, outcome } from '../../shared/state-machine/states-language';
import type { PutParameters, ReleaseState, ReleaseStates } from './state-names';
import {
  describeServing,
  increment,
  keepBaseline,
  maxPolls,
  pollSeconds,
  putParameters,
  type ReleaseDefinitionProps,
  type Served,
  stillApproved,
  updateStack,
} from './steps';

/** The previous version, and whether its endpoint was there. */
const before: Served = { package: '$.live.arn', endpoint: '$.endpoint.was' };

/**
 * Phase 6, rollback (DEPLOYCHK-07: a new model that performs poorly). If CloudFormation has rolled back by itself, for
 * example for a rollback alarm, only the parameter must follow. If the smoke test failed, the previous version is
 * deployed like any other. The registry then marks the package as rejected: a late duplicate of its approval must not
 * start the same release again.
 */
export function rollbackStates(props: ReleaseDefinitionProps): ReleaseStates {
  // The previous state is restored as a whole: an endpoint that this release recreated is removed again.
  const putPrevious = (name: PutParameters, next: ReleaseState) =>
    putParameters(props, name, before, next, { first: 'NoteParameterWrong', second: 'NoteParameterWrong' });
  const baseline = keepBaseline(props, 'KeepPreviousBaseline', '$.live.arn', 'IsModelAtFault', 'IsModelAtFault');
  return {
    // CloudFormation has rolled back by itself.
    ExplainRollback: call(
      'arn:aws:states:::lambda:invoke',
      { FunctionName: props.explainUpdateFunctionArn, Payload: { mode: 'rolled back', 'since.$': '$.started.at' } },
      {
        comment: 'A quota or missing capacity is not the fault of the model, which then stays approved.',
        select: { passed: false, 'blameless.$': '$.Payload.blameless', 'text.$': '$.Payload.text' },
        resultPath: '$.evaluation',
        next: 'RestoreParameterAfterRollback',
        onError: 'NoteUnexplainedRollback',
      },
    ),
    NoteUnexplainedRollback: {
      Type: 'Pass',
      Comment:
        'The cause is unknown, so the model stays approved. If it is bad, the next try by the reconciler is rolled back, too, and its cause is read.',
      Parameters: {
        passed: false,
        blameless: true,
        text: 'CloudFormation rolled the update back, and its cause could not be read: an alarm went off while the canary baked, or a resource failed. Read the events of the stack.',
      },
      ResultPath: '$.evaluation',
      Next: 'RestoreParameterAfterRollback',
    },
    ...putPrevious('RestoreParameterAfterRollback', 'HadPreviousModel'),

    // The smoke test failed, or SageMaker restored the previous configuration. Not with batch: each run checks its own
    // predictions.
    ...(props.pattern === 'batch'
      ? {}
      : { ...putPrevious('RollBackParameter', 'RollBackServing'), ...previousVersionStates(props) }),

    // The previous version serves again. Was the new model at fault?
    HadPreviousModel: {
      Type: 'Choice',
      Choices: [
        // Without a previous model there is no baseline to restore.
        { Variable: '$.live.arn', StringEquals: 'none', Next: 'IsModelAtFault' },
        // A failed restart of the live version does not mean that the model is bad, so it stays approved.
        ...(props.endpointStateParameterName === undefined
          ? []
          : [{ Variable: '$.live.arn', StringEqualsPath: '$.candidate.arn', Next: 'NoteRollback' as const }]),
      ],
      Default: baseline.first,
    },
    ...baseline.states,
    IsModelAtFault: {
      Type: 'Choice',
      Choices: [
        {
          And: [
            { Variable: '$.evaluation.blameless', IsPresent: true },
            { Variable: '$.evaluation.blameless', BooleanEquals: true },
          ],
          Next: 'NoteNotAtFault',
        },
      ],
      Default: 'RejectPackage',
    },
    // The package stays approved. The reconciler tries it again, up to three times a day, then alarm ReleaseNeedsPerson
    // notifies people.
    NoteNotAtFault: outcome('Failed', '$.evaluation.text', 'NotifyFailed'),
    RejectPackage: call(
      'arn:aws:states:::aws-sdk:sagemaker:updateModelPackage',
      {
        'ModelPackageArn.$': '$.candidate.arn',
        ModelApprovalStatus: 'Rejected',
        'ApprovalDescription.$': '$.evaluation.text',
      },
      { next: 'NoteRollback', onError: 'NoteRollbackStillApproved' },
    ),
    NoteRollback: outcome('RolledBack', '$.evaluation.text', 'NotifyRollback'),
    NoteRollbackStillApproved: outcome('RolledBack', stillApproved('$.evaluation.text'), 'NotifyRollback'),

    // The update did not start. The package is not at fault and stays approved.
    ...putPrevious('RestoreParameter', 'NoteError'),
    NoteParameterWrong: outcome(
      'Failed',
      "States.Format('The approved-package parameter could not be set back to {}: monitoring reads a wrong version until the reconciler sets it. {}', $.live.arn, $.error.Cause)",
      'NotifyFailed',
    ),
  };
}

function previousVersionStates(props: ReleaseDefinitionProps): ReleaseStates {
  return {
    // With the previous value "none" the stack's condition is false, and CloudFormation deletes the endpoint: before the
    // first release there was none.
    RollBackServing: updateStack(props, before, 'WaitForRollback', 'RollbackUpdateRefused'),
    RollbackUpdateRefused: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.error.Cause', StringMatches: '*No updates are to be performed*', Next: 'HadPreviousModel' },
      ],
      Default: 'NoteRollbackFailed',
    },
    WaitForRollback: { Type: 'Wait', Seconds: pollSeconds, Next: 'PollRollback' },
    PollRollback: describeServing(props, 'IsRolledBack', 'NoteRollbackFailed'),
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
        // The counter goes on from the update, so the limit for both together is twice the limit of one.
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
      "States.Format('The release failed ({}), and so did its rollback. The Serving stack needs a person: read its events.', $.evaluation.text)",
      'NotifyFailed',
    ),
  };
}
