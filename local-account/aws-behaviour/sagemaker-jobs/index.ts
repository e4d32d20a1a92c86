import type { ServiceLedger } from '../behaviour';
import { algorithms } from './algorithms';
import { channels } from './channels';
import { economics } from './economics';
import { jobData } from './job-data';
import { jobOperations } from './job-operations';
import { jobResources } from './job-resources';
import { readings } from './readings';

export const sagemakerJobs: ServiceLedger = {
  service: 'sagemaker-jobs',
  behaviours: [...jobOperations, ...jobData, ...channels, ...algorithms, ...jobResources, ...economics],
  readings,
};
