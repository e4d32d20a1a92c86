import type { ServiceLedger } from './behaviour';

export const ec2: ServiceLedger = {
  service: 'ec2',
  behaviours: [],
  readings: [],
};
