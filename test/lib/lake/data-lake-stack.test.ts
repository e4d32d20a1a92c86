import { Match } from 'aws-cdk-lib/assertions';

import { flightDisruption } from '../../../lib/problem/flight-disruption';
import { statement, statementsOf, templateOf } from '../../fixtures/workflow-app';

const template = templateOf('lake');
const buckets = Object.entries(template.findResources('AWS::S3::Bucket'));
const policies = Object.values(template.findResources('AWS::S3::BucketPolicy')).map(
  ({ Properties }) => Properties as { Bucket: { Ref: string }; PolicyDocument: { Statement: Record<string, unknown>[] } },
);

test('every bucket refuses plain HTTP and public access, keeps versions, and is emptied at the end', () => {
  expect(buckets).toHaveLength(6);
  for (const [id, bucket] of buckets) {
    expect(bucket.Properties).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    const policy = policies.find(({ Bucket }) => Bucket.Ref === id);
    expect(policy?.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  }
  template.resourceCountIs('Custom::S3AutoDeleteObjects', 6);
});

test('every bucket but the access logs is encrypted with our key and logs its access', () => {
  for (const [id, bucket] of buckets.filter(([id]) => !id.startsWith('AccessLogs'))) {
    expect({ id, properties: bucket.Properties }).toMatchObject({
      id,
      properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: expect.anything() } }],
        },
        LoggingConfiguration: { DestinationBucketName: expect.anything() },
        LifecycleConfiguration: { Rules: expect.arrayContaining([expect.objectContaining({ NoncurrentVersionExpiration: { NoncurrentDays: 30 } })]) },
      },
    });
  }
});

test('a foreign key is refused, a missing header is not', () => {
  const header = 's3:x-amz-server-side-encryption-aws-kms-key-id';
  for (const { PolicyDocument } of policies.filter(({ Bucket }) => !Bucket.Ref.startsWith('AccessLogs'))) {
    expect(PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Sid: 'DenyForeignKeys',
        Effect: 'Deny',
        Condition: { StringNotEquals: { [header]: expect.anything() }, Null: { [header]: 'false' } },
      }),
    );
  }
});

test('an object under raw/ starts curation, with retries and a dead-letter queue', () => {
  template.hasResourceProperties('AWS::S3::Bucket', { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } });
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { source: ['aws.s3'], 'detail-type': ['Object Created'], detail: { object: { key: [{ prefix: 'raw/' }] } } },
    Targets: [Match.objectLike({ RetryPolicy: { MaximumRetryAttempts: 8 }, DeadLetterConfig: { Arn: Match.anyValue() } })],
  });
});

test('curation reads raw objects, writes curated ones, and can do nothing else', () => {
  const role = 'BatchIngestCurateRole';
  const actions = statementsOf(template, role).flatMap(({ Action }) => Action);
  expect([...new Set(actions)].sort()).toEqual([
    'cloudwatch:PutMetricData', 'kms:Decrypt', 'kms:GenerateDataKey', 'logs:CreateLogStream', 'logs:PutLogEvents', 's3:GetObject', 's3:PutObject',
  ]);
  expect(statement(template, role, 'CountRows').Condition).toEqual({ StringEquals: { 'cloudwatch:namespace': 'MlaBlueprint/Ingest' } });
  expect(JSON.stringify(statement(template, role, 'UseDataKeyThroughS3').Condition)).toContain('kms:ViaService');
  expect(JSON.stringify(statement(template, role, 'WriteCurated').Resource)).not.toContain('RawBucket');
});

test('the catalog\'s columns are those of the feature contract', () => {
  const columns = [
    ...['flight_id', 'origin'].map((Name) => Match.objectLike({ Name, Type: 'string' })),
    ...flightDisruption.features.map(({ name }) => Match.objectLike({ Name: name })),
    Match.objectLike({ Name: 'disrupted', Type: 'int' }),
  ];
  template.hasResourceProperties('AWS::Glue::Table', {
    TableInput: {
      Name: 'curated_flights',
      PartitionKeys: [{ Name: 'airport', Type: 'string' }, { Name: 'month', Type: 'string' }],
      StorageDescriptor: { Columns: columns },
    },
  });
});

test('queries cannot leave their results unencrypted', () => {
  template.hasResourceProperties('AWS::Athena::WorkGroup', {
    WorkGroupConfiguration: { EnforceWorkGroupConfiguration: true, ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS' } } },
  });
});

test('the trail records management calls and every access to the lake, tamper-evident', () => {
  template.hasResourceProperties('AWS::CloudTrail::Trail', {
    EnableLogFileValidation: true,
    IsMultiRegionTrail: true,
    KMSKeyId: Match.anyValue(),
    AdvancedEventSelectors: [Match.anyValue(), Match.objectLike({ FieldSelectors: Match.arrayWith([{ Field: 'resources.type', Equals: ['AWS::S3::Object'] }]) })],
  });
});
