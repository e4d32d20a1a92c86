import { App, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { context } from '../../../cdk.json';
import { sandbox, type WorkflowConfiguration } from '../../../lib/config';
import { flightDisruption } from '../../../lib/problem/flight-disruption';
import { workflow } from '../../../lib/workflow';
import { statement, statementsOf } from '../../fixtures/workflow-app';

const stacksWith = (streaming: Partial<WorkflowConfiguration['streaming']>) =>
  workflow(
    new App({ context }),
    { ...sandbox, streaming: { ...sandbox.streaming, enabled: true, ...streaming } },
    flightDisruption,
  );
const stacks = stacksWith({});
const template = Template.fromStack(stacks.features as Stack);

describe('the stream', () => {
  test('is not deployed by default, because a shard is billed by the hour', () => {
    expect(sandbox.streaming.enabled).toBe(false);
    expect(Object.keys(workflow(new App({ context }), sandbox, flightDisruption))).not.toContain('features');
  });

  test('has provisioned shards and our key', () => {
    template.hasResourceProperties('AWS::Kinesis::Stream', {
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      ShardCount: 1,
      RetentionPeriodHours: 24,
      StreamEncryption: { EncryptionType: 'KMS', KeyId: Match.anyValue() },
    });
  });

  test('is read from its oldest record, in bounded retries, and a bad record is left alone', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 5,
      MaximumRecordAgeInSeconds: 3_600,
      ParallelizationFactor: 2,
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    });
  });

  test('goes to the lake as compressed Parquet by the day of the event', () => {
    template.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamType: 'KinesisStreamAsSource',
      ExtendedS3DestinationConfiguration: {
        Prefix: 'events/departures/day=!{partitionKeyFromQuery:day}/',
        DynamicPartitioningConfiguration: { Enabled: true },
        DataFormatConversionConfiguration: {
          OutputFormatConfiguration: { Serializer: { ParquetSerDe: { Compression: 'SNAPPY' } } },
        },
      },
    });
  });
});

describe('the permissions', () => {
  test('of the consumer are one update of one table', () => {
    expect(statementsOf(template, 'TrackingTrackRole').map(({ Sid, Action }) => [Sid, Action])).toEqual([
      [
        'ReadStream',
        ['kinesis:DescribeStream', 'kinesis:GetShardIterator', 'kinesis:GetRecords', 'kinesis:ListShards'],
      ],
      ['DecryptStream', 'kms:Decrypt'],
      ['WriteFlights', 'dynamodb:UpdateItem'],
      ['UseTableKey', 'kms:Decrypt'],
      ['SendRefused', 'sqs:SendMessage'],
      ['EncryptRefused', ['kms:GenerateDataKey', 'kms:Decrypt']],
      ['WriteLogs', ['logs:CreateLogStream', 'logs:PutLogEvents']],
    ]);
  });

  test('of the writer are one index and one feature group', () => {
    const role = 'StateWriterWriteRole';
    expect(JSON.stringify(statement(template, role, 'ReadFlights').Resource)).toContain('/index/by-schedule');
    expect(JSON.stringify(statement(template, role, 'WriteState').Resource)).toContain(
      ':feature-group/mla-blueprint-airport-state',
    );
  });
});

describe('the feature group', () => {
  test('has the features of the problem, both stores with our key, and a time to live online', () => {
    template.hasResourceProperties('AWS::SageMaker::FeatureGroup', {
      FeatureDefinitions: [
        'airport',
        'event_time',
        ...flightDisruption.features.filter(({ derived }) => derived).map(({ name }) => name),
      ].map((FeatureName) => Match.objectLike({ FeatureName })),
      OnlineStoreConfig: {
        EnableOnlineStore: true,
        SecurityConfig: { KmsKeyId: Match.anyValue() },
        TtlDuration: { Unit: 'Minutes', Value: 60 },
      },
      OfflineStoreConfig: {
        S3StorageConfig: { KmsKeyId: Match.anyValue() },
        // Otherwise SageMaker makes a table that stays when the stack goes.
        DisableGlueTableCreation: true,
        DataCatalogConfig: { TableName: 'airport_state', Database: 'mla_blueprint_flight_disruption' },
      },
    });
    template.hasResourceProperties('AWS::Glue::Table', { TableInput: { Name: 'airport_state' } });
  });

  test('is written after each moment of the grid', () => {
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'cron(2/15 * * * ? *)' });
  });
});

test('rows of flights expire, and nothing is left when the stack goes', () => {
  template.hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Delete',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
      PointInTimeRecoverySpecification: Match.absent(),
    },
  });
});

test('each fault of the stream has an alarm', () => {
  const alarms = Object.keys(Template.fromStack(stacks.monitoring).findResources('AWS::CloudWatch::Alarm'))
    .filter((id) => id.startsWith('StreamAlarms'))
    .map((id) => id.replace(/^StreamAlarms|[0-9A-F]{8}$/g, ''));
  expect(alarms.sort()).toEqual([
    'ConsumerBehind',
    'MissedMoments',
    'PutsThrottled',
    'RefusedEvents',
    'StateNotWritten',
  ]);
});

test('a configuration that loses flights of a window, or writes a moment after the next, is refused', () => {
  expect(() => stacksWith({ flightHours: 3 })).toThrow('streaming.flightHours is 3');
  expect(() => stacksWith({ settleMinutes: 15 })).toThrow('streaming.settleMinutes is 15');
});
