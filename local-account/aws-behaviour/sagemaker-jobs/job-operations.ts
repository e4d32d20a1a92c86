import type { Behaviour } from '../behaviour';

/** The client wrapper's constants: codes and beginnings of messages by which the operator knows what is not there. */
const operatorForKubernetes = {
  repository: 'aws/amazon-sagemaker-operator-for-k8s',
  at: 'controllers/sdkutil/clientwrapper/sagemaker_client.go (constants ending in 404Code and 404MessagePrefix)',
} as const;

/** What the operations on jobs refuse, and what they list. */
export const jobOperations: readonly Behaviour[] = [
  {
    id: 'sagemaker-jobs/records-of-jobs-stay',
    subjects: [
      'sagemaker:DeleteProcessingJob',
      'sagemaker:DeleteTrainingJob',
      'sagemaker:DeleteHyperParameterTuningJob',
      'sagemaker:CreateTransformJob',
    ],
    does: 'The record of a job stays after the job, its stack and its pipeline are gone. Records of processing, training and tuning jobs can be deleted once the job has ended; records of transform jobs, and the lineage entities that SageMaker makes for jobs, cannot be deleted for good by a workflow.',
    sources: [
      {
        page: 'DeleteProcessingJob',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteProcessingJob.html',
      },
      {
        page: 'DeleteTrainingJob',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteTrainingJob.html',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/jobs/job.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/processing.test.ts',
        title: 'a record can be deleted when its job has ended, not before',
      },
    ],
  },
  {
    id: 'sagemaker-jobs/failures-of-the-service',
    subjects: ['sagemaker:CreateProcessingJob', 'sagemaker:CreateTrainingJob'],
    does: 'A job that fails through no fault of its own ends as Failed; its FailureReason begins with InternalServerError and says to try again. Starting it again is the remedy, and a pipeline step may retry such an error by itself.',
    sources: [
      { repository: 'aws/sagemaker-python-sdk', at: 'issue #2496 (a processing job), issue #70 (a training job)' },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/interruption.ts'],
    tests: [
      {
        file: 'local-account/test/snapshot/services.test.ts',
        title: 'a job and a pipeline at work have failed, with a reason',
      },
    ],
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
      {
        page: 'CreateProcessingJob, ProcessingJobName',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProcessingJob.html',
      },
      {
        page: 'CreateHyperParameterTuningJob, HyperParameterTuningJobName',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html',
      },
    ],
    sure: 'certain',
    enforcedBy: [],
    tests: [],
  },
  {
    id: 'sagemaker-jobs/lists-sort-by-their-own-defaults',
    subjects: [
      'sagemaker:ListProcessingJobs',
      'sagemaker:ListTrainingJobs',
      'sagemaker:ListHyperParameterTuningJobs',
      'sagemaker:ListTrainingJobsForHyperParameterTuningJob',
      'sagemaker:ListModelPackages',
    ],
    does: 'Lists differ in their default order: processing jobs, training jobs and model packages come oldest first, tuning jobs and their training jobs by name, while endpoints, models and transform jobs come newest first. Who wants the newest must say so.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of SortBy and SortOrder of each List operation',
      },
    ],
    sure: 'certain',
    enforcedBy: [
      'local-account/sagemaker/jobs/processing.ts',
      'local-account/sagemaker/jobs/training.ts',
      'local-account/sagemaker/jobs/tuning.ts',
      'local-account/sagemaker/registry/model-packages.ts',
    ],
    tests: [
      {
        file: 'local-account/test/sagemaker/processing.test.ts',
        title: 'lists jobs oldest first by default, filtered and in pages',
      },
      {
        file: 'local-account/test/sagemaker/model-packages.test.ts',
        title: 'lists versions oldest first by default',
      },
    ],
  },
  {
    id: 'sagemaker-jobs/missing-jobs-by-their-words',
    subjects: [
      'sagemaker:DescribeTrainingJob',
      'sagemaker:DescribeProcessingJob',
      'sagemaker:DescribeTransformJob',
      'sagemaker:DescribeHyperParameterTuningJob',
    ],
    does:
      'A job that is not there is a ValidationException, although the API model lists ResourceNotFound: "Requested resource not found" for a training job, "Could not find requested job" ' +
      'for a processing job. A tuning job is a ResourceNotFound: "Amazon SageMaker can\'t find a tuning job". Clients know them by code and text.',
    sources: [operatorForKubernetes],
    sure: 'certain',
    enforcedBy: [
      'local-account/sagemaker/jobs/training.ts',
      'local-account/sagemaker/jobs/tuning.ts',
      'local-account/sagemaker/jobs/processing.ts',
      'local-account/sagemaker/jobs/transform.ts',
    ],
    tests: [
      {
        file: 'local-account/test/sagemaker/training.test.ts',
        title: 'reports missing and ended jobs with the messages that clients match',
      },
      {
        file: 'local-account/test/sagemaker/processing.test.ts',
        title: 'refuses a role that SageMaker may not take, a name that is taken, and an unknown image',
      },
    ],
  },
  {
    id: 'sagemaker-jobs/taken-job-names',
    subjects: ['sagemaker:CreateTrainingJob', 'sagemaker:CreateHyperParameterTuningJob'],
    does:
      "A job name is used once in an account and region, also after the job has ended. A second job of that name is a ResourceInUse, in words that differ: a training job's end with the ARN of " +
      "the first, a tuning job's say which name already exists.",
    sources: [
      { repository: 'SuperCowPowers/workbench', at: 'issue 384' },
      { repository: 'aws/amazon-sagemaker-examples', at: 'pull requests 3092 and 3108' },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/jobs/training.ts', 'local-account/sagemaker/jobs/tuning.ts'],
    tests: [
      { file: 'local-account/test/sagemaker/training.test.ts', title: 'tunes by %s search and names the best job' },
    ],
  },
  {
    id: 'sagemaker-jobs/ended-jobs-cannot-be-stopped',
    subjects: ['sagemaker:StopTrainingJob', 'sagemaker:StopProcessingJob'],
    does: 'Stopping a job that does not run is refused with a ValidationException that names its status: "The request was rejected because the training job is in status Stopped."',
    sources: [{ repository: 'awslabs/benchmark-ai', at: 'issue 928' }],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/jobs/training.ts', 'local-account/sagemaker/jobs/processing.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/training.test.ts',
        title: 'reports missing and ended jobs with the messages that clients match',
      },
    ],
  },
  {
    id: 'sagemaker-jobs/page-tokens',
    subjects: ['sagemaker:ListProcessingJobs', 'sagemaker:ListTrainingJobs', 'sagemaker:ListModelPackages'],
    does: 'A page token comes from the page before. Another text is refused; the message of the refusal is ours.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of ListProcessingJobsRequest, NextToken',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/store.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/processing.test.ts',
        title: 'lists jobs oldest first by default, filtered and in pages',
      },
    ],
  },
];
