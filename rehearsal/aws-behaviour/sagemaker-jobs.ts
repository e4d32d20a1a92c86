import type { ServiceLedger } from './behaviour';

export const sagemakerJobs: ServiceLedger = {
  service: 'sagemaker-jobs',
  behaviours: [],
  readings: [],
};
