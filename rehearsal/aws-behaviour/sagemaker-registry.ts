import type { ServiceLedger } from './behaviour';

export const sagemakerRegistry: ServiceLedger = {
  service: 'sagemaker-registry',
  behaviours: [],
  readings: [],
};
