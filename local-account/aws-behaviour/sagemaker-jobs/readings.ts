import type { Reading } from '../behaviour';

export const readings: readonly Reading[] = [
  {
    subjects: [
      'sagemaker:CreateProcessingJob',
      'sagemaker:DescribeProcessingJob',
      'sagemaker:StopProcessingJob',
      'sagemaker:DeleteProcessingJob',
      'sagemaker:ListProcessingJobs',
    ],
    pages: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations and their members',
      },
    ],
    found: ['sagemaker-jobs/lists-sort-by-their-own-defaults'],
  },
  {
    subjects: [
      'sagemaker:CreateTrainingJob',
      'sagemaker:DescribeTrainingJob',
      'sagemaker:StopTrainingJob',
      'sagemaker:DeleteTrainingJob',
      'sagemaker:ListTrainingJobs',
    ],
    pages: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations and their members',
      },
    ],
    found: ['sagemaker-jobs/spot-waits-at-least-as-long-as-it-runs', 'sagemaker-jobs/lists-sort-by-their-own-defaults'],
  },
  {
    subjects: [
      'sagemaker:CreateHyperParameterTuningJob',
      'sagemaker:DescribeHyperParameterTuningJob',
      'sagemaker:StopHyperParameterTuningJob',
      'sagemaker:DeleteHyperParameterTuningJob',
      'sagemaker:ListHyperParameterTuningJobs',
      'sagemaker:ListTrainingJobsForHyperParameterTuningJob',
    ],
    pages: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations and their members',
      },
    ],
    found: [
      'sagemaker-jobs/scaling-fits-the-range',
      'sagemaker-jobs/spot-waits-at-least-as-long-as-it-runs',
      'sagemaker-jobs/lists-sort-by-their-own-defaults',
    ],
  },
  {
    subjects: [
      'sagemaker:CreateTransformJob',
      'sagemaker:DescribeTransformJob',
      'sagemaker:StopTransformJob',
      'sagemaker:ListTransformJobs',
    ],
    pages: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations and their members',
      },
    ],
    found: ['sagemaker-jobs/transform-payload-limits', 'sagemaker-jobs/transform-retries-three-times'],
  },
];
