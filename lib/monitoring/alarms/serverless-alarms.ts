import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { microsecondsPerMillisecond } from '../../serving/rollback-alarms';
import { coldStartMilliseconds } from '../../serving/serving-pattern';
import type { AlarmCatalogue } from '../../shared/alarms/alarm-catalogue';
import { answers } from '../../shared/blueprint/answers';
import { endpointMetric } from '../metrics/metrics';

export interface ServerlessAlarmsProps {
  readonly alarms: AlarmCatalogue;
  readonly endpointName: string;
  readonly variantName: string;
  readonly maxConcurrency: number;
}

/**
 * What a serverless endpoint has instead of instances: containers that start, and a cap on them ("Monitor a serverless
 * endpoint": ModelSetupTime, ServerlessConcurrentExecutionsUtilization). It publishes no CPU.
 */
export class ServerlessAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ServerlessAlarmsProps) {
    super(scope, id);
    const { alarms } = props;
    const metric = (name: string, statistic: string) =>
      endpointMetric(props.endpointName, props.variantName, name, statistic);
    answers(
      alarms.add(this, 'ColdStart', {
        target: 'endpoint',
        metric: metric('ModelSetupTime', 'p95'),
        threshold: coldStartMilliseconds * microsecondsPerMillisecond,
        operator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        periods: 3,
        datapoints: 2,
        why:
          `A container takes longer than ${coldStartMilliseconds / 1_000} s to start (p95; the metric counts microseconds): whoever asks after a lull waits longer than ` +
          'the choice of this pattern assumed. Two periods of three: one slow download is no trend.',
        missing: { treatAs: 'notBreaching', why: 'The metric is written for cold starts only: nobody waited.' },
        owner: 'model',
        runbook: 'cold-start',
      }),
      'DEPLOY-03',
      'SYMPTOM-04',
    );
    answers(
      alarms.add(this, 'ConcurrencyAtMaximum', {
        target: 'infrastructure',
        metric: metric('ServerlessConcurrentExecutionsUtilization', 'Maximum').with({ period: Duration.minutes(1) }),
        threshold: 1,
        periods: 5,
        datapoints: 3,
        why: `All ${props.maxConcurrency} executions at once were in use in three minutes of five: what comes on top is throttled. One burst is what the cap is for.`,
        missing: { treatAs: 'notBreaching', why: 'Nobody called.' },
        owner: 'platform',
        runbook: 'concurrency-at-maximum',
      }),
      'MON-02',
      'COST-04',
    );
  }
}
