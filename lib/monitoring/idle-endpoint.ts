import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

import { answers } from '../blueprint/answers';
import type { AlarmCatalogue } from '../foundation/alarm-catalogue';
import type { DeadLetterQueue } from '../foundation/dead-letter-queue';
import { EventRule } from '../foundation/event-rule';
import { acknowledgeWildcards } from '../foundation/wildcards';
import { WorkflowFunction } from '../foundation/workflow-function';

export interface IdleEndpointProps {
  readonly endpointName: string;
  readonly variantName: string;
  /** From how many hours without a request on it is told. */
  readonly hours: number;
  readonly alarms: AlarmCatalogue;
  readonly deadLetters: DeadLetterQueue;
  readonly operationsKey: kms.IKey;
  readonly logRetention: logs.RetentionDays;
}

const namespace = 'MlaBlueprint/Cost';

/**
 * An endpoint costs the same whether anybody asks it or not, and is nearly all that a forgotten sandbox costs (MON-08, COST-02, TRAP-08). CloudWatch
 * cannot tell "no requests" from "no endpoint", since both are no data; a function that looks each hour can.
 */
export class IdleEndpoint extends Construct {
  constructor(scope: Construct, id: string, props: IdleEndpointProps) {
    super(scope, id);
    const watcher = new WorkflowFunction(this, 'Watch', {
      name: 'watch-idle-endpoint',
      description: 'Publishes for how many hours nobody has asked the endpoint.',
      timeout: Duration.seconds(30),
      environment: {
        ENDPOINT_NAME: props.endpointName,
        VARIANT_NAME: props.variantName,
        IDLE_HOURS: String(props.hours),
        METRIC_NAMESPACE: namespace,
      },
      deadLetters: props.deadLetters,
      operationsKey: props.operationsKey,
      logRetention: props.logRetention,
      statements: [
        new iam.PolicyStatement({
          sid: 'SeeEndpoint',
          actions: ['sagemaker:DescribeEndpoint'],
          resources: [Stack.of(this).formatArn({ service: 'sagemaker', resource: 'endpoint', resourceName: props.endpointName })],
        }),
        new iam.PolicyStatement({ sid: 'CountRequests', actions: ['cloudwatch:GetMetricStatistics'], resources: ['*'] }),
        new iam.PolicyStatement({
          sid: 'PublishIdleHours',
          actions: ['cloudwatch:PutMetricData'],
          resources: ['*'],
          conditions: { StringEquals: { 'cloudwatch:namespace': namespace } },
        }),
      ],
    });
    acknowledgeWildcards(watcher.role, { endsWith: '*', reason: 'EV-002: Reading and publishing metrics take no resource.' });
    new EventRule(this, 'Hourly', {
      description: 'Looks each hour whether anybody asks the endpoint.',
      // Five minutes past: the hour that ended is complete then.
      schedule: 'cron(5 * * * ? *)',
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
