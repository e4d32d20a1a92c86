import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { liveBaselinePrefix } from '../monitoring/analysis-job/live-baseline';
import { WorkflowFunction } from '../shared/function/workflow-function';
import { acknowledgeWildcards } from '../shared/iam/wildcards';

export interface LiveBaselineKeeperProps {
  readonly artifacts: s3.IBucket;
  readonly baselinePrefixes: readonly string[];
  readonly modelPackageArnPattern: string;
  readonly dataKey: kms.IKey;
  readonly operationsKey: kms.IKey;
  readonly logRetention: logs.RetentionDays;
}

/** Copies the released model's baseline to where AWS's own monitors read it. Only with `monitoring.modelMonitor`. */
export class LiveBaselineKeeper extends Construct {
  readonly functionArn: string;

  constructor(scope: Construct, id: string, props: LiveBaselineKeeperProps) {
    super(scope, id);
    const { function: keeper, role } = new WorkflowFunction(this, 'Function', {
      name: 'keep-baseline',
      description: "Copies the live model's baseline to where Model Monitor reads it.",
      timeout: Duration.minutes(1),
      environment: { ARTIFACTS_BUCKET: props.artifacts.bucketName, LIVE_BASELINE_PREFIX: liveBaselinePrefix },
      operationsKey: props.operationsKey,
      logRetention: props.logRetention,
      statements: [
        new iam.PolicyStatement({
          sid: 'FindBaseline',
          actions: ['sagemaker:DescribeModelPackage'],
          resources: [props.modelPackageArnPattern],
        }),
        new iam.PolicyStatement({
          sid: 'ReadBaselines',
          actions: ['s3:GetObject'],
          resources: props.baselinePrefixes.map((prefix) => props.artifacts.arnForObjects(`${prefix}*`)),
        }),
        new iam.PolicyStatement({
          sid: 'WriteLiveBaseline',
          actions: ['s3:PutObject'],
          resources: [
            'constraints.json',
            'statistics.json',
            'quality/constraints.json',
            'bias/constraints.json',
            'explainability/constraints.json',
          ].map((name) => props.artifacts.arnForObjects(`${liveBaselinePrefix}${name}`)),
        }),
        new iam.PolicyStatement({
          sid: 'UseDataKeyThroughS3',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [props.dataKey.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` } },
        }),
      ],
    });
    acknowledgeWildcards(
      role,
      ...props.baselinePrefixes.map((prefix) => ({
        endsWith: `/${prefix}*`,
        reason: 'EV-001: Each pipeline execution writes its baseline below its own id.',
      })),
      { endsWith: '/*', reason: 'EV-005: Versions of our own model package group.' },
    );
    this.functionArn = keeper.functionArn;
  }
}
