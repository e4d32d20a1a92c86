import type * as iam from 'aws-cdk-lib/aws-iam';
import type { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import type { WorkflowStateMachine } from '../shared/state-machine/state-machine';

/** What other stages use of releases. */
export interface ReleaseStage {
  readonly stateMachine: WorkflowStateMachine;
  /** As which CloudFormation updates the Serving stack. */
  readonly servingDeploymentRole: iam.IRole;
  readonly deadLetters: DeadLetterQueue;
}
