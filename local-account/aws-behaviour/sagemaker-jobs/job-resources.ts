import type { Behaviour } from '../behaviour';

/** Roles, images, instances, quotas and spot capacity of jobs. */
export const jobResources: readonly Behaviour[] = [
  {
    id: 'sagemaker-jobs/applied-quotas-leave-out-defaults',
    subjects: ['service-quotas:ListServiceQuotas', 'service-quotas:ListAWSDefaultServiceQuotas'],
    does: 'ListServiceQuotas gives the values that are applied to the account. Where a quota has none of its own, only ListAWSDefaultServiceQuotas gives its value.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'service model of service-quotas: ListServiceQuotas, which says that for some quotas only the default values are available',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/service-quotas.ts'],
    tests: [],
  },
  {
    id: 'sagemaker-jobs/quotas-also-count-all-instance-types',
    subjects: [
      'sagemaker:CreateEndpoint',
      'sagemaker:UpdateEndpoint',
      'sagemaker:CreateProcessingJob',
      'sagemaker:CreateTrainingJob',
      'sagemaker:CreateTransformJob',
    ],
    does: 'Beside the quota of each instance type and usage, an account has a quota for the instances of all types together, such as "Number of instances across active endpoints". New accounts were seen with 3. The refusal is ResourceLimitExceeded: "The account-level service limit ... is 3 Instances, with current utilization of 3 Instances and a request delta of 1 Instances."',
    sources: [
      {
        page: 'Amazon SageMaker AI endpoints and quotas',
        url: 'https://docs.aws.amazon.com/general/latest/gr/sagemaker.html',
      },
      { repository: 'aws/amazon-sagemaker-examples', at: 'issue 593: new accounts with limits of zero' },
    ],
    sure: 'certain',
    enforcedBy: [],
    tests: [],
  },
  {
    id: 'sagemaker-jobs/spot-waits-at-least-as-long-as-it-runs',
    subjects: ['sagemaker:CreateTrainingJob', 'sagemaker:CreateHyperParameterTuningJob'],
    does: 'A managed spot job has a MaxWaitTimeInSeconds, which is at least its MaxRuntimeInSeconds.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of StoppingCondition, MaxWaitTimeInSeconds',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/jobs/training.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/training.test.ts',
        title: 'refuses a spot job that may wait for less time than it may run',
      },
    ],
  },
  {
    id: 'sagemaker-jobs/waiting-is-for-spot-jobs',
    subjects: ['sagemaker:CreateTrainingJob', 'sagemaker:CreateHyperParameterTuningJob'],
    does: 'MaxWaitTimeInSeconds belongs to managed spot training. Without EnableManagedSpotTraining it is refused: "Invalid MaxWaitTimeInSeconds. It is only supported when EnableManagedSpotTraining is set to true".',
    sources: [
      { repository: 'Kenza-AI/sagify', at: 'issue 111' },
      { repository: 'aws/sagemaker-python-sdk', at: 'issues 1011 and 4140, the second in a pipeline step' },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/jobs/training.ts'],
    tests: [{ file: 'local-account/test/sagemaker/training.test.ts', title: 'lets only spot jobs wait' }],
  },

  {
    id: 'sagemaker-jobs/local-storage-takes-no-key',
    subjects: [
      'sagemaker:CreateEndpointConfig',
      'sagemaker:CreateTrainingJob',
      'sagemaker:CreateHyperParameterTuningJob',
      'sagemaker:CreateProcessingJob',
      'sagemaker:CreateTransformJob',
      'AWS::SageMaker::EndpointConfig',
    ],
    does: 'Instance types with local storage encrypt it themselves, and a request with a KMS key for their volume is refused. A list of such types is in the EC2 guide; their family usually has a d, and newer accelerated families have it without.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of CreateEndpointConfigInput, KmsKeyId; ResourceConfig, ProcessingClusterConfig and TransformResources, VolumeKmsKeyId',
      },
      { repository: 'aws/sagemaker-python-sdk', at: 'issue 3677, and common_utils.py: volume_size_supported' },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/local-storage.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/endpoint.test.ts',
        title: 'refuses a volume key for an instance type with local storage',
      },
    ],
  },
  {
    id: 'sagemaker-jobs/roles-that-cannot-be-assumed',
    subjects: [
      'sagemaker:CreateProcessingJob',
      'sagemaker:CreateTrainingJob',
      'sagemaker:CreateTransformJob',
      'sagemaker:CreateModel',
    ],
    does: 'SageMaker takes the execution role while it accepts a job or a model. A role that is missing or does not trust it is refused with "Could not assume role ... Please ensure that the role exists and allows principal \'sagemaker.amazonaws.com\' to assume the role."',
    sources: [
      {
        repository: 'awslabs/predictive-maintenance-using-machine-learning',
        at: 'issue 3 quotes the refusal of CreateTransformJob',
      },
      { repository: 'unnamed-public-repository', at: 'two notes quote the same refusal of CreateTrainingJob' },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/role-session.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/processing.test.ts',
        title: 'refuses a role that SageMaker may not take, a name that is taken, and an unknown image',
      },
    ],
  },
  {
    id: 'sagemaker-jobs/images-are-looked-up',
    subjects: ['sagemaker:CreateProcessingJob', 'sagemaker:CreateTrainingJob', 'sagemaker:CreateModel'],
    does: 'SageMaker looks for the image while it accepts a job, as the execution role: "Access denied for repository: ... Please check if your ECR repository and image exist and role ... has proper pull permissions for SageMaker". The local account names the images that it has stand-ins for instead.',
    sources: [
      {
        repository: 'unnamed-public-repository',
        at: 'tests of a SageMaker notebook extension quote the refusal of CreateTrainingJob',
      },
      {
        repository: 'aws/deep-learning-containers',
        at: 'issue 5657: CreateModel refuses an image whose repository it may not read',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/service.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/processing.test.ts',
        title: 'refuses a role that SageMaker may not take, a name that is taken, and an unknown image',
      },
    ],
  },
];
