import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { liveBaselinePrefix } from '../monitoring/aws-model-monitor/aws-monitors';
import { WorkflowFunction } from '../shared/function/workflow-function';
import { useDataKeyThroughS3 } from '../shared/iam/key-statements';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import type { TrainingStage } from '../training/stage';

export interface LiveBaselineKeeperProps {
  readonly context: WorkflowContext;
  readonly training: TrainingStage;
  readonly artifacts: s3.IBucket;
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
      context: props.context,
      statements: [
        new iam.PolicyStatement({
          sid: 'DescribeModelPackage',
          actions: ['sagemaker:DescribeModelPackage'],
          resources: [props.training.modelPackageArnPattern],
        }),
        new iam.PolicyStatement({
          sid: 'ReadBaselines',
          actions: ['s3:GetObject'],
          resources: props.training.baselinePrefixes.map((prefix) => props.artifacts.arnForObjects(`${prefix}*`)),
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
        useDataKeyThroughS3(this, props.context.dataKey),
      ],
    });
    acknowledgeWildcards(
      role,
      ...props.training.baselinePrefixes.map((prefix) => ({
        pattern: `/${prefix}*`,
        reason: 'EV-001: Each pipeline execution writes its baseline below its own id.',
      })),
      {
        pattern: `model-package/${props.training.modelPackageGroupName}/*`,
        reason: 'EV-005: Versions of our own model package group.',
      },
    );
    this.functionArn = keeper.functionArn;
  }
}
