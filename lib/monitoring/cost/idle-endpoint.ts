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
  /** Hours without a request after which the alarm fires. */
  readonly hours: number;
  /** After how many hours the endpoint is removed, and how. @default it is never removed */
  readonly takeDown?: TakeDown;
  /** AWS schedule expression of the check. */
  readonly schedule: string;
  readonly alarms: AlarmCatalogue;
  readonly deadLetters: DeadLetterQueue;
  readonly operationsKey: kms.IKey;
  readonly logRetention: logs.RetentionDays;
}

/** What removes the endpoint from its stack: an update as in a release, with the previous template and the same role. */
export interface TakeDown {
  readonly hours: number;
  readonly endpointStateParameterName: string;
  readonly endpointStateParameterArn: string;
  readonly servingStackName: string;
  readonly servingDeploymentRoleArn: string;
  readonly releaseMachineArn: string;
  readonly topic: sns.ITopic;
}

/**
 * GetMetricStatistics returns at most 1,440 data points, here of an hour each.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
 */
const maximumHours = 1_400;

const namespace = metricNamespace('Cost');

/**
 * An endpoint costs the same with and without requests, and is nearly the whole cost of a forgotten sandbox (MON-08:
 * watching the cost; COST-02: what to do first about an expensive endpoint; TRAP-08: not paying for idle capacity).
 * CloudWatch has no data both without requests and without an endpoint. An hourly function distinguishes the two.
 */
export class IdleEndpoint extends Construct {
  constructor(scope: Construct, id: string, props: IdleEndpointProps) {
    super(scope, id);
    const { takeDown } = props;
    if (takeDown && (takeDown.hours < props.hours || takeDown.hours > maximumHours)) {
      throw new Error(
        `idleEndpoint.takeDownAfterHours is ${takeDown.hours}: it must be between ${props.hours} (reportAfterHours, so that a notification comes first) and ${maximumHours}`,
      );
    }
    const watcher = new WorkflowFunction(this, 'Watch', {
      name: 'watch-idle-endpoint',
      description: 'Publishes the number of hours without a request to the endpoint.',
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
      description: 'Starts the hourly check for an idle endpoint.',
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
      why: `The endpoint received no request for ${props.hours} hours, and it is billed by the hour. One night without requests is normal, a whole day is not.`,
      missing: { treatAs: 'notBreaching', why: 'No endpoint is in service, so nothing is billed.' },
      owner: 'model',
      runbook: 'endpoint-idle',
    });
    answers(alarm, 'MON-08', 'COST-02', 'TRAP-05', 'TRAP-08');
  }
}

/** The calls that a release makes, too, and a notification. */
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
