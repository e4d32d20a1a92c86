import type { ServiceLedger } from './behaviour';

export const sagemakerJobs: ServiceLedger = {
  service: 'sagemaker-jobs',
  behaviours: [
    {
      id: 'sagemaker-jobs/quotas-also-count-all-instance-types',
      subjects: ['sagemaker:CreateEndpoint', 'sagemaker:UpdateEndpoint', 'sagemaker:CreateProcessingJob', 'sagemaker:CreateTrainingJob', 'sagemaker:CreateTransformJob'],
      does: 'Beside the quota of each instance type and usage, an account has a quota for the instances of all types together, such as "Number of instances across active endpoints". New accounts were seen with 3. The refusal is ResourceLimitExceeded: "The account-level service limit ... is 3 Instances, with current utilization of 3 Instances and a request delta of 1 Instances."',
      sources: [
        { page: 'Amazon SageMaker AI endpoints and quotas', url: 'https://docs.aws.amazon.com/general/latest/gr/sagemaker.html' },
        { repository: 'aws/amazon-sagemaker-examples', at: 'issue 593: new accounts with limits of zero' },
      ],
      sure: 'certain',
      enforcedBy: ['operator/commands/doctor.ts'],
      tests: [{ file: 'test/operator/doctor.test.ts', title: 'counts what runs at the same time, of one type and of all types together' }],
    },
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
