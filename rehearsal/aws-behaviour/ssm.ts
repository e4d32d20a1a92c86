import type { ServiceLedger } from './behaviour';

export const ssm: ServiceLedger = {
  service: 'ssm',
  behaviours: [],
  readings: [],
};
