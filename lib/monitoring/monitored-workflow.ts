import type { DataLakeStage } from '../data-lake/stage';
import type { ReleaseStage } from '../release/stage';
import type { ServingStage } from '../serving/stage';
import type { AlarmCatalog } from '../shared/alarms/alarm-catalog';
import type { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import type { TrainingStage } from '../training/stage';

/** What the constructs of this stage share: the stages that they watch, and where alarms and lost events go. */
export interface MonitoredWorkflow {
  readonly context: WorkflowContext;
  readonly lake: DataLakeStage;
  readonly training: TrainingStage;
  readonly serving: ServingStage;
  readonly release: ReleaseStage;
  /** Alarms of the Monitoring stack. Serving has its own. */
  readonly alarms: AlarmCatalog;
  readonly deadLetters: DeadLetterQueue;
}
