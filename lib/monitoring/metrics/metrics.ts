import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { metricNamespace } from '../../shared/stack/workflow-stack';

/**
 * Model Monitor's own namespace for the data quality of real-time endpoints; with the dimensions Endpoint and
 * MonitoringSchedule. CloudWatch reserves only names that begin with `AWS/`; Model Monitor itself publishes here with
 * the customer's role, so whoever reads its metrics finds ours in the same place.
 */
export const featureNamespace = 'aws/sagemaker/Endpoints/data-metrics';

/** Ours: the number of violated constraints, which Model Monitor writes to a file and to no metric. */
export const workflowNamespace = metricNamespace('Monitoring');
export const violationsMetricName = 'ConstraintViolations';
/**
 * Ours, too: how far the furthest feature is from the baseline. One metric instead of one for each feature, since each
 * costs.
 */
export const largestDistanceMetricName = 'LargestFeatureDistance';

/**
 * Where Model Monitor's model-quality, bias and explainability monitors publish, and ours: all of a model quality run's
 * metrics.
 */
export const modelQualityNamespace = 'aws/sagemaker/Endpoints/model-metrics';
export const biasNamespace = 'aws/sagemaker/Endpoints/bias-metrics';
export const explainabilityNamespace = 'aws/sagemaker/Endpoints/explainability-metrics';
export const outcomeNamespaces = [modelQualityNamespace, biasNamespace, explainabilityNamespace, workflowNamespace];

/** What the endpoint answers for each row (`output_fn` of the steps), in that order. */
export const outputColumns = ['probability', 'decision'];

export const ingestNamespace = metricNamespace('Ingest');

export interface MonitorNames {
  readonly endpointName: string;
  readonly scheduleName: string;
}

export function violationsMetric(names: MonitorNames, metricName = violationsMetricName): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: workflowNamespace,
    metricName,
    dimensionsMap: { Endpoint: names.endpointName, MonitoringSchedule: names.scheduleName },
    statistic: 'Maximum',
    period: Duration.hours(1),
  });
}

export function featureDriftMetric(names: MonitorNames, feature: string): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: featureNamespace,
    metricName: `feature_baseline_drift_${feature}`,
    dimensionsMap: { Endpoint: names.endpointName, MonitoringSchedule: names.scheduleName },
    statistic: 'Maximum',
    period: Duration.hours(1),
    label: feature,
  });
}

export function endpointMetric(
  endpointName: string,
  variantName: string,
  metricName: string,
  statistic: string,
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    // Two namespaces: what the service counts, and what the instances measure.
    namespace: metricName.endsWith('Utilization') ? '/aws/sagemaker/Endpoints' : 'AWS/SageMaker',
    metricName,
    dimensionsMap: { EndpointName: endpointName, VariantName: variantName },
    statistic,
    period: Duration.minutes(5),
  });
}

/** Of an asynchronous endpoint's queue, which belongs to no variant. */
export function queueMetric(endpointName: string, metricName: string, statistic: string): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/SageMaker',
    metricName,
    dimensionsMap: { EndpointName: endpointName },
    statistic,
    period: Duration.minutes(5),
  });
}

export function pipelineMetric(pipelineName: string, metricName: string): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/Sagemaker/ModelBuildingPipeline',
    metricName,
    dimensionsMap: { PipelineName: pipelineName },
    statistic: 'Sum',
    period: Duration.minutes(5),
  });
}

export function machineMetric(stateMachineArn: string, metricName: string, period: Duration): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/States',
    metricName,
    dimensionsMap: { StateMachineArn: stateMachineArn },
    statistic: 'Sum',
    period,
  });
}

/**
 * `CPUUtilization` of an endpoint counts 100 % for each vCPU: a threshold of 80 on two vCPUs would be 40 % of the
 * machine.
 */
export function vcpusOf(instanceType: string): number {
  const size = /^ml\.[a-z0-9-]+\.([a-z0-9]+)$/.exec(instanceType)?.[1];
  const named: Readonly<Record<string, number>> = { medium: 2, large: 2, xlarge: 4 };
  const multiple = /^(\d+)xlarge$/.exec(size ?? '')?.[1];
  const vcpus = multiple === undefined ? named[size ?? ''] : 4 * Number(multiple);
  if (vcpus === undefined)
    throw new Error(`"${instanceType}": cannot tell how many vCPUs it has; write it like ml.m5.large`);
  return vcpus;
}
