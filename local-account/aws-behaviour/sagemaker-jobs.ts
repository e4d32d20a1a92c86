import type { ServiceLedger } from './behaviour';

/** The client wrapper's constants: codes and beginnings of messages by which the operator knows what is not there. */
const operatorForKubernetes = {
  repository: 'aws/amazon-sagemaker-operator-for-k8s',
  at: 'controllers/sdkutil/clientwrapper/sagemaker_client.go (constants ending in 404Code and 404MessagePrefix)',
} as const;

export const sagemakerJobs: ServiceLedger = {
  service: 'sagemaker-jobs',
  behaviours: [
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
      id: 'sagemaker-jobs/manifests',
      subjects: ['sagemaker:CreateProcessingJob'],
      does: 'An input of S3DataType ManifestFile is exactly the objects that a JSON list names, below the prefix in its first entry. A missing object fails the job.',
      sources: [
        {
          page: 'ProcessingS3Input, Amazon SageMaker API Reference',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProcessingS3Input.html',
        },
        {
          page: 'TransformS3DataSource, Amazon SageMaker API Reference: the format',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TransformS3DataSource.html',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/container/transfer.ts'],
      tests: [],
    },
    {
      id: 'sagemaker-jobs/s3-prefix-takes-every-key',
      subjects: ['sagemaker:CreateTransformJob', 'sagemaker:CreateProcessingJob', 'sagemaker:CreateTrainingJob'],
      does: 'An input of S3DataType S3Prefix is every object whose key begins with the given text. A whole key takes its neighbors too: night.csv takes night.csv.old.',
      sources: [
        {
          page: 'TransformS3DataSource, Amazon SageMaker API Reference',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TransformS3DataSource.html',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/container/transfer.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/transform.test.ts',
          title: 'takes every object whose key begins with its prefix, so a file is staged in a folder of its own',
        },
      ],
    },
    {
      id: 'sagemaker-jobs/line-splitting',
      subjects: ['sagemaker:CreateTransformJob'],
      does:
        'SplitType Line splits a file at newline characters, and JoinSource Input counts on an answer for each record. What becomes of blank lines, carriage returns alone, ' +
        'byte order marks and characters that an S3 URI would encode is not documented.',
      sources: [
        {
          page: 'enum SplitType, AWS CDK API Reference',
          url: 'https://docs.aws.amazon.com/cdk/api/v1/docs/@aws-cdk_aws-stepfunctions-tasks.SplitType.html',
        },
        {
          page: 'Associate Prediction Results with Input Records',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html',
        },
        { repository: 'aws/amazon-sagemaker-examples', at: 'issue 3783: a file with blank lines' },
      ],
      sure: 'possible',
      enforcedBy: [],
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
      id: 'sagemaker-jobs/algorithms-define-their-metrics',
      subjects: ['sagemaker:CreateHyperParameterTuningJob', 'sagemaker:CreateTrainingJob'],
      does:
        'For its own algorithms SageMaker has registered metric definitions, and refuses a request that brings others. Its XGBoost image is such an algorithm ' +
        'also when it runs a script. A tuning job optimizes one of the registered metrics; the descriptions of jobs show them, and the objective once more as ' +
        'ObjectiveMetric.',
      sources: [
        { repository: 'aws/sagemaker-xgboost-container', at: 'issue 121 (script mode with the XGBoost image, open)' },
        {
          repository: 'awslabs/mlspace',
          at: 'the handler that creates training jobs and its test, which quote the refusal',
        },
        {
          repository: 'aws/sagemaker-xgboost-container',
          at: 'src/sagemaker_xgboost_container/algorithm_mode/metrics.py and constants/xgb_constants.py',
        },
        { page: 'Tune an XGBoost Model', url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost-tuning.html' },
        {
          page: 'Define metrics and environment variables',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-metrics-variables.html',
        },
      ],
      // Certain for training jobs; of tuning jobs there are reports both ways, and a request without definitions is
      // right under either.
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/jobs/algorithm-rules.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/training.test.ts',
          title:
            "refuses metric definitions of our own for an algorithm of AWS's, in a tuning job and in a training job",
        },
        {
          file: 'local-account/test/sagemaker/training.test.ts',
          title: 'refuses an objective that the algorithm does not have, or has the other way round',
        },
      ],
    },
    {
      id: 'sagemaker-jobs/algorithms-tune-their-own-hyperparameters',
      subjects: ['sagemaker:CreateHyperParameterTuningJob'],
      does:
        'A tuning job on an image that is an algorithm of AWS searches only the hyperparameters that the algorithm declares as tunable, also when the image runs a script ' +
        'with hyperparameters of its own. Static hyperparameters are not checked.',
      sources: [
        { repository: 'aws/sagemaker-python-sdk', at: 'issue 2226 (script mode with the XGBoost image, open)' },
        {
          repository: 'aws/sagemaker-xgboost-container',
          at: 'issue 113, and src/sagemaker_xgboost_container/algorithm_mode/hyperparameter_validation.py',
        },
        {
          page: 'Tune an XGBoost Model, tunable hyperparameters',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost-tuning.html',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/jobs/algorithm-rules.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/training.test.ts',
          title: "refuses to tune a hyperparameter that is the script's and not the algorithm's",
        },
      ],
    },
    {
      id: 'sagemaker-jobs/log-lines-escape-control-characters',
      subjects: ['sagemaker:CreateTrainingJob'],
      does:
        "In a training job's log a control character stands as # and its octal number: the tabs of XGBoost's evaluation log are #011. Metric definitions are matched against that text, " +
        'so one that expects a tab finds nothing.',
      sources: [
        {
          repository: 'aws/sagemaker-xgboost-container',
          at: 'src/sagemaker_xgboost_container/algorithm_mode/metrics.py (the regular expressions of the metrics)',
        },
        {
          repository: 'awsdocs/amazon-sagemaker-developer-guide',
          at: 'doc_source/automatic-model-tuning-define-metrics.md',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/jobs/training.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/training.test.ts',
          title: 'runs script mode: hyperparameters as arguments, channels, model archive, metrics, log',
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
          title: 'lists jobs oldest first unless told otherwise, filtered and in pages',
        },
        {
          file: 'local-account/test/sagemaker/endpoint.test.ts',
          title: 'lists versions oldest first unless told otherwise',
        },
      ],
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
      id: 'sagemaker-jobs/scaling-fits-the-range',
      subjects: ['sagemaker:CreateHyperParameterTuningJob'],
      does: 'Logarithmic scaling takes ranges above 0 only; reverse logarithmic scaling takes continuous ranges from 0 to below 1.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of ContinuousParameterRange and IntegerParameterRange, ScalingType',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/jobs/search-space.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/search-space.test.ts',
          title: 'is searched by logarithms only above 0, and by reverse ones only from 0 to below 1',
        },
      ],
    },
    {
      id: 'sagemaker-jobs/transform-payload-limits',
      subjects: ['sagemaker:CreateTransformJob'],
      does: 'A payload has at most 100 MB, and so have all payloads together that are on their way to one instance. Filters and joins take CSV and JSON only.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of CreateTransformJobRequest, MaxPayloadInMB, and DataProcessing',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/jobs/transform-request.ts'],
      tests: [{ file: 'local-account/test/sagemaker/transform.test.ts', title: 'refuses at once: %s' }],
    },
    {
      id: 'sagemaker-jobs/transform-retries-three-times',
      subjects: ['sagemaker:CreateTransformJob'],
      does: 'A transform job asks again three times after a failed invocation where the request says nothing of retries.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of ModelClientConfig, InvocationsMaxRetries',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/jobs/transform.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/transform.test.ts',
          title: 'asks a container that breaks three times more where the request says nothing of retries',
        },
      ],
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
          title: 'takes no key for the volumes of an instance type with local storage',
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
          title: 'says that a job is not there, or has ended, in the words by which clients know that',
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
          title: 'says that a job is not there, or has ended, in the words by which clients know that',
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
      does: 'SageMaker looks for the image while it accepts a job, as the execution role: "Access denied for repository: ... Please check if your ECR repository and image exist and role ... has proper pull permissions for SageMaker". The rehearsal says instead which images it can stand in for.',
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
    {
      id: 'sagemaker-jobs/page-tokens',
      subjects: ['sagemaker:ListProcessingJobs', 'sagemaker:ListTrainingJobs', 'sagemaker:ListModelPackages'],
      does: 'A page token is what the page before it gave. Another text is no token; the words of the refusal are ours.',
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
          title: 'lists jobs oldest first unless told otherwise, filtered and in pages',
        },
      ],
    },
    {
      id: 'sagemaker-jobs/objectives-of-other-images',
      subjects: ['sagemaker:CreateHyperParameterTuningJob'],
      does: 'For an image that is no algorithm of AWS\'s the objective must be among the metric definitions of the request: "A metric is required for this hyperparameter tuning job objective. Provide a metric in the metric definitions."',
      sources: [
        {
          repository: 'unnamed-public-repository',
          at: 'a collection of SageMaker pipeline issues, 8.1: a tuning job of a scikit-learn estimator',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/jobs/algorithm-rules.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/training.test.ts',
          title: 'wants the objective among the definitions for an image that it knows nothing about',
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
  ],
  readings: [
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
      found: [
        'sagemaker-jobs/spot-waits-at-least-as-long-as-it-runs',
        'sagemaker-jobs/lists-sort-by-their-own-defaults',
      ],
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
  ],
};
