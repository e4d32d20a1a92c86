import type { ServiceLedger } from './behaviour';

export const stepFunctions: ServiceLedger = {
  service: 'step-functions',
  behaviours: [],
  readings: [],
};
