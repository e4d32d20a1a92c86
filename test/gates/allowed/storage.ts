import type { AllowedTypes } from './allowed-type';
import { assetBucket, bucketName, bucketTags, dataKey, inBucket, prefix, tags } from './references';
import {
  between,
  byId,
  either,
  elsewhere,
  type Fields,
  like,
  listOf,
  members,
  object,
  only,
  optional,
  type Rule,
  ref,
} from './rules';

const days = between(1, 3653);

/** Old versions and unfinished uploads are data that nobody counts: every rule ends both. */
const noncurrent = object({ NoncurrentDays: between(1, 400) });
const unfinished = object({ DaysAfterInitiation: between(1, 7) });

/** One rule for a prefix whose objects expire. */
const expiring = (folder: string) =>
  object({
    Id: only(`Expire-${folder}`),
    Prefix: only(`${folder}/`),
    Status: only('Enabled'),
    ExpirationInDays: days,
    NoncurrentVersionExpiration: noncurrent,
  });
/** One rule for the whole bucket: its current objects stay until the stack is deleted. */
const oldVersions = object({
  Id: only('OldVersions'),
  Status: only('Enabled'),
  AbortIncompleteMultipartUpload: unfinished,
  NoncurrentVersionExpiration: noncurrent,
});
/** Access logs: everything expires. */
const everything = object({
  Id: only('Expire'),
  Status: only('Enabled'),
  ExpirationInDays: between(90, 3653),
  AbortIncompleteMultipartUpload: unfinished,
  NoncurrentVersionExpiration: noncurrent,
});

/** CloudTrail's files: evidence for auditors, for three months at least. */
const audited = object({
  Id: only('Expire-AWSLogs'),
  Prefix: only('AWSLogs/'),
  Status: only('Enabled'),
  ExpirationInDays: between(90, 3653),
  NoncurrentVersionExpiration: noncurrent,
});

/** What a bucket's rules end, by what it is for. Personal data would be in captures, outcomes and refused rows. */
const lifecycle: Readonly<Record<string, Rule>> = {
  AccessLogs: members(everything),
  AuditBucket: members(oldVersions, audited),
  RawBucket: members(oldVersions),
  CuratedBucket: members(oldVersions, expiring('queries'), expiring('quarantine')),
  ArtifactsBucket: members(oldVersions, expiring('batch'), optional(expiring('asynchronous'))),
  CaptureBucket: members(oldVersions, expiring('capture'), expiring('ground-truth'), expiring('monitoring')),
};

const encryptedByOurKey = members(
  object({
    BucketKeyEnabled: only(true),
    ServerSideEncryptionByDefault: object({ SSEAlgorithm: only('aws:kms'), KMSMasterKeyID: dataKey }),
  }),
);

function bucket(id: string): Fields {
  const common = {
    LifecycleConfiguration: object({
      Rules: lifecycle[id] ?? listOf(either(oldVersions, everything)),
    }),
    OwnershipControls: object({ Rules: members(object({ ObjectOwnership: only('BucketOwnerEnforced') })) }),
    PublicAccessBlockConfiguration: object({
      BlockPublicAcls: only(true),
      BlockPublicPolicy: only(true),
      IgnorePublicAcls: only(true),
      RestrictPublicBuckets: only(true),
    }),
    VersioningConfiguration: object({ Status: only('Enabled') }),
    Tags: bucketTags,
  };
  // The target of access logs can only use S3's own key (EV-026), and does not log to itself (EV-025).
  if (id === 'AccessLogs')
    return {
      ...common,
      BucketEncryption: object({
        ServerSideEncryptionConfiguration: members(
          object({ ServerSideEncryptionByDefault: object({ SSEAlgorithm: only('AES256') }) }),
        ),
      }),
    };
  const startsRules = object({ EventBridgeConfiguration: object({ EventBridgeEnabled: only(true) }) });
  return {
    ...common,
    BucketEncryption: object({ ServerSideEncryptionConfiguration: encryptedByOurKey }),
    LoggingConfiguration: object({
      DestinationBucketName: bucketName('AccessLogs'),
      LogFilePrefix: only(`${id.replace(/Bucket$/, '').toLowerCase()}/`),
    }),
    // Rules start from new objects of these.
    ...(/^(Raw|Curated|Artifacts)Bucket$/.test(id) ? { NotificationConfiguration: startsRules } : {}),
  };
}

const bucketArn = (id: string) => `<S3::Bucket DataLake/${id}.Arn>/`;

export const storage: AllowedTypes = {
  'AWS::S3::Bucket': {
    why: 'The lake: raw, curated, artifacts, captures, the audit trail and the access logs.',
    stacks: ['DataLake'],
    deletion: 'Delete',
    properties: bucket,
  },
  'AWS::S3::BucketPolicy': {
    why: "Refuses plain HTTP and other keys; the statements are the rights' lists' matter.",
    stacks: ['DataLake'],
    properties: {
      Bucket: byId((id) => bucketName(id.replace(/Policy$/, ''))),
      PolicyDocument: object({ Version: only('2012-10-17'), Statement: elsewhere }),
    },
  },
  'Custom::S3AutoDeleteObjects': {
    why: 'CloudFormation deletes empty buckets only, and nothing may be left behind.',
    stacks: ['DataLake'],
    deletion: 'Delete',
    after: ['AWS::S3::BucketPolicy'],
    properties: {
      BucketName: byId((id) => bucketName(id.replace(/AutoDeleteObjectsCustomResource$/, ''))),
      ServiceToken: ref('Lambda::Function', 'Arn', 'CustomS3AutoDeleteObjectsCustomResourceProviderHandler'),
    },
  },
  'AWS::CloudTrail::Trail': {
    why: 'Who did what: management events of all regions, and every object of the lake.',
    stacks: ['DataLake'],
    deletion: 'Delete',
    after: ['AWS::S3::BucketPolicy'],
    properties: {
      TrailName: only('MlaBlueprint-DataLake-audit-<Region>'),
      IsLogging: only(true),
      IsMultiRegionTrail: only(true),
      IncludeGlobalServiceEvents: only(true),
      EnableLogFileValidation: only(true),
      KMSKeyId: dataKey,
      S3BucketName: bucketName('AuditBucket'),
      CloudWatchLogsLogGroupArn: ref('Logs::LogGroup', 'Arn', 'AuditTrailLogs'),
      CloudWatchLogsRoleArn: ref('IAM::Role', 'Arn', 'AuditTrailLogsRole'),
      AdvancedEventSelectors: members(
        object({
          Name: only('Management events'),
          FieldSelectors: members(object({ Field: only('eventCategory'), Equals: only(['Management']) })),
        }),
        object({
          Name: only('Objects of the lake'),
          FieldSelectors: members(
            object({ Field: only('eventCategory'), Equals: only(['Data']) }),
            object({ Field: only('resources.type'), Equals: only(['AWS::S3::Object']) }),
            object({
              Field: only('resources.ARN'),
              StartsWith: members(
                ...['RawBucket', 'CuratedBucket', 'ArtifactsBucket', 'CaptureBucket'].map((id) => only(bucketArn(id))),
              ),
            }),
          ),
        }),
      ),
      Tags: tags,
    },
  },
  'AWS::Athena::WorkGroup': {
    why: 'Queries of the lake: encrypted results in one place, and a limit on what one query may read.',
    stacks: ['DataLake'],
    deletion: 'Delete',
    properties: {
      Name: only(`${prefix}-queries`),
      RecursiveDeleteOption: only(true),
      Tags: tags,
      WorkGroupConfiguration: object({
        // Without, a client may choose its own place and no encryption.
        EnforceWorkGroupConfiguration: only(true),
        PublishCloudWatchMetricsEnabled: only(true),
        // 5 USD per TB: 10 GB are 5 cents.
        BytesScannedCutoffPerQuery: between(10_000_000, 100_000_000_000),
        ResultConfiguration: object({
          EncryptionConfiguration: object({ EncryptionOption: only('SSE_KMS'), KmsKey: dataKey }),
          OutputLocation: inBucket('CuratedBucket', 'queries/'),
        }),
      }),
    },
  },
};

/** Where a function's code comes from: a digest in the bootstrap bucket of this account and region. */
export const code: Rule = object({ S3Bucket: only(assetBucket), S3Key: like(/[0-9a-f]{64}\.zip/) });
