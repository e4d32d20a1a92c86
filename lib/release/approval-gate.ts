import { Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ServingPattern } from '../serving/serving-pattern';
import { answers } from '../shared/blueprint/answers';
import type { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import { EventRule } from '../shared/events/event-rule';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import type { StateParameter } from '../shared/ssm/state-parameters';
import { stateMachineArn, WorkflowStateMachine } from '../shared/state-machine/state-machine';
import type { PackageVerification } from './package-verification';
import type { SmokeTest } from './smoke-test';
import { releaseDefinition } from './state-machine/release-definition';
import { releasePhases } from './state-machine/state-names';
import type { UpdateExplanation } from './update-explanation';

export interface ApprovalGateProps {
  readonly prefix: string;
  readonly modelPackageGroupName: string;
  readonly approvedModelParameterName: string;
  readonly approvedModelParameterArn: string;
  readonly provenModelParameter: StateParameter;
  /** @default the endpoint never sleeps */
  readonly endpointStateParameter?: StateParameter;
  /** @default there is none: batch */
  readonly endpointName?: string;
  /** None where the pattern has no deployment guardrails. */
  readonly rollbackAlarms: readonly cloudwatch.IAlarm[];
  readonly servingStackName: string;
  readonly servingParameterKeys: readonly string[];
  readonly servingDeploymentRole: iam.IRole;
  readonly packageVerification: PackageVerification;
  readonly updateExplanation: UpdateExplanation;
  readonly pattern: ServingPattern;
  /** All requests move at once, and no alarm watches. */
  readonly unstaged?: boolean;
  /** @default there is no endpoint to ask */
  readonly smokeTest?: SmokeTest;
  /** Only with AWS's own monitor. */
  readonly keepBaselineFunctionArn?: string;
  readonly bakingMinutes: number;
  readonly topic: sns.ITopic;
  readonly operationsKey: kms.IKey;
  readonly deadLetters: DeadLetterQueue;
  readonly logRetention: logs.RetentionDays;
}

/**
 * The event rule that an approval triggers, and the state machine that it starts (FLOW-08: who approves a model;
 * MLOPS-05: CI/CD for models; SELF-09: from experiment to production). README.md draws the state machine.
 */
export class ApprovalGate extends Construct {
  readonly machine: WorkflowStateMachine;

  constructor(scope: Construct, id: string, props: ApprovalGateProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const stateMachineName = `${props.prefix}-release`;
    const packageArnPrefix = stack.formatArn({
      service: 'sagemaker',
      resource: 'model-package',
      resourceName: `${props.modelPackageGroupName}/`,
    });

    this.machine = new WorkflowStateMachine(this, 'Machine', {
      stateMachineName,
      operationsKey: props.operationsKey,
      logRetention: props.logRetention,
      definition: releaseDefinition({
        stateMachineArn: stateMachineArn(stack, stateMachineName),
        packageArnPrefix,
        parameterName: props.approvedModelParameterName,
        provenParameterName: props.provenModelParameter.parameterName,
        endpointStateParameterName: props.endpointStateParameter?.parameterName,
        endpointName: props.endpointName,
        rollbackAlarmNames: props.rollbackAlarms.map(({ alarmName }) => alarmName),
        servingStackName: props.servingStackName,
        servingParameterKeys: props.servingParameterKeys,
        servingDeploymentRoleArn: props.servingDeploymentRole.roleArn,
        verifyPackageFunctionArn: props.packageVerification.functionArn,
        explainUpdateFunctionArn: props.updateExplanation.functionArn,
        pattern: props.pattern,
        unstaged: props.unstaged,
        smokeTestFunctionArn: props.smokeTest?.functionArn,
        keepBaselineFunctionArn: props.keepBaselineFunctionArn,
        topicArn: props.topic.topicArn,
        bakingMinutes: props.bakingMinutes,
      }),
      phases: releasePhases,
      statements: this.statements(props, stateMachineName, packageArnPrefix),
    });
    acknowledgeWildcards(
      this.machine.role,
      { endsWith: `${props.modelPackageGroupName}/*`, reason: 'EV-005: Versions of our own model package group.' },
      {
        endsWith: `stack/${props.servingStackName}/*`,
        reason: "EV-006: CloudFormation appends a generated id to the stack's name.",
      },
    );
    answers(this.machine, 'FLOW-08', 'MLOPS-03', 'MLOPS-05', 'STAGE-07', 'DEPLOYCHK-07', 'CHOICE-06', 'SELF-09');

    const rule = new EventRule(this, 'Approved', {
      description: 'Starts a release when a package of this group is approved.',
      // Registrations, rejections and other groups send the same type of event, so the pattern selects approvals of this
      // group (SVC-14: EventBridge).
      eventPattern: {
        source: ['aws.sagemaker'],
        'detail-type': ['SageMaker Model Package State Change'],
        detail: { ModelPackageGroupName: [props.modelPackageGroupName], ModelApprovalStatus: ['Approved'] },
      },
      deadLetters: props.deadLetters,
      target: { stateMachineArn: this.machine.stateMachineArn },
    });
    answers(rule, 'MLOPS-07', 'SVC-14', 'BALANCE-05');
  }

  private statements(props: ApprovalGateProps, machineName: string, packageArnPrefix: string): iam.PolicyStatement[] {
    const stack = Stack.of(this);
    const servingStack = stack.formatArn({
      service: 'cloudformation',
      resource: 'stack',
      resourceName: `${props.servingStackName}/*`,
    });
    return [
      new iam.PolicyStatement({
        sid: 'SeeOtherReleases',
        actions: ['states:ListExecutions'],
        resources: [stateMachineArn(stack, machineName)],
      }),
      new iam.PolicyStatement({
        sid: 'ReadPackage',
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
        sid: 'SwitchApprovedPackage',
        actions: ['ssm:GetParameter', 'ssm:PutParameter'],
        resources: [
          props.approvedModelParameterArn,
          ...(props.endpointStateParameter === undefined ? [] : [props.endpointStateParameter.parameterArn]),
        ],
      }),
      new iam.PolicyStatement({
        sid: 'KeepProvenPackage',
        actions: ['ssm:GetParameter', 'ssm:PutParameter'],
        resources: [props.provenModelParameter.parameterArn],
      }),
      new iam.PolicyStatement({
        sid: 'WatchServingStack',
        actions: ['cloudformation:DescribeStacks'],
        resources: [servingStack],
      }),
      ...(props.endpointName === undefined
        ? []
        : [
            new iam.PolicyStatement({
              sid: 'WatchEndpoint',
              actions: ['sagemaker:DescribeEndpoint'],
              resources: [
                stack.formatArn({ service: 'sagemaker', resource: 'endpoint', resourceName: props.endpointName }),
              ],
            }),
          ]),
      ...(props.rollbackAlarms.length === 0
        ? []
        : [
            new iam.PolicyStatement({
              sid: 'WatchRollbackAlarms',
              // By ARN: `*` would allow it to read every alarm of the account, and it needs three.
              actions: ['cloudwatch:DescribeAlarms'],
              resources: props.rollbackAlarms.map(({ alarmArn }) => alarmArn),
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
        sid: 'LetCloudFormationDeploy',
        actions: ['iam:PassRole'],
        resources: [props.servingDeploymentRole.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
      }),
      new iam.PolicyStatement({
        sid: 'CallFunctions',
        actions: ['lambda:InvokeFunction'],
        resources: [
          props.packageVerification.functionArn,
          props.updateExplanation.functionArn,
          ...(props.smokeTest === undefined ? [] : [props.smokeTest.functionArn]),
          ...(props.keepBaselineFunctionArn === undefined ? [] : [props.keepBaselineFunctionArn]),
        ],
      }),
      new iam.PolicyStatement({ sid: 'Notify', actions: ['sns:Publish'], resources: [props.topic.topicArn] }),
      new iam.PolicyStatement({
        sid: 'EncryptNotice',
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        resources: [props.operationsKey.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `sns.${stack.region}.amazonaws.com` } },
      }),
    ];
  }
}
