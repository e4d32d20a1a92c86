import type { ServiceLedger } from './behaviour';

export const messaging: ServiceLedger = {
  service: 'sns and sqs',
  behaviours: [],
  readings: [],
};
