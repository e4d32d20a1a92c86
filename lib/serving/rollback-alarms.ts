import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { WorkflowConfiguration } from '../config';
import type { AlarmCatalog } from '../shared/alarms/alarm-catalog';
import { covers } from '../shared/blueprint/covers';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { challengerVariantName, variantName } from './real-time-endpoint';

export interface RollbackAlarmsProps {
  readonly endpointName: string;
  readonly variantName: string;
  /** Maximum response time that the problem's requirements promise. */
  readonly maximumLatencyMilliseconds: number;
  readonly thresholds: Pick<WorkflowConfiguration['alarms'], 'serverErrorShare' | 'clientErrorShare'>;
  readonly alarms: AlarmCatalog;
}

/**
 * `ModelLatency` and `OverheadLatency` are in microseconds: a threshold in milliseconds would be 1000 times too low.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
 */
export const microsecondsPerMillisecond = 1_000;

/**
 * The alarms that roll a canary back. They are created before the endpoint, because the endpoint's deployment
 * configuration names them (MON-01: signs of a healthy endpoint; SYMPTOM-04: high latency; SYMPTOM-05: errors after a
 * deployment).
 *
 * All three treat missing data as not breaching, because an endpoint without requests publishes no error rate. Missing
 * data does not prove health, so the release sends requests during the canary and counts them.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
 */
export class RollbackAlarms extends Construct {
  readonly serverErrors: cloudwatch.Alarm;
  readonly clientErrors: cloudwatch.Alarm;
  readonly latency: cloudwatch.Alarm;
  readonly all: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: RollbackAlarmsProps) {
    super(scope, id);
    const { thresholds } = props;
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
      why: 'Without requests there is no metric. If that counted as breaching, the alarm would fire all night and roll back every release.',
    } as const;
    const shared = {
      target: 'endpoint',
      owner: 'model',
      operator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      periods: 3,
      missing: noTraffic,
    } as const;

    // SageMaker publishes 1 for each failed request and 0 for each other one, so the average is the error rate at any
    // amount of traffic.
    this.serverErrors = props.alarms.add(this, 'ServerErrors', {
      ...shared,
      metric: metric('Invocation5XXErrors', 'Average'),
      threshold: thresholds.serverErrorShare,
      datapoints: 2,
      why: `More than ${percent(thresholds.serverErrorShare)} of requests end in a 5xx: the container fails. Two minutes of three, so that a single crash of one worker causes no rollback.`,
      runbook: 'server-errors',
    });
    this.clientErrors = props.alarms.add(this, 'ClientErrors', {
      ...shared,
      metric: metric('Invocation4XXErrors', 'Average'),
      threshold: thresholds.clientErrorShare,
      datapoints: 3,
      why: `More than ${percent(thresholds.clientErrorShare)} of requests are refused (4xx). The client may be at fault, but a new model that refuses what the old one accepted looks the same.`,
      runbook: 'client-errors',
    });
    this.latency = props.alarms.add(this, 'Latency', {
      ...shared,
      metric: metric('ModelLatency', 'p95'),
      threshold: props.maximumLatencyMilliseconds * microsecondsPerMillisecond,
      datapoints: 3,
      why:
        `One request in twenty takes the model longer than ${props.maximumLatencyMilliseconds} ms (p95; the metric is in microseconds). ` +
        'Three minutes of three, because the first requests to a new instance are always slow.',
      runbook: 'model-latency',
    });
    this.all = [this.serverErrors, this.clientErrors, this.latency];
    covers(this, 'MON-01', 'SYMPTOM-04', 'SYMPTOM-05', 'COST-03');
  }
}

/**
 * The alarms of each variant that serves callers. A shadow variant serves nobody, so it must not roll an update back.
 * Every endpoint gets the alarms, also where SageMaker does not use them in an update; batch has no endpoint.
 */
export function rollbackAlarms(
  scope: Construct,
  props: { readonly context: WorkflowContext; readonly endpointName: string; readonly alarms: AlarmCatalog },
): readonly cloudwatch.Alarm[] {
  const { problem, pattern, configuration } = props.context;
  if (pattern === 'batch') return [];
  const { endpointName, alarms } = props;
  const { maximumLatencyMilliseconds } = problem.serving;
  const health = { endpointName, maximumLatencyMilliseconds, thresholds: configuration.alarms, alarms };
  const live = new RollbackAlarms(scope, 'RollbackAlarms', { ...health, variantName });
  if (configuration.variants.challenger?.mode !== 'share') return live.all;
  const challenger = new RollbackAlarms(scope, 'ChallengerAlarms', { ...health, variantName: challengerVariantName });
  return [...live.all, ...challenger.all];
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}
