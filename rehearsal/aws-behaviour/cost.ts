import type { ServiceLedger } from './behaviour';

export const cost: ServiceLedger = {
  service: 'budgets and cost explorer',
  behaviours: [],
  readings: [],
};
