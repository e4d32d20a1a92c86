import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { WorkflowConfiguration } from '../../config';
import type { ProblemSpec } from '../../problem/problem-spec';
import type { ServingPattern } from '../../serving/serving-pattern';

/** What is decided before any stack exists. */
export interface WorkflowSettings {
  /** Sizes, schedules, thresholds, names and tags: lib/config.ts. */
  readonly configuration: WorkflowConfiguration;
  /** The ML problem: features, target, metrics, costs of errors. */
  readonly problem: ProblemSpec;
  /** How the model is served: chosen from the problem's requirements, or set in the configuration. */
  readonly pattern: ServingPattern;
  /** `configuration.logRetentionDays` as CloudWatch Logs takes it, for every log group of the workflow. */
  readonly logRetention: logs.RetentionDays;
}

/** Where jobs and models run: subnets without a route to the internet, and the security group of all jobs. */
export interface JobNetwork {
  readonly subnetIds: readonly string[];
  readonly securityGroup: ec2.ISecurityGroup;
}

/**
 * What all stages share: the settings, and what the Foundation stack made of them. workflow.ts gives it to each stack,
 * and a stack gives it to its constructs. A construct's other props say what it needs beyond this.
 */
export interface WorkflowContext extends WorkflowSettings {
  /** Encrypts data: buckets, job volumes, captures. */
  readonly dataKey: kms.IKey;
  /** Encrypts logs, topics, queues and function settings. */
  readonly operationsKey: kms.IKey;
  readonly network: JobNetwork;
}
