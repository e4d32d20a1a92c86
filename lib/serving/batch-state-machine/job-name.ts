import type { BatchScoringDefinitionProps } from './props';
import type { BatchScoringStates } from './state-names';

/** The transform job's name. The same input and version give the same name, and SageMaker accepts a name once. */
export function jobNameStates(props: BatchScoringDefinitionProps): BatchScoringStates {
  return {
    // MD5 serves as a short name here, not as a signature: a job name may have 63 characters. Output and report are
    // named after it.
    NameJob: {
      Type: 'Pass',
      Parameters: { 'id.$': "States.Hash(States.Format('{} {}', $.input, $.version), 'MD5')" },
      ResultPath: '$.scoring',
      Next: 'IsAnotherAttempt',
    },
    IsAnotherAttempt: {
      Type: 'Choice',
      Choices: [{ Variable: '$.attempt', IsPresent: true, Next: 'NameLaterAttempt' }],
      Default: 'NameFirstAttempt',
    },
    NameFirstAttempt: {
      Type: 'Pass',
      Parameters: { 'id.$': '$.scoring.id', 'name.$': `States.Format('${props.jobNamePrefix}{}', $.scoring.id)` },
      ResultPath: '$.job',
      Next: 'StageInput',
    },
    // A failed job keeps its name, so another attempt needs a new one. It may write to the same place, because the
    // same rows and model give the same bytes.
    NameLaterAttempt: {
      Type: 'Pass',
      Parameters: {
        'id.$': '$.scoring.id',
        'name.$': `States.Format('${props.jobNamePrefix}{}-{}', $.scoring.id, $.attempt)`,
      },
      ResultPath: '$.job',
      Next: 'StageInput',
    },
  };
}
