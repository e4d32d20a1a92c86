import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { microsecondsPerMillisecond } from '../../serving/rollback-alarms';
import { coldStartMilliseconds } from '../../serving/serving-pattern';
import { covers } from '../../shared/blueprint/covers';
import { endpointMetric } from '../metrics/metrics';
import type { MonitoredWorkflow } from '../monitored-workflow';

export type ServerlessAlarmsProps = Pick<MonitoredWorkflow, 'context' | 'serving' | 'alarms'>;

/**
 * Alarms on what a serverless endpoint has instead of instances: cold starts and a maximum concurrency. It publishes no
 * CPU utilization.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-monitoring.html
 */
export class ServerlessAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ServerlessAlarmsProps) {
    super(scope, id);
    const { context, serving, alarms } = props;
    const { maxConcurrency } = context.configuration.serving.serverless;
    const metric = (name: string, statistic: string) =>
      endpointMetric(serving.endpointName, serving.variantName, name, statistic);
    covers(
      alarms.add(this, 'ColdStart', {
        target: 'endpoint',
        metric: metric('ModelSetupTime', 'p95'),
        threshold: coldStartMilliseconds * microsecondsPerMillisecond,
        operator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        periods: 3,
        datapoints: 2,
        why:
          `A container takes longer than ${coldStartMilliseconds / 1_000} s to start (p95; the metric is in microseconds). The first request after a pause waits longer than ` +
          'the choice of this pattern assumed. Two periods of three, because one slow download is no trend.',
        missing: { treatAs: 'notBreaching', why: 'The metric is written for cold starts only: there was none.' },
        owner: 'model',
        runbook: 'cold-start',
      }),
      'DEPLOY-03',
      'SYMPTOM-04',
    );
    covers(
      alarms.add(this, 'ConcurrencyAtMaximum', {
        target: 'infrastructure',
        metric: metric('ServerlessConcurrentExecutionsUtilization', 'Maximum').with({ period: Duration.minutes(1) }),
        threshold: 1,
        periods: 5,
        datapoints: 3,
        why: `All ${maxConcurrency} concurrent executions were in use in three minutes of five, and further requests are throttled. A single burst is acceptable: the maximum exists for that.`,
        missing: { treatAs: 'notBreaching', why: 'There were no requests.' },
        owner: 'platform',
        runbook: 'concurrency-at-maximum',
      }),
      'MON-02',
      'COST-04',
    );
  }
}
