import type { ServiceLedger } from './behaviour';

export const iam: ServiceLedger = {
  service: 'iam',
  behaviours: [],
  readings: [],
};
