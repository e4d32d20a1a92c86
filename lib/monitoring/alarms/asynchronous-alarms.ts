import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AlarmCatalogue } from '../../shared/alarms/alarm-catalogue';
import { answers } from '../../shared/blueprint/answers';
import { endpointMetric, queueMetric } from '../metrics/metrics';

export interface AsynchronousAlarmsProps {
  readonly alarms: AlarmCatalogue;
  readonly endpointName: string;
  readonly variantName: string;
  /** What whoever waits for a notification was promised. */
  readonly maximumLatencyMilliseconds: number;
  /** Failed requests within five minutes. */
  readonly maximumFailures: number;
}

/**
 * What a queue has that a connection has not: requests that wait, and failures that nobody is there to see ("Monitor
 * asynchronous endpoint").
 */
export class AsynchronousAlarms extends Construct {
  constructor(scope: Construct, id: string, props: AsynchronousAlarmsProps) {
    super(scope, id);
    const { alarms } = props;
    const seconds = props.maximumLatencyMilliseconds / 1_000;
    answers(
      alarms.add(this, 'RequestsWait', {
        target: 'endpoint',
        metric: queueMetric(props.endpointName, 'ApproximateAgeOfOldestRequest', 'Maximum').with({
          period: Duration.minutes(1),
        }),
        threshold: seconds,
        operator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        periods: 3,
        why:
          `The oldest request has waited longer than the ${seconds} s that an answer may take: instances do not come, are at their maximum, or do not ` +
          'work the queue off. Three minutes: an instance that just came works off what waited for it.',
        missing: { treatAs: 'notBreaching', why: 'There is no endpoint, and so no queue.' },
        owner: 'platform',
        runbook: 'requests-wait',
      }),
      'DEPLOY-04',
      'MON-01',
    );
    answers(
      alarms.add(this, 'InferenceFailures', {
        target: 'endpoint',
        metric: endpointMetric(props.endpointName, props.variantName, 'InvocationFailures', 'Sum'),
        threshold: props.maximumFailures,
        why:
          `${props.maximumFailures} requests within five minutes ended in the error topic: could not be read, were refused by the model, expired, or their answer not written. ` +
          "Nobody holds a connection who would notice; a single bad request is its sender's matter.",
        missing: {
          treatAs: 'notBreaching',
          why: 'The metric is written only when something happens: silence is its normal state.',
        },
        owner: 'model',
        runbook: 'inference-failures',
      }),
      'DEPLOY-04',
      'SYMPTOM-05',
    );
  }
}
