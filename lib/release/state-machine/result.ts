import { call, caught, outcome } from '../../shared/state-machine/states-language';
import type { ReleaseState, ReleaseStates } from './state-names';
import type { ReleaseDefinitionProps } from './steps';

/** Phase 7, result: the version counts as proven, or the execution fails. People are notified in either case. */
export function resultStates(props: ReleaseDefinitionProps): ReleaseStates {
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
        comment: 'The release ends here. If an execution dies before, the reconciler has the version tested again.',
        next: 'NoteReleased',
        onError: 'NoteError',
      },
    ),
    NoteReleased: outcome('Released', '$.evaluation.text', 'NotifyReleased'),
    NotifyReleased: notify('A model was released', 'Released'),
    NoteError: outcome('Failed', caught, 'NotifyFailed'),
    NoteWaitedTooLong: outcome('Failed', 'An earlier release or deployment did not end in time.', 'NotifyFailed'),
    NoteServingStuck: outcome(
      'Failed',
      "States.Format('The Serving stack is in {}. It needs a person: read its events, then continue its rollback or deploy it.', $.serving.status)",
      'NotifyFailed',
    ),
    NotifyFailed: notify('A model release FAILED', 'ReleaseFailed'),
    NotifyRollback: notify('A model release was ROLLED BACK', 'RolledBack'),

    Released: { Type: 'Succeed' },
    NothingToDo: { Type: 'Succeed' },
    RolledBack: {
      Type: 'Fail',
      Error: 'RolledBack',
      Cause:
        'The new version failed its release, and the previous one serves. The notification and the package say why.',
    },
    ReleaseFailed: {
      Type: 'Fail',
      Error: 'ReleaseFailed',
      Cause: 'The release could not be carried out. The notification says at which step and why.',
    },
  };
}
