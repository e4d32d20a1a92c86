import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { servingParameterKeys } from '../../serving/parameter-names';
import { covers } from '../../shared/blueprint/covers';
import { EventRule } from '../../shared/events/event-rule';
import { WorkflowFunction } from '../../shared/function/workflow-function';
import { notifyStatements } from '../../shared/iam/key-statements';
import { acknowledgeWildcards } from '../../shared/iam/wildcards';
import type { StateParameter } from '../../shared/ssm/state-parameters';
import { metricNamespace } from '../../shared/stack/workflow-stack';
import type { MonitoredWorkflow } from '../monitored-workflow';

export type IdleEndpointProps = Pick<
  MonitoredWorkflow,
  'context' | 'training' | 'serving' | 'release' | 'alarms' | 'deadLetters'
>;

/**
 * What removes the endpoint from its stack: an update as in a release, with the previous template and the same role. The
 * state parameter exists only where the configuration says that an idle endpoint is removed.
 */
interface Removal extends Pick<MonitoredWorkflow, 'context' | 'serving' | 'release'> {
  readonly hours: number;
  readonly endpointState: StateParameter;
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
    const { serving, deadLetters } = props;
    const { reportAfterHours, schedule } = props.context.configuration.idleEndpoint;
    const removal = removalOf(props);
    if (removal && (removal.hours < reportAfterHours || removal.hours > maximumHours)) {
      throw new Error(
        `idleEndpoint.removeAfterHours is ${removal.hours}: it must be between ${reportAfterHours} (reportAfterHours, so that a notification comes first) and ${maximumHours}`,
      );
    }
    const watcher = new WorkflowFunction(this, 'Watch', {
      name: 'watch-idle-endpoint',
      description: 'Publishes the number of hours without a request to the endpoint.',
      timeout: Duration.seconds(30),
      environment: {
        ENDPOINT_NAME: serving.endpointName,
        VARIANT_NAME: serving.variantName,
        IDLE_HOURS: String(reportAfterHours),
        METRIC_NAMESPACE: namespace,
        ...(removal && {
          REMOVE_AFTER_HOURS: String(removal.hours),
          ENDPOINT_STATE_PARAMETER: removal.endpointState.parameterName,
          ENDPOINT_STATE_KEY: servingParameterKeys.endpointState,
          SERVING_STACK: serving.stackName,
          DEPLOYMENT_ROLE: removal.release.servingDeploymentRole.roleArn,
          RELEASE_STATE_MACHINE_ARN: removal.release.stateMachine.stateMachineArn,
          TOPIC: serving.topic.topicArn,
        }),
      },
      deadLetters,
      context: props.context,
      statements: [
        new iam.PolicyStatement({
          sid: 'DescribeEndpoint',
          actions: ['sagemaker:DescribeEndpoint'],
          resources: [
            Stack.of(this).formatArn({
              service: 'sagemaker',
              resource: 'endpoint',
              resourceName: serving.endpointName,
            }),
          ],
        }),
        new iam.PolicyStatement({
          sid: 'ReadInvocationMetrics',
          actions: ['cloudwatch:GetMetricStatistics'],
          resources: ['*'],
        }),
        new iam.PolicyStatement({
          sid: 'PublishIdleHours',
          actions: ['cloudwatch:PutMetricData'],
          resources: ['*'],
          conditions: { StringEquals: { 'cloudwatch:namespace': namespace } },
        }),
        ...(removal ? removalStatements(Stack.of(this), removal) : []),
      ],
    });
    acknowledgeWildcards(
      watcher.role,
      { pattern: '*', reason: 'EV-002: Reading and publishing metrics take no resource.' },
      ...(removal
        ? [
            {
              pattern: `stack/${serving.stackName}/*`,
              reason: "EV-006: CloudFormation appends a generated id to the stack's name.",
            },
          ]
        : []),
    );
    new EventRule(this, 'Hourly', {
      description: 'Starts the hourly check for an idle endpoint.',
      schedule,
      deadLetters,
      target: { functionArn: watcher.function.functionArn },
    });
    const alarm = props.alarms.add(this, 'EndpointIdle', {
      target: 'cost',
      metric: new cloudwatch.Metric({
        namespace,
        metricName: 'EndpointIdleHours',
        dimensionsMap: { EndpointName: serving.endpointName },
        statistic: 'Maximum',
        period: Duration.hours(1),
      }),
      threshold: reportAfterHours,
      why: `The endpoint received no request for ${reportAfterHours} hours, and it is billed by the hour. One night without requests is normal, a whole day is not.`,
      missing: { treatAs: 'notBreaching', why: 'No endpoint is in service, so nothing is billed.' },
      owner: 'model',
      runbook: 'endpoint-idle',
    });
    covers(alarm, 'MON-08', 'COST-02', 'TRAP-05', 'TRAP-08');
  }
}

function removalOf({ context, training, serving, release }: IdleEndpointProps): Removal | undefined {
  const { endpointState } = training.parameters;
  const hours = context.configuration.idleEndpoint.removeAfterHours;
  if (endpointState === undefined || hours === undefined) return undefined;
  return { context, serving, release, hours, endpointState };
}

/** The calls that a release makes, too, and a notification. */
function removalStatements(stack: Stack, props: Removal): iam.PolicyStatement[] {
  const { context, serving, release, endpointState } = props;
  const servingStack = stack.formatArn({
    service: 'cloudformation',
    resource: 'stack',
    resourceName: `${serving.stackName}/*`,
  });
  return [
    new iam.PolicyStatement({
      sid: 'ListReleases',
      actions: ['states:ListExecutions'],
      resources: [release.stateMachine.stateMachineArn],
    }),
    new iam.PolicyStatement({
      sid: 'DescribeServingStack',
      actions: ['cloudformation:DescribeStacks'],
      resources: [servingStack],
    }),
    new iam.PolicyStatement({
      sid: 'SetEndpointState',
      actions: ['ssm:PutParameter'],
      resources: [endpointState.parameterArn],
    }),
    new iam.PolicyStatement({
      sid: 'UpdateServingStack',
      actions: ['cloudformation:UpdateStack'],
      resources: [servingStack],
      conditions: { StringEquals: { 'cloudformation:RoleArn': release.servingDeploymentRole.roleArn } },
    }),
    new iam.PolicyStatement({
      sid: 'PassDeploymentRole',
      actions: ['iam:PassRole'],
      resources: [release.servingDeploymentRole.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
    }),
    ...notifyStatements(stack, serving.topic, context.operationsKey),
  ];
}
