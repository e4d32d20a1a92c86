import type { ServiceLedger } from './behaviour';

export const sagemakerContainers: ServiceLedger = {
  service: 'sagemaker-containers',
  behaviours: [],
  readings: [],
};
