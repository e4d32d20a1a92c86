import { CfnOutput, CrossStackReferences, ReferenceStrength } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { AwsMonitors } from '../monitoring/analysis-job/live-baseline';
import { watchedMinutes } from '../serving/rollout';
import { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import type { StateParameter } from '../shared/ssm/state-parameters';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { WorkflowStack, type WorkflowStackProps } from '../shared/stack/workflow-stack';
import { ApprovalGate } from './approval-gate';
import { ApproverRole } from './approver-role';
import { LiveBaselineKeeper } from './live-baseline-keeper';
import { PackageVerification } from './package-verification';
import { Reconciler } from './reconciler';
import { ServingDeploymentRole } from './serving-deployment-role';
import { SmokeTest } from './smoke-test';
import { UpdateExplanation } from './update-explanation';

export interface ReleaseStackProps extends WorkflowStackProps {
  readonly context: WorkflowContext;
  readonly artifacts: s3.IBucket;
  /** Key prefixes of the artifacts bucket below which the pipeline writes baselines. */
  readonly baselinePrefixes: readonly string[];
  readonly modelPackageGroupName: string;
  readonly approvedModelParameter: StateParameter;
  readonly provenModelParameter: StateParameter;
  /** @default no second version is configured */
  readonly challengerModelParameter?: StateParameter;
  /** @default the endpoint never sleeps */
  readonly endpointStateParameter?: StateParameter;
  readonly serving: {
    readonly stackName: string;
    readonly parameterKeys: readonly string[];
    readonly endpointName: string;
    readonly variantName: string;
    readonly rollbackAlarms: readonly IAlarm[];
    readonly modelRoleArn: string;
    /** Only with AWS's own monitor. */
    readonly monitoring?: AwsMonitors;
    readonly topic: sns.ITopic;
  };
}

/** What happens between a person's "approved" and a model that serves. */
export class ReleaseStack extends WorkflowStack {
  readonly deadLetters: DeadLetterQueue;
  readonly stateMachineName: string;
  /** As which CloudFormation updates the Serving stack. */
  readonly servingDeploymentRoleArn: string;

  constructor(scope: Construct, id: string, props: ReleaseStackProps) {
    super(scope, id, props);
    // Which alarms and roles there are to refer to is a matter of configuration: an export that is imported could not
    // go (docs/decisions/0006).
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { configuration, pattern, dataKey, operationsKey, logRetention } = props.context;
    const { serving } = props;

    // Batch has no endpoint to ask: what judges its answers is each run's own count of them.
    const smokeTest =
      pattern === 'batch'
        ? undefined
        : new SmokeTest(this, 'SmokeTest', {
            endpointName: serving.endpointName,
            variantName: serving.variantName,
            pattern,
            artifacts: props.artifacts,
            dataKey,
            operationsKey,
            logRetention,
          });
    const modelPackageArnPattern = this.formatArn({
      service: 'sagemaker',
      resource: 'model-package',
      resourceName: `${props.modelPackageGroupName}/*`,
    });
    const approver = new ApproverRole(this, 'Approver', { prefix: configuration.prefix, modelPackageArnPattern });
    const packageVerification = new PackageVerification(this, 'PackageVerification', {
      artifacts: props.artifacts,
      modelPackageArnPattern,
      approverRoleArn: approver.role.roleArn,
      approvalValidDays: configuration.release.approvalValidDays,
      dataKey,
      operationsKey,
      logRetention,
    });
    const baselineKeeper = configuration.monitoring.modelMonitor
      ? new LiveBaselineKeeper(this, 'LiveBaseline', { ...props, ...props.context, modelPackageArnPattern })
      : undefined;
    const { role } = new ServingDeploymentRole(this, 'ServingDeployment', {
      pattern,
      endpointName: serving.endpointName,
      variantName: serving.variantName,
      modelRoleArn: serving.modelRoleArn,
      modelPackageArnPattern,
      dataKey,
      monitoring: serving.monitoring,
    });
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      operationsKey,
      retentionDays: configuration.retention.deadLetterDays,
    });

    const gate = new ApprovalGate(this, 'ApprovalGate', {
      prefix: configuration.prefix,
      modelPackageGroupName: props.modelPackageGroupName,
      approvedModelParameterName: props.approvedModelParameter.parameterName,
      approvedModelParameterArn: props.approvedModelParameter.parameterArn,
      provenModelParameter: props.provenModelParameter,
      endpointName: pattern === 'batch' ? undefined : serving.endpointName,
      rollbackAlarms: serving.rollbackAlarms,
      servingStackName: serving.stackName,
      servingParameterKeys: serving.parameterKeys,
      endpointStateParameter: props.endpointStateParameter,
      servingDeploymentRole: role,
      packageVerification,
      updateExplanation: new UpdateExplanation(this, 'UpdateExplanation', {
        servingStackName: serving.stackName,
        endpointName: pattern === 'batch' ? undefined : serving.endpointName,
        operationsKey,
        logRetention,
      }),
      pattern,
      unstaged: configuration.variants.challenger?.mode === 'share',
      smokeTest,
      keepBaselineFunctionArn: baselineKeeper?.functionArn,
      bakingMinutes: watchedMinutes(configuration.release),
      topic: serving.topic,
      operationsKey,
      deadLetters: this.deadLetters,
      logRetention,
    });
    this.servingDeploymentRoleArn = role.roleArn;
    // The role as which an operator's `challenge` updates Serving, like a release.
    if (props.challengerModelParameter) new CfnOutput(this, 'ServingDeploymentRoleArn', { value: role.roleArn });
    this.stateMachineName = gate.machine.stateMachineName;
    new Reconciler(this, 'Reconciler', {
      modelPackageGroupName: props.modelPackageGroupName,
      approvedModelParameterName: props.approvedModelParameter.parameterName,
      approvedModelParameterArn: props.approvedModelParameter.parameterArn,
      provenModelParameter: props.provenModelParameter,
      endpointStateParameter: props.endpointStateParameter,
      servingStackName: serving.stackName,
      stateMachineArn: gate.machine.stateMachineArn,
      schedule: configuration.release.reconcileSchedule,
      operationsKey,
      deadLetters: this.deadLetters,
      logRetention,
    });

    new CfnOutput(this, 'ApproverRoleArn', { value: approver.role.roleArn });
    new CfnOutput(this, 'ReleaseStateMachineArn', { value: gate.machine.stateMachineArn });
  }
}
