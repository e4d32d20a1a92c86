import type { ServiceLedger } from './behaviour';

export const applicationAutoScaling: ServiceLedger = {
  service: 'application-auto-scaling',
  behaviours: [],
  readings: [],
};
