import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { lakeDatabaseName } from '../data-lake/catalog';
import { deliveredEvents } from '../data-lake/transformation/delivered-events';
import { covers } from '../shared/blueprint/covers';
import { keyThroughService, useDataKeyThroughS3 } from '../shared/iam/key-statements';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import { acknowledge, acknowledgeInlinePolicies } from '../shared/security/acknowledge';
import type { WorkflowContext } from '../shared/stack/workflow-context';

export interface LakeDeliveryProps {
  readonly context: WorkflowContext;
  readonly stream: kinesis.Stream;
  readonly raw: s3.IBucket;
}

const prefix = deliveredEvents;
const errorPrefix = 'events/undelivered/';
const tableName = 'departure_events';

/** Members of an event, as lambda/track-departures/event.ts and the Spark job (EVENTS in its script) read them. */
const columns = [
  { name: 'event_id', type: 'string', comment: 'the same in each copy of an event: readers keep one' },
  { name: 'flight_id', type: 'string' },
  { name: 'origin', type: 'string' },
  { name: 'type', type: 'string', comment: 'scheduled, departed or canceled' },
  { name: 'scheduled', type: 'timestamp' },
  { name: 'delay', type: 'int', comment: 'minutes; of a departure only' },
  { name: 'event_time', type: 'timestamp' },
];

/**
 * Writes every event to the lake, as compressed Parquet partitioned by the day on which it happened (DATADEC-02:
 * data that arrive without pause; DATA-02: which format when). Partitioned
 * by the event's own time and not by that of its arrival: a late event lies where a reader looks for it. Firehose
 * delivers at least once, so the same event may be there twice.
 * https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
 * https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html
 */
export class LakeDelivery extends Construct {
  readonly deliveryStream: firehose.CfnDeliveryStream;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: LakeDeliveryProps,
  ) {
    super(scope, id);
    const { context, raw, stream } = props;
    const { streaming } = context.configuration;
    const table = this.table();
    const errors = this.errorLog();
    const role = this.role(errors.group);
    this.deliveryStream = new firehose.CfnDeliveryStream(this, 'Delivery', {
      deliveryStreamType: 'KinesisStreamAsSource',
      kinesisStreamSourceConfiguration: { kinesisStreamArn: stream.streamArn, roleArn: role.roleArn },
      extendedS3DestinationConfiguration: {
        bucketArn: raw.bucketArn,
        roleArn: role.roleArn,
        prefix: `${prefix}day=!{partitionKeyFromQuery:day}/`,
        errorOutputPrefix: `${errorPrefix}!{firehose:error-output-type}/!{timestamp:yyyy-MM-dd}/`,
        // Whichever is reached first. Format conversion and partitions need 64 MB at least.
        bufferingHints: { intervalInSeconds: streaming.deliverySeconds, sizeInMBs: smallestBuffer },
        compressionFormat: 'UNCOMPRESSED',
        encryptionConfiguration: { kmsEncryptionConfig: { awskmsKeyArn: context.dataKey.keyArn } },
        dynamicPartitioningConfiguration: { enabled: true },
        processingConfiguration: {
          enabled: true,
          processors: [
            {
              type: 'MetadataExtraction',
              parameters: [
                { parameterName: 'MetadataExtractionQuery', parameterValue: '{day:.event_time[0:10]}' },
                { parameterName: 'JsonParsingEngine', parameterValue: 'JQ-1.6' },
              ],
            },
          ],
        },
        dataFormatConversionConfiguration: {
          enabled: true,
          inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
          outputFormatConfiguration: { serializer: { parquetSerDe: { compression: 'SNAPPY' } } },
          schemaConfiguration: {
            databaseName: lakeDatabaseName(context),
            tableName,
            roleArn: role.roleArn,
            region: Aws.REGION,
          },
        },
        cloudWatchLoggingOptions: {
          enabled: true,
          logGroupName: errors.group.logGroupName,
          logStreamName: errors.stream.logStreamName,
        },
      },
    });
    // Firehose reads the table's columns when it is made.
    this.deliveryStream.addResourceDependency(table);
    this.deliveryStream.node.addDependency(role);
    acknowledge(
      this.deliveryStream,
      'EV-030',
      'KDF1',
      ['AwsSolutions'],
      'The records come from an encrypted data stream, which Firehose does not copy before it delivers them.',
    );
    covers(this, 'DATADEC-02', 'DATA-02');
  }

  private table(): glue.CfnTable {
    const { context, raw } = this.props;
    const location = `s3://${raw.bucketName}/${prefix}`;
    return new glue.CfnTable(this, 'Table', {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: lakeDatabaseName(context),
      tableInput: {
        name: tableName,
        tableType: 'EXTERNAL_TABLE',
        partitionKeys: [{ name: 'day', type: 'string' }],
        parameters: {
          classification: 'parquet',
          'projection.enabled': 'true',
          'projection.day.type': 'date',
          'projection.day.format': 'yyyy-MM-dd',
          'projection.day.range': '2013-01-01,NOW+1DAYS',
          'storage.location.template': `${location}day=\${day}/`,
        },
        storageDescriptor: {
          columns,
          location,
          inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
          serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
        },
      },
    });
  }

  /** Firehose says here why it could not deliver. It needs the stream to exist. */
  private errorLog() {
    const { operationsKey, logRetention } = this.props.context;
    const group = new logs.LogGroup(this, 'Errors', {
      encryptionKey: operationsKey,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stream = new logs.LogStream(this, 'ErrorStream', {
      logGroup: group,
      logStreamName: 'lake',
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return { group, stream };
  }

  /** https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html */
  private role(errors: logs.LogGroup): iam.Role {
    const { context, raw, stream } = this.props;
    const stack = Stack.of(this);
    const database = lakeDatabaseName(context);
    const role = new iam.Role(this, 'Role', {
      description: 'Lets Firehose read the stream of departures and write it to the lake.',
      assumedBy: new iam.ServicePrincipal('firehose.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: {
        Deliver: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'ReadStream',
              actions: [
                'kinesis:DescribeStream',
                'kinesis:GetShardIterator',
                'kinesis:GetRecords',
                'kinesis:ListShards',
              ],
              resources: [stream.streamArn],
            }),
            keyThroughService(this, 'kinesis', context.dataKey, { sid: 'DecryptStream', actions: ['kms:Decrypt'] }),
            new iam.PolicyStatement({
              sid: 'WriteEvents',
              actions: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
              resources: [raw.arnForObjects(`${prefix}*`), raw.arnForObjects(`${errorPrefix}*`)],
            }),
            new iam.PolicyStatement({
              sid: 'FindBucket',
              actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
              resources: [raw.bucketArn],
            }),
            useDataKeyThroughS3(this, context.dataKey),
            new iam.PolicyStatement({
              sid: 'ReadSchema',
              actions: ['glue:GetTable', 'glue:GetTableVersion', 'glue:GetTableVersions'],
              resources: ['catalog', `database/${database}`, `table/${database}/${tableName}`].map((resource) =>
                stack.formatArn({ service: 'glue', resource }),
              ),
            }),
            new iam.PolicyStatement({
              sid: 'WriteErrors',
              actions: ['logs:PutLogEvents'],
              resources: [`${errors.logGroupArn.replace(/:\*$/, '')}:log-stream:lake`],
            }),
          ],
        }),
      },
    });
    acknowledgeInlinePolicies(role);
    acknowledgeWildcards(
      role,
      { pattern: `/${prefix}*`, reason: 'EV-001: Firehose names the files that it writes.' },
      { pattern: `/${errorPrefix}*`, reason: 'EV-001: The same for what it cannot deliver.' },
    );
    return role;
  }
}

/** MB: the least that Firehose accepts with format conversion and with partitions. */
const smallestBuffer = 64;
