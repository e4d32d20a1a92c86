import type { ServiceLedger } from '../behaviour';
import { groups } from './groups';
import { readings } from './readings';
import { records } from './records';

export const sagemakerFeatureStore: ServiceLedger = {
  service: 'sagemaker-feature-store',
  behaviours: [...groups, ...records],
  readings,
};
