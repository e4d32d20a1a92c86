import type { ServiceLedger } from './behaviour';

export const s3: ServiceLedger = {
  service: 's3',
  behaviours: [],
  readings: [],
};
