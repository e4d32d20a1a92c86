import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { servingParameterKeys } from '../serving/parameter-names';
import type { ServingStage } from '../serving/stage';
import { covers } from '../shared/blueprint/covers';
import type { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import { EventRule } from '../shared/events/event-rule';
import { WorkflowFunction } from '../shared/function/workflow-function';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { metricNamespace } from '../shared/stack/workflow-stack';
import type { WorkflowStateMachine } from '../shared/state-machine/state-machine';
import type { TrainingStage } from '../training/stage';

/** Namespace of the metric `NeedsPerson`: 1 while something is wrong that the reconciler cannot repair. */
export const releaseNamespace = metricNamespace('Release');

export interface ReconcilerProps {
  readonly context: WorkflowContext;
  readonly training: TrainingStage;
  readonly serving: ServingStage;
  readonly stateMachine: WorkflowStateMachine;
  readonly deadLetters: DeadLetterQueue;
}

/**
 * Compares the approved version with the deployed one, and starts a release that is missing (MLOPS-07: events or
 * schedules). An event can get lost: some services send events on a best-effort basis. And a release can be stopped
 * between two writes. It starts the same state machine as an approval does, so no version bypasses the canary.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/ref/event-delivery-level.html
 */
export class Reconciler extends Construct {
  constructor(scope: Construct, id: string, props: ReconcilerProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const { context, training, serving, stateMachine } = props;
    const { approvedModel, provenModel, endpointState } = training.parameters;
    const { function: reconciler, role } = new WorkflowFunction(this, 'Reconcile', {
      name: 'reconcile-release',
      description:
        'Starts the release of the newest approved version if none has succeeded, and corrects the parameters.',
      // Shorter than a release's first wait (WaitForExecutionList). So a check that did not see a new release in the list
      // ends before that release writes the parameter. A slower check could overwrite it, and the release would test the
      // wrong version.
      timeout: Duration.seconds(10),
      environment: {
        MODEL_PACKAGE_GROUP: training.modelPackageGroupName,
        APPROVED_MODEL_PARAMETER: approvedModel.parameterName,
        APPROVED_MODEL_KEY: servingParameterKeys.approved,
        PROVEN_MODEL_PARAMETER: provenModel.parameterName,
        ...(endpointState === undefined
          ? {}
          : {
              ENDPOINT_STATE_PARAMETER: endpointState.parameterName,
              ENDPOINT_STATE_KEY: servingParameterKeys.endpointState,
            }),
        SERVING_STACK: serving.stackName,
        RELEASE_STATE_MACHINE_ARN: stateMachine.stateMachineArn,
        METRIC_NAMESPACE: releaseNamespace,
      },
      deadLetters: props.deadLetters,
      context,
      statements: [
        new iam.PolicyStatement({
          sid: 'ListApprovedPackages',
          actions: ['sagemaker:ListModelPackages'],
          resources: [training.modelPackageArnPattern],
        }),
        new iam.PolicyStatement({
          sid: 'SetApprovedPackage',
          actions: ['ssm:GetParameter', 'ssm:PutParameter'],
          resources: [approvedModel.parameterArn, ...(endpointState === undefined ? [] : [endpointState.parameterArn])],
        }),
        new iam.PolicyStatement({
          sid: 'ReadProvenPackage',
          actions: ['ssm:GetParameter'],
          resources: [provenModel.parameterArn],
        }),
        new iam.PolicyStatement({
          sid: 'DescribeServingStack',
          actions: ['cloudformation:DescribeStacks'],
          resources: [
            stack.formatArn({
              service: 'cloudformation',
              resource: 'stack',
              resourceName: `${serving.stackName}/*`,
            }),
          ],
        }),
        new iam.PolicyStatement({
          sid: 'StartRelease',
          actions: ['states:ListExecutions', 'states:StartExecution'],
          resources: [stateMachine.stateMachineArn],
        }),
        new iam.PolicyStatement({
          sid: 'PublishReconcilerMetrics',
          actions: ['cloudwatch:PutMetricData'],
          resources: ['*'],
          conditions: { StringEquals: { 'cloudwatch:namespace': releaseNamespace } },
        }),
      ],
    });
    acknowledgeWildcards(
      role,
      {
        pattern: `:model-package/${training.modelPackageGroupName}/*`,
        reason: 'EV-005: Versions of our own model package group.',
      },
      {
        pattern: `stack/${serving.stackName}/*`,
        reason: "EV-006: CloudFormation appends a generated id to the stack's name.",
      },
      { pattern: '*', reason: 'EV-002: PutMetricData takes no resource; the namespace is a condition.' },
    );
    const rule = new EventRule(this, 'Schedule', {
      description: 'Compares what is approved with what serves.',
      // A lost approval waits at most this long.
      schedule: context.configuration.release.reconcileSchedule,
      deadLetters: props.deadLetters,
      target: { functionArn: reconciler.functionArn },
    });
    covers(rule, 'MLOPS-07', 'SVC-14', 'COST-06');
  }
}
