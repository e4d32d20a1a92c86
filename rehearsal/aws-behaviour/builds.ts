import type { ServiceLedger } from './behaviour';

export const builds: ServiceLedger = {
  service: 'ecr and codebuild',
  behaviours: [],
  readings: [],
};
