import type { CfnCondition } from 'aws-cdk-lib';
import type { DataLakeStage } from '../data-lake/stage';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import type { LiveModel } from './live-model';

/** What the endpoint of each pattern needs. */
export interface EndpointProps {
  readonly context: WorkflowContext;
  readonly lake: DataLakeStage;
  readonly endpointName: string;
  readonly model: LiveModel;
  /** Condition of every resource of the endpoint. */
  readonly hasApprovedModel: CfnCondition;
}
