import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { JobCompute, WorkflowConfiguration } from '../../config';
import type { DeadLetterQueue } from '../../shared/events/dead-letter-queue';
import type { MonitorNames } from '../metrics/metrics';

/** Zip with the steps' code, in the deployment bucket. */
export interface StepArchive {
  /** s3:// URI. */
  readonly uri: string;
  readonly fileName: string;
  readonly arn: string;
}

/** What both monitors need: the live model, its captures and baselines, and where and how their jobs run. */
export interface AnalysisProps extends MonitorNames {
  readonly prefix: string;
  readonly tags: WorkflowConfiguration['tags'];
  readonly modelPackageGroupName: string;
  readonly approvedModelParameterName: string;
  readonly approvedModelParameterArn: string;
  /** Key prefixes of the artifacts bucket below which the pipeline writes baselines. */
  readonly baselinePrefixes: readonly string[];
  readonly capture: s3.IBucket;
  readonly artifacts: s3.IBucket;
  readonly code: StepArchive;
  readonly imageUri: string;
  readonly repositoryArns: readonly string[];
  readonly subnetIds: readonly string[];
  readonly securityGroup: ec2.ISecurityGroup;
  readonly compute: JobCompute;
  readonly dataKey: kms.IKey;
  readonly operationsKey: kms.IKey;
  readonly topic: sns.ITopic;
  readonly deadLetters: DeadLetterQueue;
  readonly logRetention: logs.RetentionDays;
}
