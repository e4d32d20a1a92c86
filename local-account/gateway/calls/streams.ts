import { readIterator } from '../../shard-iterator';
import { type Call, type Field, field, passRole, regional, type ServiceCalls, scoped, unscoped } from './rows';

const stream: Field<string> = (call) => {
  const given = field('StreamARN')(call);
  if (given !== undefined) return given;
  const iterator = readIterator(field('ShardIterator')(call) ?? '');
  return regional(call, 'kinesis', `stream/${field('StreamName')(call) ?? iterator?.stream ?? ''}`);
};
const key: Field<string> = (call) => call.facts.keyArn(field('KeyId')(call) ?? '');
const encrypts = (action: string) => [
  { action, type: 'stream', resource: stream },
  { action, type: 'kmsKey', resource: key },
];

/** Amazon Kinesis Data Streams. What it asks of a stream's key is a hop ("stream encryption"). */
export const kinesis: ServiceCalls = {
  prefix: 'kinesis',
  source: 'Actions, resources, and condition keys for Amazon Kinesis Data Streams',
  operations: {
    ...unscoped('kinesis', 'ListStreams'),
    ...scoped(
      'kinesis',
      'stream',
      stream,
      'AddTagsToStream',
      'DecreaseStreamRetentionPeriod',
      'DeleteStream',
      'DescribeStream',
      'DescribeStreamSummary',
      'GetRecords',
      'GetShardIterator',
      'IncreaseStreamRetentionPeriod',
      'ListShards',
      'ListTagsForStream',
      'PutRecord',
      'PutRecords',
      'RemoveTagsFromStream',
    ),
    // "If you pass Tags parameter, in addition to having kinesis:createStream permission, you must also have
    // kinesis:addTagsToStream permission" (CreateStream).
    CreateStream: [
      { action: 'kinesis:CreateStream', type: 'stream', resource: stream },
      {
        action: 'kinesis:AddTagsToStream',
        type: 'stream',
        resource: stream,
        when: (call: Call) => Object.keys((call.input.Tags as object | undefined) ?? {}).length > 0,
      },
    ],
    StartStreamEncryption: encrypts('kinesis:StartStreamEncryption'),
    StopStreamEncryption: encrypts('kinesis:StopStreamEncryption'),
  },
};

const deliveryStream: Field<string> = (call) =>
  regional(call, 'firehose', `deliverystream/${field('DeliveryStreamName')(call) ?? ''}`);

/** Amazon Data Firehose. */
export const firehose: ServiceCalls = {
  prefix: 'firehose',
  source: 'Actions, resources, and condition keys for Amazon Data Firehose',
  operations: {
    ...unscoped('firehose', 'ListDeliveryStreams'),
    ...scoped(
      'firehose',
      'deliverystream',
      deliveryStream,
      'DeleteDeliveryStream',
      'DescribeDeliveryStream',
      'ListTagsForDeliveryStream',
      'PutRecord',
      'PutRecordBatch',
      'TagDeliveryStream',
      'UntagDeliveryStream',
    ),
    CreateDeliveryStream: [
      { action: 'firehose:CreateDeliveryStream', type: 'deliverystream', resource: deliveryStream },
      passRole(
        'firehose.amazonaws.com',
        'ExtendedS3DestinationConfiguration.RoleARN',
        'ExtendedS3DestinationConfiguration.DataFormatConversionConfiguration.SchemaConfiguration.RoleARN',
        'KinesisStreamSourceConfiguration.RoleARN',
      ),
    ],
  },
};
