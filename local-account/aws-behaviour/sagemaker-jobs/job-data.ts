import type { Behaviour } from '../behaviour';

/** How jobs read and write S3, and what they log. */
export const jobData: readonly Behaviour[] = [
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
        title: 'takes every object whose key begins with its prefix, so a file needs a folder of its own',
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
    does: 'A transform job retries a failed invocation three times by default.',
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
        title: 'retries a failing container three times by default',
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
    enforcedBy: ['local-account/sagemaker/jobs/training-host.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/training.test.ts',
        title: 'runs script mode: hyperparameters as arguments, channels, model archive, metrics, log',
      },
    ],
  },
];
