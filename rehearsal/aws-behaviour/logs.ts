import type { ServiceLedger } from './behaviour';

export const logs: ServiceLedger = {
  service: 'logs',
  behaviours: [],
  readings: [],
};
