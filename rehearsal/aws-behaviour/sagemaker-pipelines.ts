import type { ServiceLedger } from './behaviour';

export const sagemakerPipelines: ServiceLedger = {
  service: 'sagemaker-pipelines',
  behaviours: [],
  readings: [],
};
