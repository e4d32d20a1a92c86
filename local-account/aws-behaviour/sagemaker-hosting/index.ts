import type { ServiceLedger } from '../behaviour';
import { deployments } from './deployments';
import { endpointOperations } from './endpoint-operations';
import { invocations } from './invocations';
import { models } from './models';
import { readings } from './readings';
import { serverless } from './serverless';

export const sagemakerHosting: ServiceLedger = {
  service: 'sagemaker-hosting',
  behaviours: [...endpointOperations, ...deployments, ...models, ...serverless, ...invocations],
  readings,
};
