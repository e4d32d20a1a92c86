import { call, caught, outcome } from '../../shared/state-machine/states-language';
import type { BatchScoringDefinitionProps } from './props';
import type { BatchScoringState, BatchScoringStates } from './state-names';

/** How the execution ends, and who is notified. */
export function resultStates(props: BatchScoringDefinitionProps): BatchScoringStates {
  const bucket = `s3://${props.artifactsBucketName}`;
  const notify = (subject: string, next: BatchScoringState) =>
    call(
      'arn:aws:states:::sns:publish',
      { TopicArn: props.topicArn, Subject: subject, 'Message.$': 'States.JsonToString($)' },
      { next, onError: next },
    );
  return {
    NoteComplete: outcome(
      'Complete',
      `States.Format('{} rows scored; ${bucket}/batch/output/{}', $.report.rows, $.job.id)`,
      'NotifyComplete',
    ),
    NoteIncomplete: outcome(
      'Incomplete',
      `States.Format('{} of {} rows have a valid prediction; report: ${bucket}/batch/report/{}.json', ` +
        '$.report.scored, $.report.rows, $.job.id)',
      'NotifyIncomplete',
    ),
    NotifyComplete: notify('Batch scoring is complete', 'Complete'),
    NotifyIncomplete: notify('Batch scoring is INCOMPLETE', 'Incomplete'),
    NoteNoRows: outcome('NothingToScore', "States.Format('No rows in {}', $.input)", 'Complete'),
    NoteFolder: outcome('NothingToScore', "States.Format('{} is a folder', $.detail.object.key)", 'Complete'),
    NoteInputNotRead: outcome('InputNotRead', caught, 'NotifyInputNotRead'),
    NotifyInputNotRead: notify('Batch scoring could not read its input', 'InputNotRead'),
    NoteRefused: outcome('Refused', '$.staged.reason', 'NotifyRefused'),
    NotifyRefused: notify('Batch scoring refused its input', 'BadInput'),
    NoteNoInput: outcome(
      'NoInput',
      'The input must be {"input": "batch/input/<file>"}, or a folder with a slash at its end',
      'NotifyNoInput',
    ),
    NotifyNoInput: notify('Batch scoring got no input', 'BadInput'),
    NoteNoLiveModel: outcome('NoLiveModel', caught, 'NotifyNoLiveModel'),
    NotifyNoLiveModel: notify('Batch scoring found no live model', 'NoLiveModel'),
    NoteCompletenessUnknown: outcome('CompletenessUnknown', caught, 'NotifyCompletenessUnknown'),
    NotifyCompletenessUnknown: notify('Batch scoring could not be checked', 'CompletenessUnknown'),

    Complete: { Type: 'Succeed' },
    Incomplete: {
      Type: 'Fail',
      Error: 'BatchIncomplete',
      Cause:
        'Not every input row has a valid prediction. The report under batch/report/ lists these rows with the reason.',
    },
    BadInput: {
      Type: 'Fail',
      Error: 'BadInput',
      Cause:
        'Upload a CSV file in UTF-8 under batch/input/ of the artifacts bucket, or start the state machine with {"input": "batch/input/<file>"}. docs/learn/batch.md lists what is refused.',
    },
    InputNotRead: {
      Type: 'Fail',
      Error: 'InputNotRead',
      Cause:
        'The input does not exist or could not be read. Nothing was scored. See the log of the stage-batch-input function.',
    },
    NoLiveModel: {
      Type: 'Fail',
      Error: 'NoLiveModel',
      Cause: `No model is live: ${props.modelFrom ? `the stack ${props.modelFrom.stackName} has no output with its name` : `the endpoint ${props.endpointName} could not be described`}. Approve a model package and wait for its release, then start again.`,
    },
    CompletenessUnknown: {
      Type: 'Fail',
      Error: 'CompletenessUnknown',
      Cause:
        'The job ended, but its output could not be checked: see the log of the check-completeness function. Treat the output as incomplete.',
    },
  };
}
