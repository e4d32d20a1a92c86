import { CfnOutput, CrossStackReferences, ReferenceStrength } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { DataLakeStage } from '../data-lake/stage';
import type { ServingStage } from '../serving/stage';
import { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { WorkflowStack, type WorkflowStackProps } from '../shared/stack/workflow-stack';
import type { WorkflowStateMachine } from '../shared/state-machine/state-machine';
import type { TrainingStage } from '../training/stage';
import { ApprovalRelease } from './approval-release';
import { ApproverRole } from './approver-role';
import { LiveBaselineKeeper } from './live-baseline-keeper';
import { PackageVerification } from './package-verification';
import { Reconciler } from './reconciler';
import { ServingDeploymentRole } from './serving-deployment-role';
import { SmokeTest } from './smoke-test';
import type { ReleaseStage } from './stage';
import { UpdateExplanation } from './update-explanation';

export interface ReleaseStackProps extends WorkflowStackProps {
  readonly context: WorkflowContext;
  readonly lake: DataLakeStage;
  readonly training: TrainingStage;
  readonly serving: ServingStage;
}

/** From a person's approval of a model package to the live model, and back. README.md explains the parts. */
export class ReleaseStack extends WorkflowStack implements ReleaseStage {
  readonly stateMachine: WorkflowStateMachine;
  readonly servingDeploymentRole: iam.Role;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: ReleaseStackProps) {
    super(scope, id, props);
    // Alarms and roles vary by configuration, and CloudFormation cannot delete an export that another stack imports
    // (docs/decisions/0006).
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { context, lake, training, serving } = props;
    const { configuration, pattern } = context;
    const { artifacts } = lake;

    // Batch has no endpoint to call: each run checks its own predictions.
    const smokeTest =
      pattern === 'batch' ? undefined : new SmokeTest(this, 'SmokeTest', { context, pattern, serving, artifacts });
    const { role: approver } = new ApproverRole(this, 'Approver', {
      prefix: configuration.prefix,
      training,
    });
    const checks = { context, training, artifacts };
    const packageVerification = new PackageVerification(this, 'PackageVerification', { ...checks, approver });
    const baselineKeeper = configuration.monitoring.modelMonitor
      ? new LiveBaselineKeeper(this, 'LiveBaseline', checks)
      : undefined;
    const updateExplanation = new UpdateExplanation(this, 'UpdateExplanation', { context, serving });

    this.servingDeploymentRole = new ServingDeploymentRole(this, 'ServingDeployment', props).role;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { context });
    const shared = { context, training, serving, deadLetters: this.deadLetters };
    const approvalRelease = new ApprovalRelease(this, 'ApprovalRelease', {
      ...shared,
      servingDeploymentRole: this.servingDeploymentRole,
      functions: { packageVerification, baselineKeeper, updateExplanation, smokeTest },
    });
    this.stateMachine = approvalRelease.stateMachine;
    new Reconciler(this, 'Reconciler', { ...shared, stateMachine: approvalRelease.stateMachine });

    // The role as which an operator's `challenge` updates Serving, like a release.
    if (configuration.variants.challenger) {
      new CfnOutput(this, 'ServingDeploymentRoleArn', { value: this.servingDeploymentRole.roleArn });
    }
    new CfnOutput(this, 'ApproverRoleArn', { value: approver.roleArn });
    new CfnOutput(this, 'ReleaseStateMachineArn', { value: approvalRelease.stateMachine.stateMachineArn });
  }
}
