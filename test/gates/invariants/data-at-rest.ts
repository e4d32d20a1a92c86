import type { Finding } from '../finding';
import { at, type Located, list, resourcesOf, text, type Value } from '../template';
import { type Invariant, place } from './invariant';

const dataKey = /KeysData/;
const operationsKey = /KeysOperations/;

function keyed(located: Located, path: string, key: RegExp): Finding[] {
  const value: Value | undefined = at(located.properties, path);
  return value !== undefined && key.test(text(value))
    ? []
    : [{ place: place(located), problem: `${path} is not our key: ${text(value)}` }];
}

export const dataAtRest: readonly Invariant[] = [
  {
    name: 'encrypted-with-our-keys',
    why: "With AWS's own keys there is no policy of ours between a reader and the data.",
    check: (templates) => [
      ...resourcesOf(templates, 'AWS::S3::Bucket')
        // S3 delivers access logs to no bucket with a KMS key (EV-026).
        .filter(({ id }) => !id.startsWith('AccessLogs'))
        .flatMap((one): Finding[] => {
          const rules = list(at(one.properties, 'BucketEncryption.ServerSideEncryptionConfiguration'));
          const ours =
            rules.length > 0 &&
            rules.every(
              (rule) =>
                at(rule, 'ServerSideEncryptionByDefault.SSEAlgorithm') === 'aws:kms' && dataKey.test(text(rule)),
            );
          return ours ? [] : [{ place: place(one), problem: 'is not encrypted with the data key' }];
        }),
      ...resourcesOf(templates, 'AWS::SQS::Queue').flatMap((one) => keyed(one, 'KmsMasterKeyId', operationsKey)),
      ...resourcesOf(templates, 'AWS::SNS::Topic').flatMap((one) => keyed(one, 'KmsMasterKeyId', operationsKey)),
      ...resourcesOf(templates, 'AWS::Logs::LogGroup').flatMap((one) => keyed(one, 'KmsKeyId', operationsKey)),
      ...resourcesOf(templates, 'AWS::CloudTrail::Trail').flatMap((one) => keyed(one, 'KMSKeyId', dataKey)),
      ...resourcesOf(templates, 'AWS::SageMaker::EndpointConfig').flatMap((one) => [
        ...keyed(one, 'KmsKeyId', dataKey),
        ...(one.properties.DataCaptureConfig === undefined ? [] : keyed(one, 'DataCaptureConfig.KmsKeyId', dataKey)),
        ...(one.properties.AsyncInferenceConfig === undefined
          ? []
          : keyed(one, 'AsyncInferenceConfig.OutputConfig.KmsKeyId', dataKey)),
      ]),
      ...resourcesOf(templates, 'AWS::Athena::WorkGroup').flatMap((one) =>
        keyed(one, 'WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration.KmsKey', dataKey),
      ),
      ...resourcesOf(templates, 'AWS::Kinesis::Stream').flatMap((one) => keyed(one, 'StreamEncryption.KeyId', dataKey)),
      ...resourcesOf(templates, 'AWS::DynamoDB::Table').flatMap((one) =>
        keyed(one, 'SSESpecification.KMSMasterKeyId', dataKey),
      ),
      ...resourcesOf(templates, 'AWS::KinesisFirehose::DeliveryStream').flatMap((one) =>
        keyed(
          one,
          'ExtendedS3DestinationConfiguration.EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN',
          dataKey,
        ),
      ),
      ...resourcesOf(templates, 'AWS::SageMaker::FeatureGroup').flatMap((one) => [
        ...keyed(one, 'OnlineStoreConfig.SecurityConfig.KmsKeyId', dataKey),
        ...keyed(one, 'OfflineStoreConfig.S3StorageConfig.KmsKeyId', dataKey),
      ]),
      ...resourcesOf(templates, 'AWS::Lambda::Function')
        .filter(({ properties: one }) => one.Environment !== undefined)
        .flatMap((one) => keyed(one, 'KmsKeyArn', operationsKey)),
    ],
  },
  {
    name: 'query-settings-enforced',
    why: 'Otherwise a client chooses where query results go and with which key.',
    check: (templates) =>
      resourcesOf(templates, 'AWS::Athena::WorkGroup')
        .filter(({ properties: one }) => at(one, 'WorkGroupConfiguration.EnforceWorkGroupConfiguration') !== true)
        .map((one) => ({ place: place(one), problem: 'lets clients override location and encryption of results' })),
  },
  {
    name: 'buckets-closed',
    why: 'One of these switches off, and a later mistake in a policy is public.',
    check: (templates) =>
      resourcesOf(templates, 'AWS::S3::Bucket').flatMap((one): Finding[] => {
        const block = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
        const open = block.filter((name) => at(one.properties, `PublicAccessBlockConfiguration.${name}`) !== true);
        const owned =
          at(list(at(one.properties, 'OwnershipControls.Rules'))[0], 'ObjectOwnership') === 'BucketOwnerEnforced';
        return [
          ...open.map((name) => ({ place: place(one), problem: `${name} is not on` })),
          ...(owned
            ? []
            : [{ place: place(one), problem: 'access control lists count: ownership is not BucketOwnerEnforced' }]),
          ...(at(one.properties, 'VersioningConfiguration.Status') === 'Enabled'
            ? []
            : [{ place: place(one), problem: 'keeps no versions' }]),
        ];
      }),
  },
  {
    name: 'nothing-grows-forever',
    why: 'Old versions and logs cost every month, and personal data must go some day.',
    check: (templates) => [
      ...resourcesOf(templates, 'AWS::S3::Bucket')
        .filter((one) => !/NoncurrentVersionExpiration/.test(text(one.properties.LifecycleConfiguration)))
        .map((one) => ({ place: place(one), problem: 'keeps old versions forever' })),
      ...resourcesOf(templates, 'AWS::Logs::LogGroup')
        .filter(({ properties: { RetentionInDays: days } }) => typeof days !== 'number' || days > 365)
        .map((one) => ({ place: place(one), problem: 'keeps logs for more than a year' })),
      ...resourcesOf(templates, 'AWS::S3::Bucket')
        .filter(({ id }) => id.startsWith('Capture'))
        .filter(
          (one) =>
            !list(at(one.properties, 'LifecycleConfiguration.Rules')).some(
              (rule) => at(rule, 'Prefix') === 'capture/' && at(rule, 'Status') === 'Enabled',
            ),
        )
        .map((one) => ({ place: place(one), problem: 'keeps captured requests forever' })),
    ],
  },
];
