import type { ServiceLedger } from './behaviour';

export const cloudtrail: ServiceLedger = {
  service: 'cloudtrail',
  behaviours: [],
  readings: [],
};
