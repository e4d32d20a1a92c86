import type { ServiceLedger } from './behaviour';

export const sagemakerHosting: ServiceLedger = {
  service: 'sagemaker-hosting',
  behaviours: [],
  readings: [],
};
