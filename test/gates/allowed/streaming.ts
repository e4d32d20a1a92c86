import type { AllowedTypes } from './allowed-type';
import { database } from './lake-catalog';
import { dataKey, inBucket, prefix, tags } from './references';
import { between, like, listOf, members, object, only, ref, words } from './rules';

const deliveryRole = ref('IAM::Role', 'Arn', 'LakeDeliveryRole');

export const streaming: AllowedTypes = {
  'AWS::Kinesis::Stream': {
    why: 'Departures as they happen (streaming.enabled).',
    stacks: ['Features'],
    deletion: 'Delete',
    properties: {
      // A shard costs 11 USD a month.
      ShardCount: between(1, 50),
      RetentionPeriodHours: between(24, 168),
      StreamEncryption: object({ EncryptionType: only('KMS'), KeyId: dataKey }),
      StreamModeDetails: object({ StreamMode: only('PROVISIONED') }),
      Tags: tags,
    },
  },
  'AWS::KinesisFirehose::DeliveryStream': {
    why: 'Writes every event to the raw bucket, as Parquet by day.',
    stacks: ['Features'],
    after: ['AWS::IAM::Role'],
    properties: {
      DeliveryStreamType: only('KinesisStreamAsSource'),
      KinesisStreamSourceConfiguration: object({
        KinesisStreamARN: ref('Kinesis::Stream', 'Arn', 'DeparturesStream'),
        RoleARN: deliveryRole,
      }),
      ExtendedS3DestinationConfiguration: object({
        BucketARN: ref('S3::Bucket', 'Arn', 'RawBucket'),
        RoleARN: deliveryRole,
        BufferingHints: object({ IntervalInSeconds: between(60, 900), SizeInMBs: between(64, 128) }),
        CloudWatchLoggingOptions: object({
          Enabled: only(true),
          LogGroupName: ref('Logs::LogGroup', '', 'LakeDeliveryErrors'),
          LogStreamName: ref('Logs::LogStream', '', 'LakeDeliveryErrorStream'),
        }),
        // Parquet compresses by itself.
        CompressionFormat: only('UNCOMPRESSED'),
        DataFormatConversionConfiguration: object({
          Enabled: only(true),
          InputFormatConfiguration: only({ Deserializer: { OpenXJsonSerDe: {} } }),
          OutputFormatConfiguration: only({ Serializer: { ParquetSerDe: { Compression: 'SNAPPY' } } }),
          SchemaConfiguration: object({
            DatabaseName: database,
            TableName: only('departure_events'),
            Region: only('<Region>'),
            RoleARN: deliveryRole,
          }),
        }),
        DynamicPartitioningConfiguration: object({ Enabled: only(true) }),
        EncryptionConfiguration: object({ KMSEncryptionConfig: object({ AWSKMSKeyARN: dataKey }) }),
        Prefix: only('events/departures/day=!{partitionKeyFromQuery:day}/'),
        ErrorOutputPrefix: only('events/undelivered/!{firehose:error-output-type}/!{timestamp:yyyy-MM-dd}/'),
        ProcessingConfiguration: object({
          Enabled: only(true),
          Processors: members(
            object({
              Type: only('MetadataExtraction'),
              Parameters: members(
                only({ ParameterName: 'MetadataExtractionQuery', ParameterValue: '{day:.event_time[0:10]}' }),
                only({ ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' }),
              ),
            }),
          ),
        }),
      }),
      Tags: tags,
    },
  },
  'AWS::DynamoDB::Table': {
    why: 'The last known state of each flight, for two days. No backups (EV-031), no stream, no replica.',
    stacks: ['Features'],
    deletion: 'Delete',
    properties: {
      BillingMode: only('PAY_PER_REQUEST'),
      AttributeDefinitions: members(
        ...['airport', 'flight_id', 'scheduled'].map((name) => only({ AttributeName: name, AttributeType: 'S' })),
      ),
      KeySchema: members(
        only({ AttributeName: 'airport', KeyType: 'HASH' }),
        only({ AttributeName: 'flight_id', KeyType: 'RANGE' }),
      ),
      LocalSecondaryIndexes: members(
        object({
          IndexName: only('by-schedule'),
          KeySchema: members(
            only({ AttributeName: 'airport', KeyType: 'HASH' }),
            only({ AttributeName: 'scheduled', KeyType: 'RANGE' }),
          ),
          Projection: only({ NonKeyAttributes: ['delay'], ProjectionType: 'INCLUDE' }),
        }),
      ),
      SSESpecification: object({ KMSMasterKeyId: dataKey, SSEEnabled: only(true), SSEType: only('KMS') }),
      TimeToLiveSpecification: only({ AttributeName: 'expires_at', Enabled: true }),
      Tags: tags,
    },
  },
  'AWS::SageMaker::FeatureGroup': {
    why: 'The state of each airport, online and offline: the same values for training and for predictions.',
    stacks: ['Features'],
    deletion: 'Delete',
    after: ['AWS::IAM::Role'],
    properties: {
      FeatureGroupName: only(`${prefix}-airport-state`),
      Description: words,
      RecordIdentifierFeatureName: only('airport'),
      EventTimeFeatureName: only('event_time'),
      FeatureDefinitions: listOf(
        object({ FeatureName: like(/[a-z][a-z0-9_]*/), FeatureType: only('String', 'Fractional', 'Integral') }),
        { minimum: 3, maximum: 100 },
      ),
      OnlineStoreConfig: object({
        EnableOnlineStore: only(true),
        SecurityConfig: object({ KmsKeyId: dataKey }),
        // A missing value is better than an old one.
        TtlDuration: object({ Unit: only('Minutes'), Value: between(15, 1440) }),
      }),
      OfflineStoreConfig: object({
        DisableGlueTableCreation: only(true),
        DataCatalogConfig: object({
          Catalog: only('AwsDataCatalog'),
          Database: database,
          TableName: only('airport_state'),
        }),
        S3StorageConfig: object({ KmsKeyId: dataKey, S3Uri: inBucket('CuratedBucket', 'features/airport-state') }),
      }),
      RoleArn: ref('IAM::Role', 'Arn', 'AirportStateRole'),
      Tags: tags,
    },
  },
};
