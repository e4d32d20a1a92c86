import type { ServiceLedger } from './behaviour';

export const cloudwatch: ServiceLedger = {
  service: 'cloudwatch',
  behaviours: [],
  readings: [],
};
