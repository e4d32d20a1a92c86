import type { ServiceLedger } from './behaviour';

export const sagemakerJobs: ServiceLedger = {
  service: 'sagemaker-jobs',
  behaviours: [
    {
      id: 'sagemaker-jobs/names-have-a-greatest-length',
      subjects: [
        'sagemaker:CreateProcessingJob',
        'sagemaker:CreateTransformJob',
        'sagemaker:CreateTrainingJob',
        'sagemaker:CreateHyperParameterTuningJob',
        'states:StartExecution',
      ],
      does:
        'A job has a name of at most 63 characters, a tuning job one of at most 32, a state machine execution one of at most 80. The names are made when the ' +
        'work starts, so a deployment with a prefix that is too long succeeds and the first scheduled job fails with a ValidationException.',
      sources: [
        { page: 'CreateProcessingJob, ProcessingJobName', url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProcessingJob.html' },
        {
          page: 'CreateHyperParameterTuningJob, HyperParameterTuningJobName',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html',
        },
      ],
      sure: 'certain',
      enforcedBy: ['lib/foundation/name-length.ts'],
      tests: [
        { file: 'test/lib/foundation/name-length.test.ts', title: 'refuses a prefix with which the names of jobs would be too long at run time, naming prefix, part and limit' },
      ],
    },
  ],
  readings: [],
};
