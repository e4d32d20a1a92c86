import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { covers } from '../../shared/blueprint/covers';
import { metricNamespace } from '../../shared/stack/workflow-stack';
import type { MonitoredWorkflow } from '../monitored-workflow';

export type EndpointAlarmsProps = Pick<MonitoredWorkflow, 'lake' | 'serving' | 'alarms'>;

const namespace = metricNamespace('Endpoint');
const metricName = 'EndpointDeleted';

/**
 * The alarm on a deleted endpoint (MON-01: signs of a healthy endpoint; TRAP-07: what uptime does not show). A deleted
 * endpoint publishes no metrics, and the other alarms read that as "no requests". The audit trail shows the deletion: it
 * records DeleteEndpoint and CreateEndpoint, and names CloudFormation as the source of its own calls.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/logging-using-cloudtrail.html
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export class EndpointAlarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: EndpointAlarmsProps,
  ) {
    super(scope, id);
    // AWS: cloudtrail/services-are-named-as-the-source
    this.count('Deleted', 'DeleteEndpoint', '1', '&& ($.sourceIPAddress != "cloudformation.amazonaws.com")');
    this.count('Created', 'CreateEndpoint', '0');
    const alarm = props.alarms.add(this, 'EndpointDeleted', {
      target: 'endpoint',
      // The minimum: an endpoint that was created again within the period exists.
      metric: new cloudwatch.Metric({ namespace, metricName, statistic: 'Minimum', period: Duration.minutes(5) }),
      threshold: 1,
      why:
        'Somebody deleted the endpoint outside CloudFormation. Every request fails, and the Serving stack still lists the endpoint. A single event is enough. ' +
        'When the workflow removes an idle endpoint, or a person deletes the stack, CloudFormation makes the call and nothing fires.',
      missing: {
        treatAs: 'ignore',
        why: 'The alarm lasts until the audit trail records that the endpoint was created again.',
      },
      owner: 'platform',
      runbook: 'endpoint-deleted',
    });
    covers(alarm, 'MON-01', 'TRAP-07');
  }

  /** Publishes `value` for each successful call about the endpoint. */
  private count(id: string, eventName: string, value: string, condition = ''): void {
    const { lake, serving } = this.props;
    new logs.MetricFilter(this, id, {
      logGroup: lake.auditLogs,
      filterPattern: logs.FilterPattern.literal(
        `{ ($.eventSource = "sagemaker.amazonaws.com") && ($.eventName = "${eventName}") && ` +
          `($.requestParameters.endpointName = "${serving.endpointName}") && ($.errorCode NOT EXISTS) ${condition}}`,
      ),
      metricNamespace: namespace,
      metricName,
      metricValue: value,
    });
  }
}
