import type { ServiceLedger } from './behaviour';

const folders = {
  page: 'S3 User Guide: Organizing objects in the Amazon S3 console by using folders',
  url: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-folders.html',
} as const;

const putObject = { page: 'S3 API Reference: PutObject', url: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html' } as const;

export const s3: ServiceLedger = {
  service: 's3',
  behaviours: [
    {
      id: 's3/folders-are-empty-objects',
      subjects: ['s3:PutObject', 's3:ListObjectsV2', 'AWS::Events::Rule'],
      does: 'A folder that is made in the console is an object of no bytes whose key ends in a slash. It sends an Object Created event and is in the lists of its prefix, like any other object.',
      sources: [folders],
      sure: 'certain',
      enforcedBy: [
        'lib/foundation/object-arrival.ts',
        'lib/serving/batch-scoring-definition.ts',
        'lambda/stage-batch-input/stage.ts',
        'lambda/curate-object/handler.ts',
        'lambda/write-ground-truth/handler.ts',
      ],
      tests: [
        { file: 'test/lib/foundation/object-arrival.test.ts', title: 'is not %s' },
        { file: 'test/lib/serving/batch-scoring-definition.test.ts', title: 'starts nothing for the folder %s itself' },
        {
          file: 'test/lambda/stage-batch-input.test.ts',
          title: 'is every file of a day, also of its folders, each under a name of its own; folders made by hand and empty files are none',
        },
      ],
    },
    {
      id: 's3/named-algorithm-leaves-default-key',
      subjects: ['s3:PutObject', 's3:CopyObject', 's3:CreateMultipartUpload', 's3:UpdateObjectEncryption', 'AWS::S3::BucketPolicy'],
      does: 'The default key of a bucket applies to requests without an encryption header only. AES256 uses the key of S3, aws:kms without a key id uses the AWS managed key aws/s3, and SSE-C a key of the caller. The condition keys hold what the headers say, so a request without headers has none of them.',
      sources: [putObject, { page: 'Service Authorization Reference: Actions, resources, and condition keys for Amazon S3', url: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html' }],
      sure: 'certain',
      enforcedBy: ['lib/lake/workflow-bucket.ts', 'rehearsal/gateway/calls/s3.ts'],
      tests: [
        { file: 'test/rehearsal/gateway/foreign-keys.test.ts', title: 'refuses an object under %s' },
        { file: 'test/rehearsal/gateway/foreign-keys.test.ts', title: 'refuses a copy under %s' },
        { file: 'test/rehearsal/gateway/foreign-keys.test.ts', title: 'refuses an upload in parts under %s' },
      ],
    },
    {
      id: 's3/sagemaker-names-the-default-key',
      subjects: ['sagemaker:CreateTrainingJob', 'sagemaker:CreateProcessingJob', 'sagemaker:CreateTransformJob', 'sagemaker:CreateEndpointConfig'],
      does: 'An output of SageMaker without KmsKeyId is written with the AWS managed key of S3 and not with the key of the bucket.',
      sources: [{ page: 'SageMaker API Reference: OutputDataConfig', url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html' }],
      sure: 'likely',
      enforcedBy: ['rehearsal/sagemaker/container/transfer.ts'],
      tests: [{ file: 'test/rehearsal/sagemaker/processing.test.ts', title: 'writes an output without a key under the key of AWS' }],
    },
    {
      id: 's3/checkpoints-have-no-key-parameter',
      subjects: ['sagemaker:CreateTrainingJob', 'sagemaker:CreateHyperParameterTuningJob'],
      does: 'CheckpointConfig has no member for a key, and no page says which encryption header SageMaker sends with a checkpoint.',
      sources: [{ page: 'SageMaker API Reference: CheckpointConfig', url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CheckpointConfig.html' }],
      sure: 'possible',
      enforcedBy: [],
      tests: [{ file: 'test/rehearsal/gateway/foreign-keys.test.ts', title: "takes checkpoints under AWS's key, and no other key for them" }],
      unsettled: {
        chosen: 'The policy of the artifacts bucket accepts a checkpoint with any header that names no key, so that a training works under either reading.',
        watch: 'The encryption of an object below pipeline/<execution>/checkpoints/ after the first training.',
        ifWrong: 'HeadObject shows the key aws/s3 there: then checkpoints are not under the data key.',
        change: 'If checkpoints have the data key, remove writesWithoutKey of the artifacts bucket in lib/stacks/data-lake-stack.ts.',
      },
    },
    {
      id: 's3/events-come-late-and-twice',
      subjects: ['s3:PutObject', 'AWS::Events::Rule'],
      does:
        'An event about an object is delivered at least once, and sometimes a minute or more late. By then the object may have been overwritten, so what counts is its current version; ' +
        'events of one key have a sequencer because they need not come in order.',
      sources: [
        { page: 'Amazon S3 User Guide: Amazon S3 Event Notifications', url: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html' },
        { page: 'Amazon S3 User Guide: Event message structure', url: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html' },
      ],
      sure: 'certain',
      enforcedBy: ['lambda/curate-object/deliver.ts'],
      tests: [
        { file: 'test/lambda/curate-delivery.test.ts', title: 'under its own name again, or an event that comes twice, changes nothing' },
        { file: 'test/lambda/curate-delivery.test.ts', title: 'whose file is overwritten while it is judged leaves the newest rows' },
      ],
    },
  ],
  readings: [{ subjects: ['AWS::S3::BucketPolicy', 's3:PutObject'], pages: [putObject], found: ['s3/named-algorithm-leaves-default-key'] }],
};
