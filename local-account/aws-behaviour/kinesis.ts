import type { ServiceLedger } from './behaviour';

const model = (operations: string) =>
  ({
    repository: 'boto/botocore',
    at: `botocore/data/kinesis/2013-12-02/service-2.json: documentation of ${operations} and their members`,
  }) as const;
/** An emulator whose words were compared with AWS's answers by its own tests, which run against both. */
const kinesalite = (file: string) => ({ repository: 'mhart/kinesalite', at: file }) as const;
const test = (title: string) => ({ file: 'local-account/test/events/kinesis.test.ts', title }) as const;

export const kinesis: ServiceLedger = {
  service: 'kinesis',
  behaviours: [
    {
      id: 'kinesis/shards-have-a-throughput',
      subjects: ['kinesis:PutRecord', 'kinesis:PutRecords', 'kinesis:GetRecords'],
      does:
        'A shard takes 1,000 records and 1 MiB a second, and gives 2 MiB in five calls a second. PutRecords succeeds all the same: each record that did not fit has the code ProvisionedThroughputExceededException and ' +
        '"Rate exceeded for shard ... in stream ... under account ...", and FailedRecordCount counts them. PutRecord and GetRecords throw the same error. After an answer of 10 MiB, reads are refused for five seconds.',
      sources: [
        model('PutRecord, PutRecords, GetRecords, CreateStream'),
        { repository: 'mhart/kinesalite', at: 'pull request 87: the answer to PutRecords, with its words' },
        { repository: 'rclark/kinesis-readable', at: 'issue 4: the words of GetRecords' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/events/kinesis/writing.ts', 'local-account/events/kinesis/reading.ts'],
      tests: [
        test('takes 1,000 records and 1 MiB a second and shard, and refuses the others one by one'),
        test('says how far a reader is behind, and lets five read a second'),
      ],
    },
    {
      id: 'kinesis/requests-have-a-size',
      subjects: ['kinesis:PutRecords'],
      does: 'All records of a request have 5 MiB together, partition keys included; more is an InvalidArgumentException. Newer documentation says 10 MiB, with records of more than 1 MiB where a stream allows them.',
      sources: [
        model('PutRecords'),
        { repository: 'getmoto/moto', at: 'moto/kinesis/exceptions.py: TotalRecordsSizeExceedsLimit' },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/events/kinesis/writing.ts'],
      tests: [test('refuses what is too large or has no stream')],
    },
    {
      id: 'kinesis/hash-keys-have-128-bits',
      subjects: ['kinesis:PutRecord', 'kinesis:PutRecords'],
      does: 'The shard follows from the MD5 of the partition key, or from ExplicitHashKey; one of 2^128 or more is an InvalidArgumentException, for all records of the request.',
      sources: [model('PutRecord'), kinesalite('actions/putRecord.js, actions/putRecords.js')],
      sure: 'certain',
      enforcedBy: ['local-account/events/kinesis/writing.ts'],
      tests: [test('puts a record where the MD5 of its partition key falls, and keeps the order of a shard')],
    },
    {
      id: 'kinesis/iterators-begin-where-their-type-says',
      subjects: ['kinesis:GetShardIterator', 'kinesis:GetRecords'],
      does: 'AT_SEQUENCE_NUMBER and AFTER_SEQUENCE_NUMBER need a number of this shard of this stream, the other types none; AT_TIMESTAMP needs a time that is not in the future. Anything else is an InvalidArgumentException, as is an iterator that Kinesis did not give.',
      sources: [
        model('GetShardIterator, GetRecords'),
        kinesalite('actions/getShardIterator.js, actions/getRecords.js'),
      ],
      sure: 'likely',
      enforcedBy: ['local-account/events/kinesis/reading.ts'],
      tests: [test('is read from each kind of position')],
    },
    {
      id: 'kinesis/iterators-expire',
      subjects: ['kinesis:GetRecords'],
      does: 'A shard iterator is good for five minutes; then GetRecords throws ExpiredIteratorException, with both times in the words.',
      sources: [model('GetShardIterator, GetRecords'), kinesalite('actions/getRecords.js')],
      sure: 'certain',
      enforcedBy: ['local-account/events/kinesis/reading.ts'],
      tests: [test('is read from each kind of position')],
    },
    {
      id: 'kinesis/producers-and-consumers-use-the-key',
      subjects: ['kinesis:PutRecord', 'kinesis:PutRecords', 'kinesis:GetRecords', 'AWS::Kinesis::Stream'],
      does: "Of a stream with a customer's key, producers need kms:GenerateDataKey and consumers kms:Decrypt, with the stream's ARN as encryption context (aws:kinesis:arn). Without it, the call ends in KMSAccessDeniedException. AWS publishes no words for it; here they are those of the denial.",
      sources: [
        {
          page: 'Amazon Kinesis Data Streams Developer Guide: Permissions to use user-generated KMS keys',
          url: 'https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html',
        },
        model('PutRecord, GetRecords: KMSAccessDeniedException'),
      ],
      sure: 'certain',
      enforcedBy: ['local-account/events/kinesis/encryption.ts'],
      tests: [test('asks producers and consumers for its key')],
    },
    {
      id: 'kinesis/retention-is-a-day-to-a-year',
      subjects: ['kinesis:IncreaseStreamRetentionPeriod', 'kinesis:DecreaseStreamRetentionPeriod'],
      does: 'Records are kept 24 hours unless the period is changed, 8760 at most; each of the two operations refuses a change in the direction of the other.',
      sources: [
        model('IncreaseStreamRetentionPeriod, DecreaseStreamRetentionPeriod'),
        { repository: 'getmoto/moto', at: 'moto/kinesis/exceptions.py: the words' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/events/kinesis/service.ts'],
      tests: [test('keeps records for its retention period of virtual time')],
    },
    {
      id: 'kinesis/provisioned-streams-have-shards',
      subjects: ['kinesis:CreateStream', 'AWS::Kinesis::Stream'],
      does: 'A provisioned stream needs ShardCount; without mode and count, a stream is on-demand. AWS publishes no words for the refusal.',
      sources: [model('CreateStream: ShardCount, StreamModeDetails')],
      sure: 'likely',
      enforcedBy: ['local-account/events/kinesis/service.ts'],
      tests: [test('refuses what is too large or has no stream')],
    },
    {
      id: 'kinesis/a-stream-has-a-name',
      subjects: ['kinesis:DescribeStream', 'kinesis:PutRecords'],
      does: 'The model requires neither StreamName nor StreamARN; the documentation requires one of them. AWS publishes no words for the refusal.',
      sources: [model('DescribeStream, PutRecords')],
      sure: 'likely',
      enforcedBy: ['local-account/events/kinesis/service.ts'],
      tests: [test('refuses what is too large or has no stream')],
    },
    {
      id: 'kinesis/tokens-of-lists-of-shards',
      subjects: ['kinesis:ListShards'],
      does: 'ListShards takes the name of a stream or the token of its next page, and refuses both together and neither with InvalidArgumentException.',
      sources: [model('ListShards'), kinesalite('actions/listShards.js')],
      sure: 'likely',
      enforcedBy: ['local-account/events/kinesis/descriptions.ts'],
      tests: [test('refuses what is too large or has no stream')],
    },
  ],
  readings: [
    {
      subjects: [
        'AWS::Kinesis::Stream',
        'kinesis:CreateStream',
        'kinesis:DescribeStream',
        'kinesis:GetRecords',
        'kinesis:GetShardIterator',
        'kinesis:IncreaseStreamRetentionPeriod',
        'kinesis:DecreaseStreamRetentionPeriod',
        'kinesis:ListShards',
        'kinesis:PutRecord',
        'kinesis:PutRecords',
      ],
      pages: [
        model('the operations named here'),
        {
          page: 'Amazon Kinesis Data Streams Developer Guide: Monitor the Amazon Kinesis Data Streams service with Amazon CloudWatch',
          url: 'https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html',
        },
        { repository: 'mhart/kinesalite', at: 'actions/*.js, validations/*.js, db/index.js' },
      ],
      found: [
        'kinesis/shards-have-a-throughput',
        'kinesis/requests-have-a-size',
        'kinesis/hash-keys-have-128-bits',
        'kinesis/iterators-begin-where-their-type-says',
        'kinesis/iterators-expire',
        'kinesis/producers-and-consumers-use-the-key',
        'kinesis/retention-is-a-day-to-a-year',
        'kinesis/provisioned-streams-have-shards',
        'kinesis/a-stream-has-a-name',
        'kinesis/tokens-of-lists-of-shards',
      ],
    },
    {
      subjects: [
        'kinesis:AddTagsToStream',
        'kinesis:DeleteStream',
        'kinesis:DescribeStreamSummary',
        'kinesis:ListStreams',
        'kinesis:ListTagsForStream',
        'kinesis:RemoveTagsFromStream',
        'kinesis:StartStreamEncryption',
        'kinesis:StopStreamEncryption',
      ],
      pages: [model('the operations named here')],
      found: 'nothing beyond the model',
    },
  ],
};
