import type { ServiceLedger } from '../behaviour';
import { changeSets } from './change-sets';
import { failures } from './failures';
import { readings } from './readings';
import { resources } from './resources';
import { stackOperations } from './stack-operations';
import { templates } from './templates';

export const cloudformation: ServiceLedger = {
  service: 'cloudformation',
  behaviours: [...templates, ...stackOperations, ...failures, ...changeSets, ...resources],
  readings,
};
