import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AlarmCatalogue } from '../shared/alarms/alarm-catalogue';
import { answers } from '../shared/blueprint/answers';

export interface RollbackAlarmsProps {
  readonly endpointName: string;
  readonly variantName: string;
  /** What the people who wait for an answer were promised. */
  readonly maximumLatencyMilliseconds: number;
  readonly alarms: AlarmCatalogue;
}

/**
 * `ModelLatency` and `OverheadLatency` are in microseconds: a threshold in milliseconds would be 1000 times too tight.
 */
export const microsecondsPerMillisecond = 1_000;

/**
 * The alarms that stop a canary. They exist before the endpoint does: the endpoint names them.
 *
 * All three treat missing data as not breaching: an endpoint that nobody calls publishes no error rate. The other half
 * of the question, "was there any traffic to judge?", is asked by the release, which sends requests and counts them:
 * missing data is no proof of health.
 */
export class RollbackAlarms extends Construct {
  readonly serverErrors: cloudwatch.Alarm;
  readonly clientErrors: cloudwatch.Alarm;
  readonly latency: cloudwatch.Alarm;
  readonly all: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: RollbackAlarmsProps) {
    super(scope, id);
    const metric = (metricName: string, statistic: string) =>
      new cloudwatch.Metric({
        namespace: 'AWS/SageMaker',
        metricName,
        statistic,
        period: Duration.minutes(1),
        dimensionsMap: { EndpointName: props.endpointName, VariantName: props.variantName },
      });

    const noTraffic = {
      treatAs: 'notBreaching',
      why: 'Nobody called. Were that breaching, the alarm would stand all night and every release would be rolled back at once.',
    } as const;
    const shared = {
      target: 'endpoint',
      owner: 'model',
      operator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      periods: 3,
      missing: noTraffic,
    } as const;

    // SageMaker writes 1 for each failed request and 0 for each other: the average is the error rate, whatever the
    // traffic.
    this.serverErrors = props.alarms.add(this, 'ServerErrors', {
      ...shared,
      metric: metric('Invocation5XXErrors', 'Average'),
      threshold: 0.05,
      datapoints: 2,
      why: 'More than 5 % of requests end in a 5xx: the container fails. Two minutes of three, so that one crash of one worker is no rollback.',
      runbook: 'server-errors',
    });
    this.clientErrors = props.alarms.add(this, 'ClientErrors', {
      ...shared,
      metric: metric('Invocation4XXErrors', 'Average'),
      threshold: 0.3,
      datapoints: 3,
      why: 'More than 30 % of requests are refused (4xx). A client may be wrong; but a new model that refuses what the old one took looks just so.',
      runbook: 'client-errors',
    });
    this.latency = props.alarms.add(this, 'Latency', {
      ...shared,
      metric: metric('ModelLatency', 'p95'),
      threshold: props.maximumLatencyMilliseconds * microsecondsPerMillisecond,
      datapoints: 3,
      why:
        `One request in twenty takes the model longer than ${props.maximumLatencyMilliseconds} ms (p95; the metric counts microseconds). ` +
        'Three minutes of three: the first requests to a new instance are always slow.',
      runbook: 'model-latency',
    });
    this.all = [this.serverErrors, this.clientErrors, this.latency];
    answers(this, 'MON-01', 'SYMPTOM-04', 'SYMPTOM-05', 'COST-03');
  }
}
