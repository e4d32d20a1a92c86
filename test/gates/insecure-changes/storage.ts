import { list, properties, type Templates } from '../template';
import { drop, type InsecureChange, inner, open, propertiesOf } from './insecure-change';

const bucket = (templates: Templates, id: string) => propertiesOf(templates, 'DataLake', id, 'AWS::S3::Bucket');
const policy = (templates: Templates, id: string) =>
  inner(propertiesOf(templates, 'DataLake', id, 'AWS::S3::BucketPolicy'), 'PolicyDocument');
const without = (document: ReturnType<typeof policy>, mark: string) => {
  const statements = list(document.Statement);
  document.Statement = statements.filter((statement) => !JSON.stringify(statement).includes(mark));
  if (list(document.Statement).length === statements.length)
    throw new Error(`no statement with ${mark}: this insecure change is out of date`);
};

export const storage: readonly InsecureChange[] = [
  {
    name: 'the raw bucket may be made public',
    why: 'A later access control list makes it public.',
    check: 'nag',
    apply: (templates) => drop(bucket(templates, 'RawBucket'), 'PublicAccessBlockConfiguration'),
  },
  {
    name: 'public policies are not blocked',
    why: 'All four settings are needed.',
    check: 'buckets-closed',
    apply: (templates) =>
      void (inner(bucket(templates, 'CuratedBucket'), 'PublicAccessBlockConfiguration').RestrictPublicBuckets = false),
  },
  {
    name: 'access control lists count again',
    why: 'A writer may give objects away.',
    check: 'buckets-closed',
    apply: (templates) =>
      void (bucket(templates, 'ArtifactsBucket').OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' }] }),
  },
  {
    name: 'everyone may read the curated bucket',
    why: 'A data leak by policy.',
    check: 'no-principals-of-other-accounts',
    apply: (templates) =>
      open(policy(templates, 'CuratedBucketPolicy'), {
        Action: 's3:GetObject',
        Principal: { AWS: '*' },
        Resource: 'arn:aws:s3:::x/*',
      }),
  },
  {
    name: 'another account may write artifacts',
    why: 'A model of theirs, served by us.',
    check: 'no-principals-of-other-accounts',
    apply: (templates) =>
      open(policy(templates, 'ArtifactsBucketPolicy'), {
        Action: 's3:PutObject',
        Principal: { AWS: 'arn:aws:iam::999999999999:role/Partner' },
        Resource: 'arn:aws:s3:::x/*',
      }),
  },
  {
    name: 'plain HTTP is accepted by the raw bucket',
    why: 'Data in the clear on the way.',
    check: 'encrypted-transport-only',
    apply: (templates) => without(policy(templates, 'RawBucketPolicy'), 'aws:SecureTransport'),
  },
  {
    name: 'objects under other KMS keys are accepted',
    why: 'Readable by them and not by us.',
    check: 'other-keys-denied',
    apply: (templates) => without(policy(templates, 'CaptureBucketPolicy'), 'DenyOtherKeys'),
  },
  {
    name: 'objects under a key of AWS are accepted',
    why: 'Everybody in the account may use that key through S3.',
    check: 'other-keys-denied',
    apply: (templates) => without(policy(templates, 'RawBucketPolicy'), 'DenyUnspecifiedKeys'),
  },
  {
    name: "objects under a caller's key are accepted",
    why: 'Only the caller can read them.',
    check: 'other-keys-denied',
    apply: (templates) => without(policy(templates, 'ArtifactsBucketPolicy'), 'DenyCustomerProvidedKeys'),
  },
  {
    name: "the captures are encrypted with S3's own key",
    why: 'No key policy between a reader and the requests.',
    check: 'nag',
    apply: (templates) =>
      void (bucket(templates, 'CaptureBucket').BucketEncryption = {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      }),
  },
  {
    name: "the artifacts are encrypted with AWS's key",
    why: "Its policy is AWS's, foreveryone in the account.",
    check: 'encrypted-with-our-keys',
    apply: (templates) =>
      void (bucket(templates, 'ArtifactsBucket').BucketEncryption = {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
      }),
  },
  {
    name: 'the curated bucket keeps no versions',
    why: 'An overwritten partition is gone.',
    check: 'nag',
    apply: (templates) => drop(bucket(templates, 'CuratedBucket'), 'VersioningConfiguration'),
  },
  {
    name: 'captured requests stay forever',
    why: 'They may be personal.',
    check: 'nothing-grows-forever',
    apply: (templates) => {
      const rules = list(inner(bucket(templates, 'CaptureBucket'), 'LifecycleConfiguration').Rules);
      inner(bucket(templates, 'CaptureBucket'), 'LifecycleConfiguration').Rules = rules.filter(
        (rule) => properties(rule).Prefix !== 'capture/',
      );
    },
  },
  {
    name: 'the artifacts bucket logs no access',
    why: 'Nobody knows who read the model.',
    check: 'nag',
    apply: (templates) => drop(bucket(templates, 'ArtifactsBucket'), 'LoggingConfiguration'),
  },
  {
    name: 'query results are not encrypted',
    why: 'A query copies curated data.',
    check: 'encrypted-with-our-keys',
    apply: (templates) =>
      drop(
        inner(
          propertiesOf(templates, 'DataLake', 'CatalogQueries', 'AWS::Athena::WorkGroup'),
          'WorkGroupConfiguration',
          'ResultConfiguration',
        ),
        'EncryptionConfiguration',
      ),
  },
  {
    name: 'clients choose where query results go',
    why: 'Into a bucket of theirs.',
    check: 'query-settings-enforced',
    apply: (templates) =>
      void (inner(
        propertiesOf(templates, 'DataLake', 'CatalogQueries', 'AWS::Athena::WorkGroup'),
        'WorkGroupConfiguration',
      ).EnforceWorkGroupConfiguration = false),
  },
  {
    name: 'the log of a function is not encrypted with our key',
    why: 'Logs quote data.',
    check: 'encrypted-with-our-keys',
    apply: (templates) =>
      drop(propertiesOf(templates, 'DataLake', 'BatchIngestCurateLogs', 'AWS::Logs::LogGroup'), 'KmsKeyId'),
  },
  {
    name: 'logs are kept forever',
    why: 'Cost and personal data without end.',
    check: 'nothing-grows-forever',
    apply: (templates) =>
      drop(
        propertiesOf(templates, 'Release', 'ApprovalReleaseStateMachineLogs', 'AWS::Logs::LogGroup'),
        'RetentionInDays',
      ),
  },
];
