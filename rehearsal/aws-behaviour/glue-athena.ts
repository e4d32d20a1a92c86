import type { ServiceLedger } from './behaviour';

export const glueAthena: ServiceLedger = {
  service: 'glue-athena',
  behaviours: [],
  readings: [],
};
