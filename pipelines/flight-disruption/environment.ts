import type { JobCompute, WorkflowConfiguration } from '../../lib/config';
import type { ProblemSpec } from '../../lib/problem/problem-spec';

/** Names and settings that the pipeline needs from the stacks; lib/training fills them. */
export interface PipelineEnvironment {
  /**
   * Prefix of every processing job's name. The pipeline's role is limited to jobs with this prefix, and the teardown
   * finds their logs by it.
   */
  readonly jobNamePrefix: string;
  /** Prefix of tuning jobs and of the training jobs that they start. At most 6 characters. */
  readonly tuningJobPrefix: string;
  readonly problem: ProblemSpec;
  readonly images: { readonly xgboost: string; readonly scikitLearn: string };
  readonly roles: { readonly processing: string; readonly training: string };
  readonly curatedBucket: string;
  readonly artifactsBucket: string;
  readonly dataKeyArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  readonly code: {
    readonly zipUri: string;
    readonly zipName: string;
    readonly sourceUri: string;
    readonly sourceName: string;
    readonly version: string;
  };
  /** What a training job's ARN begins with, up to its name. */
  readonly trainingJobArns: string;
  readonly noLiveModelUri: string;
  /** Whether the states that the stream recorded may be an input of PrepareData. */
  readonly recordedStates: boolean;
  readonly modelPackageGroupName: string;
  /** Whether the model is served as two containers in series. */
  readonly inferencePipeline: boolean;
  /** Tags of every job, since jobs do not inherit the pipeline's tags. */
  readonly tags: WorkflowConfiguration['tags'];
  readonly processing: JobCompute;
  readonly training: JobCompute;
  readonly tuning: WorkflowConfiguration['tuning'];
  /** Days in which a step with the same arguments reuses an earlier result. */
  readonly cacheDays: number;
  /** Instance types that the registered model supports. */
  readonly servingInstanceTypes: { readonly realTime: string; readonly transform: string };
}

/** Tags of every job, since jobs do not inherit the pipeline's tags. */
export function jobTags({ tags }: PipelineEnvironment): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
