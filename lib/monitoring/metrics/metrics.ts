import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { metricNamespace } from '../../shared/stack/workflow-stack';

/**
 * Model Monitor's namespace for the data quality of real-time endpoints, with the dimensions Endpoint and
 * MonitoringSchedule. Model Monitor publishes there with the customer's role, and so do we: a reader of its metrics finds
 * ours in the same place. CloudWatch reserves only namespaces that begin with `AWS/`.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-interpreting-cloudwatch.html
 */
export const featureNamespace = 'aws/sagemaker/Endpoints/data-metrics';

/** Our namespace, for the number of violated constraints, which Model Monitor writes to a file only. */
export const workflowNamespace = metricNamespace('Monitoring');
export const violationsMetricName = 'ConstraintViolations';
/** Distance from the baseline of the feature that drifted most. One metric instead of one for each feature, to save cost. */
export const largestDistanceMetricName = 'LargestFeatureDistance';

/** Namespaces of Model Monitor's quality, bias and explainability monitors. Our model quality run publishes there, too. */
export const modelQualityNamespace = 'aws/sagemaker/Endpoints/model-metrics';
export const biasNamespace = 'aws/sagemaker/Endpoints/bias-metrics';
export const explainabilityNamespace = 'aws/sagemaker/Endpoints/explainability-metrics';
export const outcomeNamespaces = [modelQualityNamespace, biasNamespace, explainabilityNamespace, workflowNamespace];

/** Columns of a prediction, in the order in which the endpoint returns them (`output_fn` of the steps). */
export const outputColumns = ['probability', 'decision'];

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
    // SageMaker uses two namespaces: one for invocations, one for the instances.
    // https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
    namespace: /^(CPU|Memory|Disk)Utilization$/.test(metricName) ? '/aws/sagemaker/Endpoints' : 'AWS/SageMaker',
    metricName,
    dimensionsMap: { EndpointName: endpointName, VariantName: variantName },
    statistic,
    period: Duration.minutes(5),
  });
}

/** A metric of an asynchronous endpoint's queue. It has no dimension for the variant. */
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

export function stateMachineMetric(stateMachineArn: string, metricName: string, period: Duration): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/States',
    metricName,
    dimensionsMap: { StateMachineArn: stateMachineArn },
    statistic: 'Sum',
    period,
  });
}

/**
 * `CPUUtilization` of an endpoint counts 100 % for each vCPU, so a threshold of 80 on two vCPUs would be 40 % of the
 * instance.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
 */
export function vcpusOf(instanceType: string): number {
  const size = /^ml\.[a-z0-9-]+\.([a-z0-9]+)$/.exec(instanceType)?.[1];
  const named: Readonly<Record<string, number>> = { medium: 2, large: 2, xlarge: 4 };
  const multiple = /^(\d+)xlarge$/.exec(size ?? '')?.[1];
  const vcpus = multiple === undefined ? named[size ?? ''] : 4 * Number(multiple);
  if (vcpus === undefined)
    throw new Error(`"${instanceType}": the number of vCPUs is unknown; write the type as in ml.m5.large`);
  return vcpus;
}
