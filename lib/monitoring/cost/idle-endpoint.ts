import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { servingParameterKeys } from '../../serving/approved-model';
import type { AlarmCatalogue } from '../../shared/alarms/alarm-catalogue';
import { answers } from '../../shared/blueprint/answers';
import type { DeadLetterQueue } from '../../shared/events/dead-letter-queue';
import { EventRule } from '../../shared/events/event-rule';
import { WorkflowFunction } from '../../shared/function/workflow-function';
import { acknowledgeWildcards } from '../../shared/iam/wildcards';
import { metricNamespace } from '../../shared/stack/workflow-stack';

export interface IdleEndpointProps {
  readonly endpointName: string;
  readonly variantName: string;
  /** From how many hours without a request on it is told. */
  readonly hours: number;
  /** From how many on it is taken down, and how. @default it stays up */
  readonly takeDown?: TakeDown;
  /** AWS schedule expression of the check. */
  readonly schedule: string;
  readonly alarms: AlarmCatalogue;
  readonly deadLetters: DeadLetterQueue;
  readonly operationsKey: kms.IKey;
  readonly logRetention: logs.RetentionDays;
}

/** How the endpoint leaves its stack: as in a release, with the previous template and as the narrow role. */
export interface TakeDown {
  readonly hours: number;
  readonly endpointStateParameterName: string;
  readonly endpointStateParameterArn: string;
  readonly servingStackName: string;
  readonly servingDeploymentRoleArn: string;
  readonly releaseMachineArn: string;
  readonly topic: sns.ITopic;
}

/** GetMetricStatistics answers with at most 1,440 data points, an hour each. */
const mostHours = 1_400;

const namespace = metricNamespace('Cost');

/**
 * An endpoint costs the same whether anybody asks it or not, and is nearly all that a forgotten sandbox costs (MON-08,
 * COST-02, TRAP-08). CloudWatch cannot tell "no requests" from "no endpoint", since both are no data; a function that
 * looks each hour can.
 */
export class IdleEndpoint extends Construct {
  constructor(scope: Construct, id: string, props: IdleEndpointProps) {
    super(scope, id);
    const { takeDown } = props;
    if (takeDown && (takeDown.hours < props.hours || takeDown.hours > mostHours)) {
      throw new Error(
        `idleEndpoint.takeDownAfterHours is ${takeDown.hours}: it must be from ${props.hours} (reportAfterHours: people hear of it first) to ${mostHours}`,
      );
    }
    const watcher = new WorkflowFunction(this, 'Watch', {
      name: 'watch-idle-endpoint',
      description: 'Publishes for how many hours nobody has asked the endpoint.',
      timeout: Duration.seconds(30),
      environment: {
        ENDPOINT_NAME: props.endpointName,
        VARIANT_NAME: props.variantName,
        IDLE_HOURS: String(props.hours),
        METRIC_NAMESPACE: namespace,
        ...(takeDown && {
          TAKE_DOWN_HOURS: String(takeDown.hours),
          ENDPOINT_STATE_PARAMETER: takeDown.endpointStateParameterName,
          ENDPOINT_STATE_KEY: servingParameterKeys.endpointState,
          SERVING_STACK: takeDown.servingStackName,
          DEPLOYMENT_ROLE: takeDown.servingDeploymentRoleArn,
          RELEASE_MACHINE: takeDown.releaseMachineArn,
          TOPIC: takeDown.topic.topicArn,
        }),
      },
      deadLetters: props.deadLetters,
      operationsKey: props.operationsKey,
      logRetention: props.logRetention,
      statements: [
        new iam.PolicyStatement({
          sid: 'SeeEndpoint',
          actions: ['sagemaker:DescribeEndpoint'],
          resources: [
            Stack.of(this).formatArn({ service: 'sagemaker', resource: 'endpoint', resourceName: props.endpointName }),
          ],
        }),
        new iam.PolicyStatement({
          sid: 'CountRequests',
          actions: ['cloudwatch:GetMetricStatistics'],
          resources: ['*'],
        }),
        new iam.PolicyStatement({
          sid: 'PublishIdleHours',
          actions: ['cloudwatch:PutMetricData'],
          resources: ['*'],
          conditions: { StringEquals: { 'cloudwatch:namespace': namespace } },
        }),
        ...(takeDown ? takeDownStatements(Stack.of(this), takeDown, props.operationsKey) : []),
      ],
    });
    acknowledgeWildcards(
      watcher.role,
      { endsWith: '*', reason: 'EV-002: Reading and publishing metrics take no resource.' },
      ...(takeDown
        ? [
            {
              endsWith: `stack/${takeDown.servingStackName}/*`,
              reason: "EV-006: CloudFormation appends a generated id to the stack's name.",
            },
          ]
        : []),
    );
    new EventRule(this, 'Hourly', {
      description: 'Looks each hour whether anybody asks the endpoint.',
      schedule: props.schedule,
      deadLetters: props.deadLetters,
      target: { functionArn: watcher.function.functionArn },
    });
    const alarm = props.alarms.add(this, 'EndpointIdle', {
      target: 'cost',
      metric: new cloudwatch.Metric({
        namespace,
        metricName: 'EndpointIdleHours',
        dimensionsMap: { EndpointName: props.endpointName },
        statistic: 'Maximum',
        period: Duration.hours(1),
      }),
      threshold: props.hours,
      why: `Nobody asked the endpoint for ${props.hours} hours, and it is paid by the hour. A night is no news, a whole day is.`,
      missing: { treatAs: 'notBreaching', why: 'There is no endpoint in service, and so nothing to pay.' },
      owner: 'model',
      runbook: 'endpoint-idle',
    });
    answers(alarm, 'MON-08', 'COST-02', 'TRAP-05', 'TRAP-08');
  }
}

/** The same four calls as a release makes, and a word to people. */
function takeDownStatements(stack: Stack, props: TakeDown, operationsKey: kms.IKey): iam.PolicyStatement[] {
  const servingStack = stack.formatArn({
    service: 'cloudformation',
    resource: 'stack',
    resourceName: `${props.servingStackName}/*`,
  });
  return [
    new iam.PolicyStatement({
      sid: 'SeeReleases',
      actions: ['states:ListExecutions'],
      resources: [props.releaseMachineArn],
    }),
    new iam.PolicyStatement({
      sid: 'SeeServingStack',
      actions: ['cloudformation:DescribeStacks'],
      resources: [servingStack],
    }),
    new iam.PolicyStatement({
      sid: 'PutToSleep',
      actions: ['ssm:PutParameter'],
      resources: [props.endpointStateParameterArn],
    }),
    new iam.PolicyStatement({
      sid: 'UpdateServingStack',
      actions: ['cloudformation:UpdateStack'],
      resources: [servingStack],
      conditions: { StringEquals: { 'cloudformation:RoleArn': props.servingDeploymentRoleArn } },
    }),
    new iam.PolicyStatement({
      sid: 'LetCloudFormationTakeItDown',
      actions: ['iam:PassRole'],
      resources: [props.servingDeploymentRoleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
    }),
    new iam.PolicyStatement({ sid: 'Notify', actions: ['sns:Publish'], resources: [props.topic.topicArn] }),
    new iam.PolicyStatement({
      sid: 'EncryptNotice',
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: [operationsKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `sns.${stack.region}.amazonaws.com` } },
    }),
  ];
}
