import type { ServiceLedger } from './behaviour';

export const cloudformation: ServiceLedger = {
  service: 'cloudformation',
  behaviours: [],
  readings: [],
};
