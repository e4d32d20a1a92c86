import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { servingParameterKeys } from '../serving/approved-model';
import { answers } from '../shared/blueprint/answers';
import type { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import { EventRule } from '../shared/events/event-rule';
import { WorkflowFunction } from '../shared/function/workflow-function';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import type { StateParameter } from '../shared/ssm/state-parameters';
import { metricNamespace } from '../shared/stack/workflow-stack';

/** Ours; `NeedsPerson` is 1 while something is wrong that the reconciler cannot put right. */
export const releaseNamespace = metricNamespace('Release');

export interface ReconcilerProps {
  readonly modelPackageGroupName: string;
  readonly approvedModelParameterName: string;
  readonly approvedModelParameterArn: string;
  readonly provenModelParameter: StateParameter;
  /** @default the endpoint never sleeps */
  readonly endpointStateParameter?: StateParameter;
  readonly servingStackName: string;
  readonly stateMachineArn: string;
  /** AWS schedule expression: a lost approval waits at most this long. */
  readonly schedule: string;
  readonly operationsKey: kms.IKey;
  readonly deadLetters: DeadLetterQueue;
  readonly logRetention: logs.RetentionDays;
}

/**
 * Compares what ought to be live with what is, and starts the release that an event was lost for. Some services send
 * events on a best effort only (EventBridge user guide, "Event delivery level"), and a release may be stopped between
 * its two writes: an event alone is no guarantee. It starts the same machine as an approval does, so that nothing goes
 * live around the canary.
 */
export class Reconciler extends Construct {
  constructor(scope: Construct, id: string, props: ReconcilerProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const { function: reconciler, role } = new WorkflowFunction(this, 'Reconcile', {
      name: 'reconcile-release',
      description:
        'Starts the release of the newest approved version when nobody else did, or nobody saw it through, and puts the parameter right.',
      // Shorter than a release's first wait (WaitForExecutionList): a look that did not see a release in the list has
      // ended, or is ended, before that release writes the parameter. A later one would overwrite it, and the release
      // would judge the wrong version.
      timeout: Duration.seconds(10),
      environment: {
        MODEL_PACKAGE_GROUP: props.modelPackageGroupName,
        APPROVED_MODEL_PARAMETER: props.approvedModelParameterName,
        APPROVED_MODEL_KEY: servingParameterKeys.approved,
        PROVEN_MODEL_PARAMETER: props.provenModelParameter.parameterName,
        ...(props.endpointStateParameter === undefined
          ? {}
          : {
              ENDPOINT_STATE_PARAMETER: props.endpointStateParameter.parameterName,
              ENDPOINT_STATE_KEY: servingParameterKeys.endpointState,
            }),
        SERVING_STACK: props.servingStackName,
        RELEASE_MACHINE: props.stateMachineArn,
        METRIC_NAMESPACE: releaseNamespace,
      },
      deadLetters: props.deadLetters,
      operationsKey: props.operationsKey,
      logRetention: props.logRetention,
      statements: [
        new iam.PolicyStatement({
          sid: 'FindApproved',
          actions: ['sagemaker:ListModelPackages'],
          resources: [
            stack.formatArn({
              service: 'sagemaker',
              resource: 'model-package',
              resourceName: `${props.modelPackageGroupName}/*`,
            }),
          ],
        }),
        new iam.PolicyStatement({
          sid: 'PutParameterRight',
          actions: ['ssm:GetParameter', 'ssm:PutParameter'],
          resources: [
            props.approvedModelParameterArn,
            ...(props.endpointStateParameter === undefined ? [] : [props.endpointStateParameter.parameterArn]),
          ],
        }),
        new iam.PolicyStatement({
          sid: 'SeeWhatIsProven',
          actions: ['ssm:GetParameter'],
          resources: [props.provenModelParameter.parameterArn],
        }),
        new iam.PolicyStatement({
          sid: 'SeeWhatServes',
          actions: ['cloudformation:DescribeStacks'],
          resources: [
            stack.formatArn({
              service: 'cloudformation',
              resource: 'stack',
              resourceName: `${props.servingStackName}/*`,
            }),
          ],
        }),
        new iam.PolicyStatement({
          sid: 'StartRelease',
          actions: ['states:ListExecutions', 'states:StartExecution'],
          resources: [props.stateMachineArn],
        }),
        new iam.PolicyStatement({
          sid: 'SayWhetherAllIsWell',
          actions: ['cloudwatch:PutMetricData'],
          resources: ['*'],
          conditions: { StringEquals: { 'cloudwatch:namespace': releaseNamespace } },
        }),
      ],
    });
    acknowledgeWildcards(
      role,
      {
        endsWith: `:model-package/${props.modelPackageGroupName}/*`,
        reason: 'EV-005: Versions of our own model package group.',
      },
      {
        endsWith: `stack/${props.servingStackName}/*`,
        reason: "EV-006: CloudFormation appends a generated id to the stack's name.",
      },
      { endsWith: '*', reason: 'EV-002: PutMetricData takes no resource; the namespace is a condition.' },
    );
    const rule = new EventRule(this, 'Schedule', {
      description: 'Compares what is approved with what serves.',
      schedule: props.schedule,
      deadLetters: props.deadLetters,
      target: { functionArn: reconciler.functionArn },
    });
    answers(rule, 'MLOPS-07', 'SVC-14', 'COST-06');
  }
}
