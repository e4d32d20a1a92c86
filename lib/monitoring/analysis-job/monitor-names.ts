import type { MonitorNames } from '../metrics/metrics';

/** Schedule names of AWS's own monitors that evaluate the model on outcomes. */
export const outcomeScheduleName = {
  quality: (endpointName: string): string => `${endpointName}-model-quality-monitor`,
  bias: (endpointName: string): string => `${endpointName}-model-bias-monitor`,
  explainability: (endpointName: string): string => `${endpointName}-explainability-monitor`,
};

/** Value of the dimension MonitoringSchedule in the metrics of our model quality monitor. */
export function modelQualityScheduleName(endpointName: string): string {
  return `${endpointName}-model-quality`;
}

/** Value of the dimension MonitoringSchedule in the metrics of the drift analysis, ours or AWS's. */
export function monitoringScheduleName(endpointName: string): string {
  return `${endpointName}-data-quality`;
}

/** Dimensions of the drift metrics. */
export function driftNames({ endpointName }: { readonly endpointName: string }): MonitorNames {
  return { endpointName, scheduleName: monitoringScheduleName(endpointName) };
}

/** Dimensions of the model quality metrics. */
export function modelQualityNames({ endpointName }: { readonly endpointName: string }): MonitorNames {
  return { endpointName, scheduleName: modelQualityScheduleName(endpointName) };
}
