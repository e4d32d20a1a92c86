import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/** Prefix to which a release copies the live model's baseline. AWS's own monitors read one fixed location. */
export const liveBaselinePrefix = 'baselines/live/';

/** What a release needs to know about AWS's own monitors. */
export interface AwsMonitors {
  readonly roles: readonly iam.IRole[];
  /** Writes the configuration that contains the live model's name. */
  readonly configFunction: lambda.IFunction;
}
