import type { ServiceLedger } from './behaviour';

export const lambda: ServiceLedger = {
  service: 'lambda',
  behaviours: [],
  readings: [],
};
