import { type StateMachineDefinition, stateMachineDefinition } from '../../shared/state-machine/states-language';
import { completenessStates } from './completeness';
import { inputStates } from './input';
import { jobNameStates } from './job-name';
import { liveModelStates } from './live-model';
import type { BatchScoringDefinitionProps } from './props';
import { resultStates } from './result';
import { stagingStates } from './staging';
import type { BatchScoringState } from './state-names';
import { transformJobStates } from './transform-job';

/**
 * The state machine that scores one file or folder. Its input is one of:
 *
 * - the S3 event of an object under batch/input/;
 * - the event of the schedule;
 * - an operator's `{ "input": "batch/input/<file>" }`, or a folder with a slash at its end. `"version"` (an object
 *   version's id) and `"attempt"` score the same version again, to the same place.
 *
 * Files are CSV without a header, with the record id in the first column.
 */
export function batchScoringDefinition(props: BatchScoringDefinitionProps): StateMachineDefinition {
  return stateMachineDefinition<BatchScoringState>({
    Comment:
      'Scores a file with the live model and checks that no row was lost (DEPLOY-02: large offline scoring; SYMPTOM-06: incomplete batch output).',
    StartAt: 'WhichTrigger',
    TimeoutSeconds: props.maxRuntimeSeconds + 3_600,
    States: {
      ...inputStates(props),
      ...jobNameStates(props),
      ...stagingStates(props),
      ...liveModelStates(props),
      ...transformJobStates(props),
      ...completenessStates(props),
      ...resultStates(props),
    },
  });
}
