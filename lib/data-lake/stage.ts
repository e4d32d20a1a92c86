import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import type { WorkflowStateMachine } from '../shared/state-machine/state-machine';

/** What other stages use of the data lake. */
export interface DataLakeStage {
  /** Files as they came, and the events of the stream. */
  readonly raw: s3.IBucket;
  readonly curated: s3.IBucket;
  /** Pipeline results, models, batch files, decisions. */
  readonly artifacts: s3.IBucket;
  /** Captured requests, and what monitoring makes of them. */
  readonly capture: s3.IBucket;
  /** The audit trail's copy in CloudWatch Logs. */
  readonly auditLogs: logs.ILogGroup;
  readonly ingestDeadLetters: DeadLetterQueue;
  /** Builds the training set with Spark and evaluates its rules. */
  readonly trainingSetStateMachine: WorkflowStateMachine;
}
