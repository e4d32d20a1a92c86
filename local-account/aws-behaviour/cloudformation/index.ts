import type { ServiceLedger } from '../behaviour';
import { readings } from './readings';
import { resources } from './resources';
import { stackOperations } from './stack-operations';
import { templates } from './templates';

export const cloudformation: ServiceLedger = {
  service: 'cloudformation',
  behaviours: [...templates, ...stackOperations, ...resources],
  readings,
};
