import type { ServiceLedger } from './behaviour';

const folders = {
  page: 'S3 User Guide: Organizing objects in the Amazon S3 console by using folders',
  url: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-folders.html',
} as const;

const putObject = {
  page: 'S3 API Reference: PutObject',
  url: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html',
} as const;

const model = (operations: string) =>
  ({
    repository: 'boto/botocore',
    at: `botocore/data/s3/2006-03-01/service-2.json: documentation of ${operations} and their members`,
  }) as const;
const properties = (types: string) =>
  ({ repository: 'aws/aws-cdk', at: `aws-cdk-lib, aws-s3/lib/s3.generated.d.ts: documentation of ${types}` }) as const;

export const s3: ServiceLedger = {
  service: 's3',
  behaviours: [
    {
      id: 's3/folders-are-empty-objects',
      subjects: ['s3:PutObject', 's3:ListObjectsV2', 'AWS::Events::Rule'],
      does: 'A folder that is made in the console is an object of no bytes whose key ends in a slash. It sends an Object Created event and is in the lists of its prefix, like any other object.',
      sources: [folders],
      sure: 'certain',
      enforcedBy: [],
      tests: [],
    },
    {
      id: 's3/limits-of-objects',
      subjects: ['s3:PutObject', 's3:UploadPart', 's3:CreateMultipartUpload', 's3:CompleteMultipartUpload'],
      does: 'A key has at most 1,024 bytes (KeyTooLongError), one PUT or part 5 GiB (EntityTooLarge) with its length in a header (MissingContentLength), an upload 10,000 parts by number (InvalidArgument), each but the last of 5 MiB at least (EntityTooSmall, at the end). The size and the limit are in the answer.',
      sources: [
        {
          page: 'S3 User Guide: Amazon S3 multipart upload limits',
          url: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html',
        },
        {
          page: 'S3 API Reference: Error responses',
          url: 'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html',
        },
        { repository: 'versity/versitygw', at: 'issues 2041 and 2080: the whole answers of S3' },
        { repository: 'basho/riak_cs', at: 'issue 945: the whole answer for part 10001' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/object-rules.ts', 'local-account/gateway/store_objects.py'],
      tests: [
        'refuses what is too long, too large, or no part, by name and code',
        'takes an upload in parts without holding it in memory, and gives it back',
      ].map((title) => ({ file: 'local-account/test/gateway/objects.test.ts', title })),
    },
    {
      id: 's3/named-algorithm-leaves-default-key',
      subjects: [
        's3:PutObject',
        's3:CopyObject',
        's3:CreateMultipartUpload',
        's3:UpdateObjectEncryption',
        'AWS::S3::BucketPolicy',
      ],
      does: 'The default key of a bucket applies to requests without an encryption header only. AES256 uses the key of S3, aws:kms without a key id uses the AWS managed key aws/s3, and SSE-C a key of the caller. The condition keys hold what the headers say, so a request without headers has none of them.',
      sources: [
        putObject,
        {
          page: 'Service Authorization Reference: Actions, resources, and condition keys for Amazon S3',
          url: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/calls/s3.ts'],
      tests: [
        { file: 'local-account/test/fixtures/foreign-keys.ts', title: 'refuses an object under %s' },
        { file: 'local-account/test/fixtures/foreign-keys.ts', title: 'refuses a copy under %s' },
        { file: 'local-account/test/fixtures/foreign-keys.ts', title: 'refuses an upload in parts under %s' },
      ],
    },
    {
      id: 's3/sagemaker-names-the-default-key',
      subjects: [
        'sagemaker:CreateTrainingJob',
        'sagemaker:CreateProcessingJob',
        'sagemaker:CreateTransformJob',
        'sagemaker:CreateEndpointConfig',
      ],
      does: 'An output of SageMaker without KmsKeyId is written with the AWS managed key of S3 and not with the key of the bucket.',
      sources: [
        {
          page: 'SageMaker API Reference: OutputDataConfig',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/container/transfer.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/processing.test.ts',
          title: 'writes an output without a key under the key of AWS',
        },
      ],
    },
    {
      id: 's3/checkpoints-have-no-key-parameter',
      subjects: ['sagemaker:CreateTrainingJob', 'sagemaker:CreateHyperParameterTuningJob'],
      does: 'CheckpointConfig has no member for a key, and no page says which encryption header SageMaker sends with a checkpoint.',
      sources: [
        {
          page: 'SageMaker API Reference: CheckpointConfig',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CheckpointConfig.html',
        },
      ],
      sure: 'possible',
      enforcedBy: [],
      tests: [
        {
          file: 'local-account/test/fixtures/foreign-keys.ts',
          title: "takes checkpoints under AWS's key, and no other key for them",
        },
      ],
    },
    {
      id: 's3/events-come-late-and-twice',
      subjects: ['s3:PutObject', 'AWS::Events::Rule'],
      does:
        'An event about an object is delivered at least once, and sometimes a minute or more late. By then the object may have been overwritten, so what counts is its current version; ' +
        'events of one key have a sequencer because they need not come in order.',
      sources: [
        {
          page: 'Amazon S3 User Guide: Amazon S3 Event Notifications',
          url: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html',
        },
        {
          page: 'Amazon S3 User Guide: Event message structure',
          url: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html',
        },
      ],
      sure: 'certain',
      enforcedBy: [],
      tests: [],
    },
    {
      id: 's3/versioning-takes-minutes',
      subjects: ['s3:PutBucketVersioning', 'AWS::S3::Bucket'],
      does: 'When versioning has just been enabled, objects that are written may be answered with NoSuchKey for some minutes. AWS asks for fifteen minutes between enabling and the first write or deletion.',
      sources: [model('PutBucketVersioning'), properties('CfnBucketProps.versioningConfiguration')],
      sure: 'likely',
      enforcedBy: [],
      tests: [],
    },
    {
      id: 's3/objects-that-may-not-be-seen',
      subjects: ['s3:GetObject', 's3:HeadObject'],
      does: 'Without s3:ListBucket, a missing object gives 403 AccessDenied instead of 404.',
      sources: [model('GetObject, HeadObject')],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/calls/s3.ts'],
      tests: [
        {
          file: 'local-account/test/gateway/forwarding.test.ts',
          title: 'answers 403 for a missing key without s3:ListBucket',
        },
      ],
    },
    {
      id: 's3/joins-parts-with-the-key',
      subjects: ['s3:CreateMultipartUpload', 's3:UploadPart', 's3:CompleteMultipartUpload'],
      does: 'A multipart upload under a KMS key needs kms:Decrypt in addition to kms:GenerateDataKey, because S3 reads the parts before it joins them.',
      sources: [model('CreateMultipartUpload, UploadPart')],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/calls/s3.ts'],
      tests: [
        {
          file: 'local-account/test/gateway/forwarding.test.ts',
          title: 'needs kms:Decrypt, too, for an upload in parts',
        },
      ],
    },
  ],
  readings: [
    {
      subjects: ['AWS::S3::BucketPolicy', 's3:PutObject'],
      pages: [putObject],
      found: ['s3/named-algorithm-leaves-default-key'],
    },
    {
      subjects: ['AWS::S3::BucketPolicy', 's3:PutObject'],
      pages: [putObject],
      found: ['s3/named-algorithm-leaves-default-key'],
    },
    {
      subjects: [
        'AWS::S3::Bucket',
        'AWS::S3::BucketPolicy',
        's3:CreateBucket',
        's3:DeleteBucket',
        's3:PutBucketPolicy',
        's3:PutBucketEncryption',
        's3:PutBucketVersioning',
        's3:PutBucketLifecycleConfiguration',
        's3:PutBucketNotificationConfiguration',
        's3:PutPublicAccessBlock',
        's3:PutBucketLogging',
        's3:PutBucketOwnershipControls',
        's3:ListBuckets',
        's3:HeadBucket',
        's3:GetBucketAcl',
        's3:GetBucketPolicy',
        's3:GetBucketEncryption',
        's3:GetBucketVersioning',
      ],
      pages: [model('operations on buckets'), properties('CfnBucketProps, CfnBucketPolicyProps')],
      found: ['s3/versioning-takes-minutes'],
    },
    {
      subjects: [
        's3:PutObject',
        's3:GetObject',
        's3:HeadObject',
        's3:CopyObject',
        's3:CreateMultipartUpload',
        's3:UploadPart',
        's3:UploadPartCopy',
        's3:CompleteMultipartUpload',
        's3:AbortMultipartUpload',
        's3:ListObjectsV2',
        's3:ListObjectVersions',
        's3:DeleteObject',
        's3:DeleteObjects',
      ],
      pages: [model('operations on objects'), folders],
      found: ['s3/folders-are-empty-objects', 's3/objects-that-may-not-be-seen', 's3/joins-parts-with-the-key'],
    },
    {
      subjects: [
        's3:GetBucketLocation',
        's3:GetBucketPolicyStatus',
        's3:DeleteBucketPolicy',
        's3:DeleteBucketEncryption',
        's3:GetBucketLifecycleConfiguration',
        's3:DeleteBucketLifecycle',
        's3:GetBucketNotificationConfiguration',
        's3:GetPublicAccessBlock',
        's3:DeletePublicAccessBlock',
        's3:GetBucketLogging',
        's3:GetBucketOwnershipControls',
        's3:DeleteBucketOwnershipControls',
        's3:PutBucketTagging',
        's3:GetBucketTagging',
        's3:DeleteBucketTagging',
        's3:PutBucketCors',
        's3:GetBucketCors',
        's3:PutBucketAcl',
        's3:ListMultipartUploads',
        's3:GetObjectAttributes',
        's3:ListParts',
        's3:ListObjects',
        's3:GetObjectTagging',
        's3:PutObjectTagging',
        's3:DeleteObjectTagging',
        's3:GetObjectAcl',
      ],
      pages: [model('the operations that this project does not call')],
      found: 'nothing beyond the model',
    },
  ],
};
