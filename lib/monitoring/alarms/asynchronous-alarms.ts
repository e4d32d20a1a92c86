import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { covers } from '../../shared/blueprint/covers';
import { endpointMetric, queueMetric } from '../metrics/metrics';
import type { MonitoredWorkflow } from '../monitored-workflow';

export type AsynchronousAlarmsProps = Pick<MonitoredWorkflow, 'context' | 'serving' | 'alarms'>;

/**
 * Alarms that only a queue needs: requests that wait, and failures that no open connection reports.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-monitor.html
 */
export class AsynchronousAlarms extends Construct {
  constructor(scope: Construct, id: string, props: AsynchronousAlarmsProps) {
    super(scope, id);
    const { context, serving, alarms } = props;
    const seconds = context.problem.serving.maximumLatencyMilliseconds / 1_000;
    const { asynchronousFailures } = context.configuration.alarms;
    covers(
      alarms.add(this, 'RequestsWait', {
        target: 'endpoint',
        metric: queueMetric(serving.endpointName, 'ApproximateAgeOfOldestRequest', 'Maximum').with({
          period: Duration.minutes(1),
        }),
        threshold: seconds,
        operator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        periods: 3,
        why:
          `The oldest request has waited longer than the maximum response time of ${seconds} s: instances do not start, are at their maximum, or do not ` +
          'process the queue. Three minutes, because a new instance needs some time to process the requests that waited for it.',
        missing: { treatAs: 'notBreaching', why: 'There is no endpoint, so there is no queue.' },
        owner: 'platform',
        runbook: 'requests-wait',
      }),
      'DEPLOY-04',
      'MON-01',
    );
    covers(
      alarms.add(this, 'InferenceFailures', {
        target: 'endpoint',
        metric: endpointMetric(serving.endpointName, serving.variantName, 'InvocationFailures', 'Sum'),
        threshold: asynchronousFailures,
        why:
          `${asynchronousFailures} requests within five minutes ended in the error topic: the request could not be read, the model refused it, it expired, or its prediction could not be written. ` +
          'No client holds a connection that would show the failure. A single bad request concerns only its sender.',
        missing: {
          treatAs: 'notBreaching',
          why: 'The metric is written only when a request fails, so no data is normal.',
        },
        owner: 'model',
        runbook: 'inference-failures',
      }),
      'DEPLOY-04',
      'SYMPTOM-05',
    );
  }
}
