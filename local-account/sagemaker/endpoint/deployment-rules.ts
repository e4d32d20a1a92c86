import type { CapacitySize, DeploymentConfig } from '@aws-sdk/client-sagemaker';
import { validation } from '../errors';

/** A variant of the fleet that a deployment is about to start. */
export interface PlannedVariant {
  readonly instances: number;
  readonly serverless: boolean;
}

/**
 * What SageMaker takes as a deployment configuration (API reference, "TrafficRoutingConfig", "BlueGreenUpdatePolicy",
 * "RollingUpdatePolicy"; developer guide, "Deployment guardrails: Exclusions"). The pages give the rules, not the
 * wording of their refusals.
 */
export function checkDeployment(config: DeploymentConfig | undefined, variants: readonly PlannedVariant[]): void {
  const { BlueGreenUpdatePolicy: blueGreen, RollingUpdatePolicy: rolling } = config ?? {};
  // AWS: sagemaker-hosting/deployment-sizes
  if (blueGreen && rolling)
    throw validation(
      'Only one update policy should be used in the deployment configuration: BlueGreenUpdatePolicy or RollingUpdatePolicy.',
    );
  const smallest = Math.min(...variants.map(({ instances }) => instances));
  if (blueGreen) {
    const routing = blueGreen.TrafficRoutingConfiguration;
    range('waitIntervalInSeconds', routing?.WaitIntervalInSeconds, 0, 3_600);
    range('terminationWaitInSeconds', blueGreen.TerminationWaitInSeconds, 0, 3_600);
    range('maximumExecutionTimeoutInSeconds', blueGreen.MaximumExecutionTimeoutInSeconds, 600, 28_800);
    const waits = (routing?.WaitIntervalInSeconds ?? 0) + (blueGreen.TerminationWaitInSeconds ?? 0);
    // AWS: sagemaker-hosting/deployment-timeout-exceeds-its-waits
    if ((blueGreen.MaximumExecutionTimeoutInSeconds ?? Infinity) <= waits) {
      throw validation(
        `MaximumExecutionTimeoutInSeconds ${blueGreen.MaximumExecutionTimeoutInSeconds} must be larger than the ${waits} seconds of TerminationWaitInSeconds and WaitIntervalInSeconds.`,
      );
    }
    if (routing?.Type === 'CANARY') share('CanarySize', routing.CanarySize, smallest, 0, 50);
    if (routing?.Type === 'LINEAR') share('LinearStepSize', routing.LinearStepSize, smallest, 10, 50);
  }
  if (rolling) {
    range('waitIntervalInSeconds', rolling.WaitIntervalInSeconds, 0, 3_600);
    range('maximumExecutionTimeoutInSeconds', rolling.MaximumExecutionTimeoutInSeconds, 600, 28_800);
    share('MaximumBatchSize', rolling.MaximumBatchSize, smallest, 5, 50);
    // AWS: sagemaker-hosting/rolling-excludes
    if (variants.length > 1) throw validation('Rolling deployments do not support multi-variant inference endpoints.');
    // AWS: sagemaker-hosting/rolling-excludes
    if (variants.some(({ serverless }) => serverless))
      throw validation('Rolling deployments do not support serverless inference endpoints.');
  }
}

/**
 * Production variants come and go without a policy only. The page says that they must be the same, not what happens
 * otherwise; the message is ours.
 *
 * AWS: sagemaker-hosting/policies-need-the-same-variants
 */
export function checkSameVariants(
  config: DeploymentConfig | undefined,
  before: readonly (string | undefined)[],
  after: readonly (string | undefined)[],
): void {
  if (!config?.BlueGreenUpdatePolicy && !config?.RollingUpdatePolicy) return;
  const listed = (names: readonly (string | undefined)[]) => [...names].sort().join(', ');
  if (listed(before) === listed(after)) return;
  throw validation(
    `The new endpoint configuration must have the same variant names as the old one in a blue/green or rolling deployment: it has [${listed(after)}], the endpoint has [${listed(before)}].`,
  );
}

/**
 * The page names DataCaptureConfig among the valid values, and as not supported; the message is ours.
 *
 * AWS: sagemaker-hosting/data-capture-is-not-retained
 */
export function checkRetained(excluded: ReadonlySet<string | undefined>): void {
  if (excluded.has('DataCaptureConfig'))
    throw validation('ExcludeRetainedVariantProperties: DataCaptureConfig is not currently supported.');
}

// AWS: sagemaker-hosting/deployment-sizes
function range(name: string, value: number | undefined, minimum: number, maximum: number): void {
  if (value === undefined || (value >= minimum && value <= maximum)) return;
  const bound = value < minimum ? `greater than or equal to ${minimum}` : `less than or equal to ${maximum}`;
  throw validation(
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value ${bound}`,
  );
}

// AWS: sagemaker-hosting/deployment-sizes
function share(
  name: string,
  size: CapacitySize | undefined,
  instances: number,
  minimum: number,
  maximum: number,
): void {
  if (size?.Value === undefined) throw validation(`${name} must be given.`);
  const percent = size.Type === 'INSTANCE_COUNT' ? (100 * size.Value) / Math.max(instances, 1) : size.Value;
  if (size.Value < 1 || percent < minimum || percent > maximum) {
    throw validation(
      `${name} must be ${minimum > 0 ? `between ${minimum}% and ${maximum}%` : `less than or equal to ${maximum}%`} of the variant's total instance count.`,
    );
  }
}
