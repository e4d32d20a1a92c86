import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { WorkflowFunction } from '../shared/function/workflow-function';
import { keyThroughService } from '../shared/iam/key-statements';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import type { TrainingStage } from '../training/stage';

export interface PackageVerificationProps {
  readonly context: WorkflowContext;
  readonly training: TrainingStage;
  readonly artifacts: s3.IBucket;
  /** The only role whose decision counts. */
  readonly approver: iam.IRole;
}

/**
 * The last check before the update (CHOICE-06: why a trained model is not deployed at once). Was the package approved by
 * the approver role, with a reason, and recently (lambda/verify-package/approval.ts)? Is the artifact the evaluated one?
 * SageMaker compares nothing: whoever can write below models/ could replace a model after its approval.
 */
export class PackageVerification extends Construct {
  readonly functionArn: string;

  constructor(scope: Construct, id: string, props: PackageVerificationProps) {
    super(scope, id);
    const { function: verification, role } = new WorkflowFunction(this, 'Function', {
      name: 'verify-package',
      description:
        'Checks who approved the package to be released, and compares its artifact with the one that was evaluated.',
      // Reading and hashing one gigabyte, the most that the evaluation unpacks, takes well under that.
      timeout: Duration.minutes(4),
      environment: {
        ARTIFACTS_BUCKET: props.artifacts.bucketName,
        APPROVER_ROLE_ARN: props.approver.roleArn,
        APPROVAL_VALID_DAYS: String(props.context.configuration.release.approvalValidDays),
      },
      context: props.context,
      statements: [
        new iam.PolicyStatement({
          sid: 'DescribeModelPackage',
          actions: ['sagemaker:DescribeModelPackage'],
          resources: [props.training.modelPackageArnPattern],
        }),
        new iam.PolicyStatement({
          sid: 'ReadArtifactAndReport',
          actions: ['s3:GetObject'],
          resources: [
            props.artifacts.arnForObjects('models/*'),
            props.artifacts.arnForObjects('pipeline/*/evaluation/evaluation.json'),
          ],
        }),
        keyThroughService(this, 's3', props.context.dataKey, { sid: 'DecryptThroughS3', actions: ['kms:Decrypt'] }),
      ],
    });
    acknowledgeWildcards(
      role,
      { pattern: '/models/*', reason: 'EV-001: Training names each artifact after its job.' },
      {
        pattern: '/pipeline/*/evaluation/evaluation.json',
        reason: 'EV-001: Each pipeline execution writes its report below its own id.',
      },
      {
        pattern: `model-package/${props.training.modelPackageGroupName}/*`,
        reason: 'EV-005: Versions of our own model package group.',
      },
    );
    this.functionArn = verification.functionArn;
  }
}
