/** How Application Auto Scaling reads its policies; pure. */

export interface Bounds {
  readonly MinCapacity: number;
  readonly MaxCapacity: number;
}

export interface TargetTracking {
  readonly TargetValue: number;
  readonly PredefinedMetricSpecification?: { readonly PredefinedMetricType: string };
  readonly CustomizedMetricSpecification?: {
    readonly MetricName?: string;
    readonly Namespace?: string;
    readonly Statistic?: string;
    readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  };
  readonly ScaleInCooldown?: number;
  readonly ScaleOutCooldown?: number;
  readonly DisableScaleIn?: boolean;
}

export interface StepScaling {
  readonly AdjustmentType?: string;
  readonly Cooldown?: number;
  readonly StepAdjustments?: readonly {
    readonly MetricIntervalLowerBound?: number;
    readonly MetricIntervalUpperBound?: number;
    readonly ScalingAdjustment: number;
  }[];
}

export function within(capacity: number, { MinCapacity, MaxCapacity }: Bounds): number {
  return Math.min(Math.max(capacity, MinCapacity), MaxCapacity);
}

/**
 * Capacity in proportion to the metric ("How target tracking scaling for Application Auto Scaling works"): rounded up,
 * so that it suffices.
 */
export function trackedCapacity(
  current: number,
  value: number,
  { TargetValue }: TargetTracking,
  bounds: Bounds,
): number {
  return within(Math.ceil((current * value) / TargetValue), bounds);
}

/**
 * The capacity after the step whose interval holds how far the metric is beyond the alarm's threshold ("How step
 * scaling for Application Auto Scaling works"); undefined when no step does.
 */
export function steppedCapacity(
  current: number,
  beyond: number,
  { AdjustmentType, StepAdjustments = [] }: StepScaling,
  bounds: Bounds,
): number | undefined {
  const step = StepAdjustments.find(
    ({ MetricIntervalLowerBound: lower = -Infinity, MetricIntervalUpperBound: upper = Infinity }) =>
      beyond >= lower && beyond < upper,
  );
  if (!step) {
    return undefined;
  }
  switch (AdjustmentType) {
    case 'ChangeInCapacity':
      return within(current + step.ScalingAdjustment, bounds);
    case 'ExactCapacity':
      return within(step.ScalingAdjustment, bounds);
    default:
      throw new Error(`AdjustmentType ${AdjustmentType ?? '(none)'} is not supported by the local account`);
  }
}

export interface TrackedMetric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Statistic: 'Average' | 'Minimum' | 'Maximum' | 'Sum' | 'SampleCount';
  readonly Dimensions: { readonly Name: string; readonly Value: string }[];
}

/** The metric that a policy tracks on `endpoint/<name>/variant/<name>`. */
export function trackedMetric(
  resourceId: string,
  { PredefinedMetricSpecification, CustomizedMetricSpecification }: TargetTracking,
): TrackedMetric {
  const [, EndpointName = '', , VariantName = ''] = resourceId.split('/');
  if (PredefinedMetricSpecification?.PredefinedMetricType === 'SageMakerVariantInvocationsPerInstance') {
    const Dimensions = [
      { Name: 'EndpointName', Value: EndpointName },
      { Name: 'VariantName', Value: VariantName },
    ];
    return { Namespace: 'AWS/SageMaker', MetricName: 'InvocationsPerInstance', Statistic: 'Sum', Dimensions };
  }
  const { Namespace, MetricName, Statistic = 'Average', Dimensions = [] } = CustomizedMetricSpecification ?? {};
  if (Namespace === undefined || MetricName === undefined) {
    throw new Error(
      `The metric ${PredefinedMetricSpecification?.PredefinedMetricType ?? 'math'} of a scaling policy is not supported by the local account`,
    );
  }
  return { Namespace, MetricName, Statistic: Statistic as TrackedMetric['Statistic'], Dimensions: [...Dimensions] };
}
