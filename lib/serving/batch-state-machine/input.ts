import type { BatchScoringDefinitionProps } from './props';
import type { BatchScoringStates } from './state-names';

/** Files uploaded here are scored at once. */
export const arrivalPrefix = 'batch/input/';

/** What started the execution (an upload, the schedule or an operator), and what it asks to score. */
export function inputStates(props: BatchScoringDefinitionProps): BatchScoringStates {
  return {
    WhichTrigger: {
      Type: 'Choice',
      Choices: [
        // AWS: s3/folders-are-empty-objects
        {
          And: [
            { Variable: '$.detail.object.key', IsPresent: true },
            { Variable: '$.detail.object.key', StringMatches: '*/' },
          ],
          Next: 'NoteFolder',
        },
        { Variable: "$.detail.object['version-id']", IsPresent: true, Next: 'FromArrival' },
        {
          And: [
            { Variable: "$['detail-type']", IsPresent: true },
            { Variable: "$['detail-type']", StringEquals: 'Scheduled Event' },
          ],
          Next: 'FromSchedule',
        },
        {
          And: [
            { Variable: '$.input', IsPresent: true },
            { Variable: '$.version', IsPresent: true },
          ],
          Next: 'PinVersion',
        },
        { Variable: '$.input', IsPresent: true, Next: 'FromOperator' },
      ],
      Default: 'NoteNoInput',
    },
    // EventBridge delivers an event at least once. Key and version give the job's name, and SageMaker accepts a name
    // once, so a second delivery starts no second job. A new upload is a new version and gets its own job.
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
    FromArrival: {
      Type: 'Pass',
      Parameters: {
        'input.$': '$.detail.object.key',
        'version.$': "$.detail.object['version-id']",
        'objectVersion.$': "$.detail.object['version-id']",
      },
      Next: 'HasInput',
    },
    FromSchedule: {
      Type: 'Pass',
      Parameters: {
        'input.$': `States.Format('${props.scheduledPrefix}/{}/', States.ArrayGetItem(States.StringSplit($.time, 'T'), 0))`,
        'version.$': '$.time',
        objectVersion: '',
      },
      Next: 'HasInput',
    },
    // A request by an operator has no version, so each execution is a new job.
    FromOperator: {
      Type: 'Pass',
      Parameters: { 'input.$': '$.input', 'version.$': '$$.Execution.Name', objectVersion: '' },
      Next: 'HasInput',
    },
    PinVersion: { Type: 'Pass', InputPath: '$.version', ResultPath: '$.objectVersion', Next: 'HasInput' },
    HasInput: {
      Type: 'Choice',
      Choices: [
        {
          And: [
            { Variable: '$.input', IsString: true },
            { Variable: '$.version', IsString: true },
            {
              Or: [arrivalPrefix, `${props.scheduledPrefix}/`].map((prefix) => ({
                Variable: '$.input',
                StringMatches: `${prefix}*`,
              })),
            },
          ],
          Next: 'NameJob',
        },
      ],
      Default: 'NoteNoInput',
    },
  };
}
