import type { ServiceLedger } from './behaviour';

export const events: ServiceLedger = {
  service: 'events',
  behaviours: [],
  readings: [],
};
