import { list, properties, type Templates } from '../template';
import { drop, inner, type Mutant, open, propertiesOf } from './mutant';

const bucket = (templates: Templates, id: string) => propertiesOf(templates, 'DataLake', id, 'AWS::S3::Bucket');
const policy = (templates: Templates, id: string) =>
  inner(propertiesOf(templates, 'DataLake', id, 'AWS::S3::BucketPolicy'), 'PolicyDocument');
const without = (document: ReturnType<typeof policy>, mark: string) => {
  const statements = list(document.Statement);
  document.Statement = statements.filter((statement) => !JSON.stringify(statement).includes(mark));
  if (list(document.Statement).length === statements.length)
    throw new Error(`no statement with ${mark}: the mutant is out of date`);
};

export const storage: readonly Mutant[] = [
  {
    name: 'the raw bucket may be made public',
    why: 'A later access control list makes it public.',
    gate: 'nag',
    mutate: (templates) => drop(bucket(templates, 'RawBucket'), 'PublicAccessBlockConfiguration'),
  },
  {
    name: 'public policies are not blocked',
    why: 'All four settings are needed.',
    gate: 'buckets-closed',
    mutate: (templates) =>
      void (inner(bucket(templates, 'CuratedBucket'), 'PublicAccessBlockConfiguration').RestrictPublicBuckets = false),
  },
  {
    name: 'access control lists count again',
    why: 'A writer may give objects away.',
    gate: 'buckets-closed',
    mutate: (templates) =>
      void (bucket(templates, 'ArtifactsBucket').OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' }] }),
  },
  {
    name: 'everyone may read the curated bucket',
    why: 'A data leak by policy.',
    gate: 'no-foreign-principals',
    mutate: (templates) =>
      open(policy(templates, 'CuratedBucketPolicy'), {
        Action: 's3:GetObject',
        Principal: { AWS: '*' },
        Resource: 'arn:aws:s3:::x/*',
      }),
  },
  {
    name: 'another account may write artifacts',
    why: 'A model of theirs, served by us.',
    gate: 'no-foreign-principals',
    mutate: (templates) =>
      open(policy(templates, 'ArtifactsBucketPolicy'), {
        Action: 's3:PutObject',
        Principal: { AWS: 'arn:aws:iam::999999999999:role/Partner' },
        Resource: 'arn:aws:s3:::x/*',
      }),
  },
  {
    name: 'plain HTTP is accepted by the raw bucket',
    why: 'Data in the clear on the way.',
    gate: 'encrypted-transport-only',
    mutate: (templates) => without(policy(templates, 'RawBucketPolicy'), 'aws:SecureTransport'),
  },
  {
    name: 'objects with foreign keys are accepted',
    why: 'Readable by them and not by us.',
    gate: 'foreign-keys-refused',
    mutate: (templates) => without(policy(templates, 'CaptureBucketPolicy'), 'DenyOtherKeys'),
  },
  {
    name: 'objects under a key of AWS are accepted',
    why: 'Everybody in the account may use that key through S3.',
    gate: 'foreign-keys-refused',
    mutate: (templates) => without(policy(templates, 'RawBucketPolicy'), 'DenyUnspecifiedKeys'),
  },
  {
    name: "objects under a caller's key are accepted",
    why: 'Only the caller can read them.',
    gate: 'foreign-keys-refused',
    mutate: (templates) => without(policy(templates, 'ArtifactsBucketPolicy'), 'DenyCustomerProvidedKeys'),
  },
  {
    name: "the captures are encrypted with S3's own key",
    why: 'No key policy between a reader and the requests.',
    gate: 'nag',
    mutate: (templates) =>
      void (bucket(templates, 'CaptureBucket').BucketEncryption = {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      }),
  },
  {
    name: "the artifacts are encrypted with AWS's key",
    why: "Its policy is AWS's, foreveryone in the account.",
    gate: 'encrypted-with-our-keys',
    mutate: (templates) =>
      void (bucket(templates, 'ArtifactsBucket').BucketEncryption = {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
      }),
  },
  {
    name: 'the curated bucket keeps no versions',
    why: 'An overwritten partition is gone.',
    gate: 'nag',
    mutate: (templates) => drop(bucket(templates, 'CuratedBucket'), 'VersioningConfiguration'),
  },
  {
    name: 'captured requests stay forever',
    why: 'They may be personal.',
    gate: 'nothing-grows-for-ever',
    mutate: (templates) => {
      const rules = list(inner(bucket(templates, 'CaptureBucket'), 'LifecycleConfiguration').Rules);
      inner(bucket(templates, 'CaptureBucket'), 'LifecycleConfiguration').Rules = rules.filter(
        (rule) => properties(rule).Prefix !== 'capture/',
      );
    },
  },
  {
    name: 'the artifacts bucket logs no access',
    why: 'Nobody knows who read the model.',
    gate: 'nag',
    mutate: (templates) => drop(bucket(templates, 'ArtifactsBucket'), 'LoggingConfiguration'),
  },
  {
    name: 'query results are not encrypted',
    why: 'A query copies curated data.',
    gate: 'encrypted-with-our-keys',
    mutate: (templates) =>
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
    gate: 'query-settings-enforced',
    mutate: (templates) =>
      void (inner(
        propertiesOf(templates, 'DataLake', 'CatalogQueries', 'AWS::Athena::WorkGroup'),
        'WorkGroupConfiguration',
      ).EnforceWorkGroupConfiguration = false),
  },
  {
    name: 'the log of a function is not encrypted with our key',
    why: 'Logs quote data.',
    gate: 'encrypted-with-our-keys',
    mutate: (templates) =>
      drop(propertiesOf(templates, 'DataLake', 'BatchIngestCurateLogs', 'AWS::Logs::LogGroup'), 'KmsKeyId'),
  },
  {
    name: 'logs are kept forever',
    why: 'Cost and personal data without end.',
    gate: 'nothing-grows-for-ever',
    mutate: (templates) =>
      drop(
        propertiesOf(templates, 'Release', 'ApprovalReleaseStateMachineLogs', 'AWS::Logs::LogGroup'),
        'RetentionInDays',
      ),
  },
];
