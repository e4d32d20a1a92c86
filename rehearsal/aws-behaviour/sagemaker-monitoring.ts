import type { ServiceLedger } from './behaviour';

export const sagemakerMonitoring: ServiceLedger = {
  service: 'sagemaker-monitoring',
  behaviours: [],
  readings: [],
};
