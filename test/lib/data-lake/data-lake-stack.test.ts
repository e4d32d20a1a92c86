import { Match, Template } from 'aws-cdk-lib/assertions';
import { sandbox } from '../../../lib/config';
import { rawColumns } from '../../../lib/data-lake/catalog';
import { flightDisruption } from '../../../lib/problem/flight-disruption';
import {
  earlyStacks,
  list,
  type Resource,
  resourcesOf,
  roleLike,
  type Statement,
  statementOf,
} from '../../fixtures/early-stacks';
import { resolve } from '../../fixtures/resolve';

const { lake } = earlyStacks();
const template = Template.fromStack(lake);
const resources = resourcesOf(lake);
const buckets = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::S3::Bucket');
const dataBuckets = buckets.filter(([id]) => !id.startsWith('AccessLogs'));
const keyHeader = 's3:x-amz-server-side-encryption-aws-kms-key-id';

function policyOf(bucketId: string): Statement[] {
  const policy = Object.values(resources).find(
    ({ Type, Properties }) =>
      Type === 'AWS::S3::BucketPolicy' && (Properties.Bucket as { Ref: string }).Ref === bucketId,
  );
  return (resolve(policy?.Properties) as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument.Statement;
}

function only(type: string): Resource {
  const found = Object.values(resources).filter(({ Type }) => Type === type);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} resources of ${type}`);
  return found[0];
}

describe('every bucket', () => {
  test('is one of six buckets', () => {
    expect(buckets.map(([id]) => id.replace(/Bucket[0-9A-F]{8}$|[0-9A-F]{8}$/, '')).sort()).toEqual([
      'AccessLogs',
      'Artifacts',
      'Audit',
      'Capture',
      'Curated',
      'Raw',
    ]);
  });

  test.each(buckets)(
    '%s has no public access, has versions, and is emptied when the stack is deleted',
    (id, { Properties, DeletionPolicy }) => {
      expect(Properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: 'Enabled' },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      });
      expect(DeletionPolicy).toBe('Delete');
      const emptied = Object.values(resources)
        .filter(({ Type }) => Type === 'Custom::S3AutoDeleteObjects')
        .map((one) => (one.Properties.BucketName as { Ref: string }).Ref);
      expect(emptied).toContain(id);
    },
  );

  test.each(buckets)('%s denies requests without TLS', (id) => {
    expect(policyOf(id)).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 's3:*',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  test.each(buckets)('%s expires old versions and incomplete uploads', (_id, { Properties }) => {
    const { Rules } = Properties.LifecycleConfiguration as { Rules: { Status: string }[] };
    expect(Rules).toContainEqual(
      expect.objectContaining({
        Status: 'Enabled',
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      }),
    );
  });
});

describe('every bucket with data', () => {
  test.each(dataBuckets)('%s is encrypted with the data key, through a bucket key', (_id, { Properties }) => {
    expect(resolve(Properties.BucketEncryption)).toMatchObject({
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: expect.stringMatching(/KeysData/) },
        },
      ],
    });
  });

  test.each(dataBuckets)('%s has access logs', (_id, { Properties }) => {
    expect(Properties.LoggingConfiguration).toEqual({
      DestinationBucketName: { Ref: expect.stringMatching(/^AccessLogs/) },
      LogFilePrefix: expect.stringMatching(/^[a-z]+\/$/),
    });
  });

  test.each(dataBuckets)('%s denies objects under another key, and accepts those that name no key', (id) => {
    const [deny] = policyOf(id).filter(({ Sid }) => Sid === 'DenyOtherKeys');
    expect(deny).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'],
      Condition: {
        StringNotEquals: { [keyHeader]: expect.stringMatching(/KeysData/) },
        Null: { [keyHeader]: 'false' },
      },
    });
  });

  test.each(dataBuckets)('%s denies old versions of TLS', (id) => {
    expect(policyOf(id)).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } }),
    );
  });

  test('expires captures', () => {
    const [, capture] = buckets.find(([id]) => id.startsWith('Capture')) ?? [];
    const { Rules } = capture?.Properties.LifecycleConfiguration as { Rules: unknown[] };
    expect(Rules).toContainEqual(
      expect.objectContaining({ Prefix: 'capture/', ExpirationInDays: sandbox.retention.captureDays }),
    );
  });

  // Buckets have versions: without this rule what expires lives on for as long again.
  test.each(dataBuckets.filter(([id]) => !id.startsWith('Audit')))(
    '%s keeps no old version of what has expired longer than a day',
    (_, { Properties }) => {
      const { Rules } = Properties.LifecycleConfiguration as {
        Rules: { Prefix?: string; NoncurrentVersionExpiration?: { NoncurrentDays: number } }[];
      };
      for (const rule of Rules.filter(({ Prefix }) => Prefix !== undefined))
        expect(rule.NoncurrentVersionExpiration).toEqual({ NoncurrentDays: 1 });
    },
  );
});

test('only the buckets that receive files send events to EventBridge', () => {
  const telling = buckets.filter(([, { Properties }]) => Properties.NotificationConfiguration !== undefined);
  expect(telling.map(([id]) => id)).toEqual([
    expect.stringMatching(/^Raw/),
    expect.stringMatching(/^Curated/),
    expect.stringMatching(/^Artifacts/),
  ]);
  for (const [, { Properties }] of telling)
    expect(Properties.NotificationConfiguration).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
});

describe('the audit trail', () => {
  const { Properties, DependsOn } = only('AWS::CloudTrail::Trail');

  test('records management events of all regions, with file validation, under the data key', () => {
    expect(Properties).toMatchObject({
      IsLogging: true,
      IsMultiRegionTrail: true,
      IncludeGlobalServiceEvents: true,
      EnableLogFileValidation: true,
    });
    expect(resolve(Properties.KMSKeyId)).toMatch(/KeysData/);
  });

  test('records every read and write in the four buckets of the lake, and not in its own bucket', () => {
    const selectors = resolve(Properties.AdvancedEventSelectors) as {
      FieldSelectors: { Field: string; StartsWith?: string[] }[];
    }[];
    const watched = selectors.flatMap(({ FieldSelectors }) =>
      FieldSelectors.flatMap(({ StartsWith }) => StartsWith ?? []),
    );
    expect(watched.map((arn) => /\.?(Raw|Curated|Artifacts|Capture|Audit|AccessLogs)Bucket/.exec(arn)?.[1])).toEqual([
      'Raw',
      'Curated',
      'Artifacts',
      'Capture',
    ]);
    // With the slash: "raw" must not also mean "raw-2".
    for (const arn of watched) expect(arn.endsWith('/')).toBe(true);
    expect(selectors[1]?.FieldSelectors).toContainEqual({ Field: 'resources.type', Equals: ['AWS::S3::Object'] });
  });

  test('is created after its bucket policy, and only this trail may write to the bucket', () => {
    const [auditId] = buckets.find(([id]) => id.startsWith('Audit')) ?? [''];
    const fromTrail = policyOf(auditId).filter(({ Principal }) => JSON.stringify(Principal).includes('cloudtrail'));
    expect(fromTrail.map(({ Action }) => Action)).toEqual(['s3:GetBucketAcl', 's3:PutObject']);
    for (const { Condition } of fromTrail)
      expect(Condition?.StringEquals?.['aws:SourceArn']).toBe(
        'arn:aws:cloudtrail:eu-central-1:111122223333:trail/DataLake-audit-eu-central-1',
      );
    expect(DependsOn?.some((id) => /^AuditBucketPolicy/.test(id))).toBe(true);
  });
});

describe('the catalog', () => {
  const tables = Object.values(template.findResources('AWS::Glue::Table')).map(
    ({ Properties }) => Properties.TableInput as Record<string, unknown>,
  );
  const table = (name: string) => {
    const found = tables.find((one) => one.Name === name);
    return found as {
      Parameters: Record<string, unknown>;
      PartitionKeys: { Name: string }[];
      StorageDescriptor: { Columns: { Name: string; Type: string }[] };
    };
  };

  test('reads raw files as text, in the order of their header', () => {
    const { Columns } = table('raw_flights').StorageDescriptor;
    expect(Columns.map(({ Name }) => Name)).toEqual(rawColumns(flightDisruption));
    expect(new Set(Columns.map(({ Type }) => Type))).toEqual(new Set(['string']));
  });

  test('takes the types of curated columns from the feature contract and has one excluded column, the observed delay', () => {
    const { Columns } = table('curated_flights').StorageDescriptor;
    const { features, excluded } = flightDisruption;
    expect(Columns.map(({ Name }) => Name)).toEqual([
      'flight_id',
      'origin',
      ...features.filter(({ derived }) => !derived).map(({ name }) => name),
      'dep_delay',
      'disrupted',
    ]);
    expect(Object.fromEntries(Columns.map(({ Name, Type }) => [Name, Type]))).toMatchObject({
      distance: 'int',
      temp: 'double',
      carrier: 'string',
      flight_id: 'string',
      origin: 'string',
      disrupted: 'int',
    });
    for (const { name } of excluded)
      expect([name, Columns.some(({ Name }) => Name === name)]).toEqual([name, name === 'dep_delay']);
  });

  test('derives partitions from their path, without a crawler', () => {
    const { Parameters, PartitionKeys } = table('curated_flights');
    expect(PartitionKeys).toEqual([
      { Name: 'airport', Type: 'string' },
      { Name: 'month', Type: 'string' },
    ]);
    expect(resolve(Parameters['storage.location.template'])).toMatch(
      /\/curated\/flights\/airport=\$\{airport\}\/month=\$\{month\}\/$/,
    );
    expect(Parameters).toMatchObject({
      'projection.enabled': 'true',
      'projection.airport.values': 'JFK,LGA',
      'projection.month.format': 'yyyy-MM',
    });
    template.resourceCountIs('AWS::Glue::Crawler', 0);
  });

  test.each(['raw_flights', 'curated_flights'])('projects each partition key of %s as Athena reads it', (name) => {
    const { Parameters, PartitionKeys } = table(name);
    const location = resolve(Parameters['storage.location.template']);
    for (const { Name } of PartitionKeys) {
      const of = (what: string) => Parameters[`projection.${Name}.${what}`] as string | undefined;
      expect(location).toContain(name === 'raw_flights' ? `/\${${Name}}/` : `/${Name}=\${${Name}}/`);
      expect(['enum', 'date']).toContain(of('type'));
      if (of('type') === 'enum') expect(of('values')).toMatch(/^[^\s,]+(,[^\s,]+)*$/);
      // Dates of whole months: each end of the range has the format.
      else
        expect([of('format'), of('range'), of('interval'), of('interval.unit')]).toEqual([
          'yyyy-MM',
          expect.stringMatching(/^\d{4}-\d{2},\d{4}-\d{2}$/),
          '1',
          'MONTHS',
        ]);
    }
  });

  test('encrypts the results of every query and limits the bytes that it scans', () => {
    template.hasResourceProperties('AWS::Athena::WorkGroup', {
      RecursiveDeleteOption: true,
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        BytesScannedCutoffPerQuery: 1_000_000_000,
        ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: Match.anyValue() } },
      },
    });
  });
});

describe('batch ingest', () => {
  const role = roleLike(lake, /^BatchIngestCurateRole/);

  test('starts for objects below raw/ of the raw bucket only', () => {
    const { EventPattern } = only('AWS::Events::Rule').Properties;
    expect(EventPattern).toEqual({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: {
        bucket: { name: [{ Ref: expect.stringMatching(/^Raw/) }] },
        object: {
          $or: [{ key: [{ prefix: 'raw/' }], size: [{ numeric: ['>', 0] }] }, { key: [{ wildcard: 'raw/*.csv' }] }],
        },
      },
    });
  });

  test('keeps an event that could not be delivered', () => {
    const [target] = only('AWS::Events::Rule').Properties.Targets as Record<string, unknown>[];
    expect(target).toMatchObject({
      RetryPolicy: { MaximumRetryAttempts: 8, MaximumEventAgeInSeconds: 3600 },
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/DeadLetters/), 'Arn'] } },
    });
    template.hasResourceProperties('AWS::SQS::Queue', {
      KmsMasterKeyId: Match.anyValue(),
      MessageRetentionPeriod: 1_209_600,
    });
  });

  test('is started by that rule only', () => {
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'events.amazonaws.com',
      SourceAccount: Match.absent(),
      SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BatchIngestObjectArrived'), 'Arn'] },
    });
  });

  test('reads raw and curated files, and lists nothing else', () => {
    const readable = role.statements
      .filter(({ Action }) => list(Action).includes('s3:GetObject'))
      .flatMap(({ Resource }) => list(Resource));
    expect(readable.map((arn) => arn.replace(/^.*?(Raw|Curated)Bucket.*?\//, '$1/'))).toEqual([
      'Raw/raw/*',
      'Curated/curated/*',
    ]);
    expect(statementOf(role, 'ListCurated').Condition).toEqual({ StringLike: { 's3:prefix': 'curated/*' } });
  });

  test('writes to the curated bucket only, and deletes nowhere', () => {
    expect(list(statementOf(role, 'WriteCurated').Resource)).toHaveLength(2);
    for (const arn of list(statementOf(role, 'WriteCurated').Resource))
      expect(arn).toMatch(/CuratedBucket.*\/(curated|quarantine)\/\*$/);
    expect(role.statements.flatMap(({ Action }) => list(Action)).filter((action) => /Delete/.test(action))).toEqual([]);
  });

  test('can do nothing else', () => {
    expect([...new Set(role.statements.flatMap(({ Action }) => list(Action)))].sort()).toEqual([
      'cloudwatch:PutMetricData',
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
      'sqs:SendMessage',
    ]);
  });

  test('publishes metrics in its own namespace', () => {
    expect(statementOf(role, 'PublishRowMetrics').Condition).toEqual({
      StringEquals: { 'cloudwatch:namespace': 'MlaBlueprint/Ingest' },
    });
  });
});

test('has the outputs that operators read', () => {
  for (const output of [
    'RawBucketName',
    'CuratedBucketName',
    'ArtifactsBucketName',
    'CaptureBucketName',
    'GlueDatabaseName',
  ])
    template.hasOutput(output, {});
});
