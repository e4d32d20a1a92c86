import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { watchedMinutes } from '../serving/rollout';
import type { ServingStage } from '../serving/stage';
import { covers } from '../shared/blueprint/covers';
import type { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import { EventRule } from '../shared/events/event-rule';
import { notifyStatements } from '../shared/iam/key-statements';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { stateMachineArn, WorkflowStateMachine } from '../shared/state-machine/state-machine';
import type { TrainingStage } from '../training/stage';
import type { LiveBaselineKeeper } from './live-baseline-keeper';
import type { PackageVerification } from './package-verification';
import type { SmokeTest } from './smoke-test';
import { releaseDefinition } from './state-machine/release-definition';
import { releasePhases } from './state-machine/state-names';
import type { UpdateExplanation } from './update-explanation';

export interface ApprovalReleaseProps {
  readonly context: WorkflowContext;
  readonly training: TrainingStage;
  readonly serving: ServingStage;
  readonly servingDeploymentRole: iam.IRole;
  /** What the state machine calls, in the order of its phases. */
  readonly functions: ReleaseFunctions;
  readonly deadLetters: DeadLetterQueue;
}

export interface ReleaseFunctions {
  readonly packageVerification: PackageVerification;
  /** @default AWS's own monitors are not configured */
  readonly baselineKeeper?: LiveBaselineKeeper;
  readonly updateExplanation: UpdateExplanation;
  /** @default there is no endpoint to call: batch */
  readonly smokeTest?: SmokeTest;
}

/**
 * The event rule that an approval triggers, and the state machine that it starts (FLOW-08: who approves a model;
 * MLOPS-05: CI/CD for models; SELF-09: from experiment to production). README.md draws the state machine.
 */
export class ApprovalRelease extends Construct {
  readonly stateMachine: WorkflowStateMachine;

  constructor(scope: Construct, id: string, props: ApprovalReleaseProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const { context, training, serving, functions } = props;
    const { configuration, pattern } = context;
    const { approvedModel, provenModel, endpointState } = training.parameters;
    const stateMachineName = `${configuration.prefix}-release`;
    const packageArnPrefix = stack.formatArn({
      service: 'sagemaker',
      resource: 'model-package',
      resourceName: `${training.modelPackageGroupName}/`,
    });

    this.stateMachine = new WorkflowStateMachine(this, 'StateMachine', {
      stateMachineName,
      context,
      definition: releaseDefinition({
        stateMachineArn: stateMachineArn(stack, stateMachineName),
        packageArnPrefix,
        parameterName: approvedModel.parameterName,
        provenParameterName: provenModel.parameterName,
        endpointStateParameterName: endpointState?.parameterName,
        endpointName: pattern === 'batch' ? undefined : serving.endpointName,
        rollbackAlarmNames: serving.rollbackAlarms.map(({ alarmName }) => alarmName),
        servingStackName: serving.stackName,
        servingParameterKeys: serving.parameterKeys,
        servingDeploymentRoleArn: props.servingDeploymentRole.roleArn,
        verifyPackageFunctionArn: functions.packageVerification.functionArn,
        explainUpdateFunctionArn: functions.updateExplanation.functionArn,
        pattern,
        // All requests move at once, and no alarm watches.
        unstaged: configuration.variants.challenger?.mode === 'share',
        smokeTestFunctionArn: functions.smokeTest?.functionArn,
        keepBaselineFunctionArn: functions.baselineKeeper?.functionArn,
        topicArn: serving.topic.topicArn,
        bakingMinutes: watchedMinutes(configuration.release),
      }),
      phases: releasePhases,
      statements: this.statements(props, stateMachineName, packageArnPrefix),
    });
    acknowledgeWildcards(
      this.stateMachine.role,
      {
        pattern: `model-package/${training.modelPackageGroupName}/*`,
        reason: 'EV-005: Versions of our own model package group.',
      },
      {
        pattern: `stack/${serving.stackName}/*`,
        reason: "EV-006: CloudFormation appends a generated id to the stack's name.",
      },
    );
    covers(this.stateMachine, 'FLOW-08', 'MLOPS-03', 'MLOPS-05', 'STAGE-07', 'DEPLOYCHK-07', 'CHOICE-06', 'SELF-09');

    const rule = new EventRule(this, 'Approved', {
      description: 'Starts a release when a package of this group is approved.',
      // Registrations, rejections and other groups send the same type of event, so the pattern selects approvals of
      // this group (SVC-14: what EventBridge connects).
      eventPattern: {
        source: ['aws.sagemaker'],
        'detail-type': ['SageMaker Model Package State Change'],
        detail: { ModelPackageGroupName: [training.modelPackageGroupName], ModelApprovalStatus: ['Approved'] },
      },
      deadLetters: props.deadLetters,
      target: { stateMachineArn: this.stateMachine.stateMachineArn },
    });
    covers(rule, 'MLOPS-07', 'SVC-14', 'BALANCE-05');
  }

  private statements(
    props: ApprovalReleaseProps,
    stateMachineName: string,
    packageArnPrefix: string,
  ): iam.PolicyStatement[] {
    const stack = Stack.of(this);
    const { context, training, serving, functions } = props;
    const { approvedModel, provenModel, endpointState } = training.parameters;
    const servingStack = stack.formatArn({
      service: 'cloudformation',
      resource: 'stack',
      resourceName: `${serving.stackName}/*`,
    });
    return [
      new iam.PolicyStatement({
        sid: 'ListReleases',
        actions: ['states:ListExecutions'],
        resources: [stateMachineArn(stack, stateMachineName)],
      }),
      new iam.PolicyStatement({
        sid: 'DescribeModelPackage',
        actions: ['sagemaker:DescribeModelPackage'],
        resources: [`${packageArnPrefix}*`],
      }),
      new iam.PolicyStatement({
        sid: 'RejectPackage',
        actions: ['sagemaker:UpdateModelPackage'],
        resources: [`${packageArnPrefix}*`],
        // A release may withdraw an approval but never give one. Only people approve (BALANCE-05: automation against
        // control).
        conditions: { StringEquals: { 'sagemaker:ModelApprovalStatus': 'Rejected' } },
      }),
      new iam.PolicyStatement({
        sid: 'SetApprovedPackage',
        actions: ['ssm:GetParameter', 'ssm:PutParameter'],
        resources: [approvedModel.parameterArn, ...(endpointState === undefined ? [] : [endpointState.parameterArn])],
      }),
      new iam.PolicyStatement({
        sid: 'SetProvenPackage',
        actions: ['ssm:GetParameter', 'ssm:PutParameter'],
        resources: [provenModel.parameterArn],
      }),
      new iam.PolicyStatement({
        sid: 'DescribeServingStack',
        actions: ['cloudformation:DescribeStacks'],
        resources: [servingStack],
      }),
      ...(context.pattern === 'batch'
        ? []
        : [
            new iam.PolicyStatement({
              sid: 'DescribeEndpoint',
              actions: ['sagemaker:DescribeEndpoint'],
              resources: [
                stack.formatArn({ service: 'sagemaker', resource: 'endpoint', resourceName: serving.endpointName }),
              ],
            }),
          ]),
      ...(serving.rollbackAlarms.length === 0
        ? []
        : [
            new iam.PolicyStatement({
              sid: 'DescribeRollbackAlarms',
              // By ARN: `*` would allow it to read every alarm of the account, and it needs three.
              actions: ['cloudwatch:DescribeAlarms'],
              resources: serving.rollbackAlarms.map(({ alarmArn }) => alarmArn),
            }),
          ]),
      new iam.PolicyStatement({
        sid: 'UpdateServingStack',
        actions: ['cloudformation:UpdateStack'],
        resources: [servingStack],
        // Only with the narrow role: an update with another role, or with none, is denied (SEC-02: least privilege).
        conditions: { StringEquals: { 'cloudformation:RoleArn': props.servingDeploymentRole.roleArn } },
      }),
      new iam.PolicyStatement({
        sid: 'PassDeploymentRole',
        actions: ['iam:PassRole'],
        resources: [props.servingDeploymentRole.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
      }),
      new iam.PolicyStatement({
        sid: 'InvokeFunctions',
        actions: ['lambda:InvokeFunction'],
        resources: [
          functions.packageVerification.functionArn,
          functions.updateExplanation.functionArn,
          ...(functions.smokeTest === undefined ? [] : [functions.smokeTest.functionArn]),
          ...(functions.baselineKeeper === undefined ? [] : [functions.baselineKeeper.functionArn]),
        ],
      }),
      ...notifyStatements(stack, serving.topic, context.operationsKey),
    ];
  }
}
