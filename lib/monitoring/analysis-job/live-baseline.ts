/** Where a release puts the live model's baseline for AWS's own monitor, which can only be told one fixed place. */
export const liveBaselinePrefix = 'baselines/live/';

/** What a release needs to know of AWS's own monitors. */
export interface AwsMonitors {
  readonly roleArns: readonly string[];
  /** Writes what must name the live model. */
  readonly functionArn: string;
}

/** The schedules of AWS's own monitors that judge the model. */
export const outcomeScheduleName = {
  quality: (endpointName: string): string => `${endpointName}-model-quality-monitor`,
  bias: (endpointName: string): string => `${endpointName}-model-bias-monitor`,
  explainability: (endpointName: string): string => `${endpointName}-explainability-monitor`,
};

/** The name under which the model quality monitor publishes. */
export function modelQualityScheduleName(endpointName: string): string {
  return `${endpointName}-model-quality`;
}

/** The name under which both monitors publish. */
export function monitoringScheduleName(endpointName: string): string {
  return `${endpointName}-data-quality`;
}
