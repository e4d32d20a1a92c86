import { call, catchAll, outcome, retryTransient } from '../../shared/state-machine/states-language';
import type { ReleaseStates } from './state-names';
import { type ReleaseDefinitionProps, stillApproved } from './steps';

/**
 * Phase 2, verification: an approved package must also have been approved by the approver role, in time, and its
 * artifact must be the one that was evaluated. Otherwise the approval is withdrawn. Nothing has been changed so far.
 */
export function verificationStates(
  props: Pick<ReleaseDefinitionProps, 'verifyPackageFunctionArn' | 'topicArn'>,
): ReleaseStates {
  return {
    VerifyPackage: {
      Type: 'Task',
      Comment: 'Checks who approved the package, and that its artifact is the one that was evaluated.',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: {
        FunctionName: props.verifyPackageFunctionArn,
        Payload: { 'modelPackageArn.$': '$.candidate.arn', 'at.$': '$$.State.EnteredTime', 'release.$': '$' },
      },
      ResultSelector: { 'passed.$': '$.Payload.passed', 'text.$': '$.Payload.text' },
      ResultPath: '$.verification',
      TimeoutSeconds: 300,
      Retry: retryTransient,
      Catch: catchAll('NoteError'),
      Next: 'IsVerified',
    },
    IsVerified: {
      Type: 'Choice',
      Choices: [{ Variable: '$.verification.passed', BooleanEquals: true, Next: 'DescribeServing' }],
      Default: 'RefusePackage',
    },
    // Rejected, so that neither a late duplicate of the approval nor the reconciler tries it again.
    RefusePackage: call(
      'arn:aws:states:::aws-sdk:sagemaker:updateModelPackage',
      {
        'ModelPackageArn.$': '$.candidate.arn',
        ModelApprovalStatus: 'Rejected',
        'ApprovalDescription.$': '$.verification.text',
      },
      { next: 'NoteRefused', onError: 'NoteRefusedStillApproved' },
    ),
    NoteRefused: outcome('Refused', '$.verification.text', 'NotifyRefused'),
    NoteRefusedStillApproved: outcome('Refused', stillApproved('$.verification.text'), 'NotifyRefused'),
    NotifyRefused: call(
      'arn:aws:states:::sns:publish',
      { TopicArn: props.topicArn, Subject: 'A model release was REFUSED', 'Message.$': 'States.JsonToString($)' },
      { next: 'ReleaseRefused', onError: 'ReleaseRefused' },
    ),
    ReleaseRefused: {
      Type: 'Fail',
      Error: 'ReleaseRefused',
      Cause:
        'The approval is not valid, or the artifact is not the one that was evaluated. The notification and the package say which.',
    },
  };
}
