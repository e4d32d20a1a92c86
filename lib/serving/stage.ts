import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { AwsMonitors } from '../monitoring/aws-model-monitor/aws-monitors';
import type { WatchedAlarm } from '../shared/alarms/alarm-catalog';
import type { BatchScoring } from './batch-scoring';

/** What other stages use of serving. The names of stack and endpoint are text, known before both exist. */
export interface ServingStage {
  readonly stackName: string;
  /** Keys of the stack's parameters; an update with the previous template must name each of them. */
  readonly parameterKeys: readonly string[];
  readonly endpointName: string;
  readonly variantName: string;
  /** Alarms that roll back an update of the endpoint; empty where the pattern has no deployment guardrails. */
  readonly rollbackAlarms: readonly IAlarm[];
  /** Every alarm of the stack, for the dashboard. */
  readonly alarms: readonly WatchedAlarm[];
  /** The workflow's only notification topic. */
  readonly topic: sns.ITopic;
  readonly modelRole: iam.IRole;
  readonly batchScoring: BatchScoring;
  /** @default AWS's own monitors are not configured */
  readonly monitors?: AwsMonitors;
}
