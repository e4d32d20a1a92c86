import type { ServiceLedger } from './behaviour';

export const kms: ServiceLedger = {
  service: 'kms',
  behaviours: [],
  readings: [],
};
