import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

import { answers } from '../blueprint/answers';

export interface RollbackAlarmsProps {
  readonly endpointName: string;
  readonly variantName: string;
  /** What the people who wait for an answer were promised. */
  readonly maximumLatencyMilliseconds: number;
  readonly topic: sns.ITopic;
}

/** `ModelLatency` and `OverheadLatency` are in microseconds: a threshold in milliseconds would be 1000 times too tight. */
export const microsecondsPerMillisecond = 1_000;

/**
 * The alarms that stop a canary. They exist before the endpoint does: the endpoint names them.
 *
 * All three treat missing data as not breaching. An endpoint that nobody calls publishes no error rate; were that breaching, the
 * alarms would stand in ALARM all night and SageMaker would roll back every release at once. The other half of the
 * question, "was there any traffic to judge?", is asked by the release, which sends requests and counts them: missing
 * data is no proof of health.
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

    // SageMaker writes 1 for each failed request and 0 for each other: the average is the error rate, whatever the traffic.
    this.serverErrors = new cloudwatch.Alarm(this, 'ServerErrors', {
      alarmDescription:
        'More than 5 % of requests end in a 5xx: the container fails. Two minutes of three, so that one crash of one worker is no rollback.',
      metric: metric('Invocation5XXErrors', 'Average'),
      threshold: 0.05,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    this.clientErrors = new cloudwatch.Alarm(this, 'ClientErrors', {
      alarmDescription:
        'More than 30 % of requests are refused (4xx). A client may be wrong; but a new model that refuses what the old one took looks just so.',
      metric: metric('Invocation4XXErrors', 'Average'),
      threshold: 0.3,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    this.latency = new cloudwatch.Alarm(this, 'Latency', {
      alarmDescription:
        `One request in twenty takes the model longer than ${props.maximumLatencyMilliseconds} ms (p95; the metric counts microseconds). ` +
        'Three minutes of three: the first requests to a new instance are always slow.',
      metric: metric('ModelLatency', 'p95'),
      threshold: props.maximumLatencyMilliseconds * microsecondsPerMillisecond,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    this.all = [this.serverErrors, this.clientErrors, this.latency];
    for (const alarm of this.all) {
      alarm.addAlarmAction(new SnsAction(props.topic));
      alarm.addOkAction(new SnsAction(props.topic));
    }
    answers(this, 'MON-01', 'SYMPTOM-04', 'SYMPTOM-05', 'COST-03');
  }
}
