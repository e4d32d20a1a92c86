import type { ServiceLedger } from './behaviour';

const model = (operations: string) =>
  ({
    repository: 'boto/botocore',
    at: `botocore/data/firehose/2015-08-04/service-2.json: documentation of ${operations} and their members`,
  }) as const;
const page = (title: string, file: string) =>
  ({
    page: `Amazon Data Firehose Developer Guide: ${title}`,
    url: `https://docs.aws.amazon.com/firehose/latest/dev/${file}.html`,
  }) as const;
const test = (title: string) => ({ file: 'local-account/test/events/kinesis-firehose.test.ts', title }) as const;
const settings = test('checks roles and settings when it is made, and refuses what is not built by name');
const subjects = ['firehose:CreateDeliveryStream', 'AWS::KinesisFirehose::DeliveryStream'];

export const firehose: ServiceLedger = {
  service: 'firehose',
  behaviours: [
    {
      id: 'firehose/checks-its-roles',
      subjects,
      does:
        'Firehose takes the roles of a stream when it is made: "Firehose is unable to assume role ... Please check the role provided.", and reads the source and the table of the schema with them ' +
        '("Role ... is not authorized to perform: kinesis:DescribeStream on resource ..."). All are an InvalidArgumentException. Whether it sends aws:SourceArn and aws:SourceAccount with AssumeRole is taken from its page on the confused deputy.',
      sources: [
        { repository: 'aws/aws-cdk', at: 'issue 5221: the words for a source' },
        page('Controlling access with Amazon Data Firehose', 'controlling-access'),
      ],
      sure: 'likely',
      enforcedBy: [
        'local-account/events/firehose/role-session.ts',
        'local-account/events/firehose/kinesis-source.ts',
        'local-account/events/firehose/service.ts',
      ],
      tests: [settings, test('reads a data stream as its role, from the moment it is made')],
    },
    {
      id: 'firehose/streams-have-one-destination',
      subjects,
      does: 'A stream has exactly one destination, and a source configuration if, and only if, its type says so. AWS publishes no words for it.',
      sources: [model('CreateDeliveryStream')],
      sure: 'likely',
      enforcedBy: ['local-account/events/firehose/configuration.ts', 'local-account/events/firehose/service.ts'],
      tests: [settings],
    },
    {
      id: 'firehose/format-conversion-has-conditions',
      subjects,
      does: 'With format conversion, a table with its role, one deserializer and one serializer are required, buffers have 64 MiB at least (128 by default), and CompressionFormat is UNCOMPRESSED. AWS publishes no words for the refusals.',
      sources: [page('Convert input data format in Amazon Data Firehose', 'record-format-conversion')],
      sure: 'certain',
      enforcedBy: ['local-account/events/firehose/configuration.ts'],
      tests: [settings],
    },
    {
      id: 'firehose/prefixes-have-rules',
      subjects,
      does: "ErrorOutputPrefix can't be null when Prefix contains expressions, contains the type of the error when it has expressions of its own, and Prefix never does. Keys of records may be in Prefix only with dynamic partitioning, which needs them there.",
      sources: [
        page('Understand custom prefixes for Amazon S3 objects', 's3-prefixes'),
        page('Partition streaming data in Amazon Data Firehose', 'dynamic-partitioning'),
      ],
      sure: 'certain',
      enforcedBy: ['local-account/events/firehose/prefix.ts'],
      tests: [settings],
    },
    {
      id: 'firehose/streams-take-from-one-source',
      subjects: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
      does: 'A stream that reads a data stream takes no records by API: InvalidSourceException.',
      sources: [model('PutRecord: InvalidSourceException')],
      sure: 'certain',
      enforcedBy: ['local-account/events/firehose/service.ts'],
      tests: [test('reads a data stream as its role, from the moment it is made')],
    },
    {
      id: 'firehose/requests-have-a-size',
      subjects: ['firehose:PutRecordBatch'],
      does: 'The records of a request have 4 MiB together at most. AWS publishes no words for the refusal.',
      sources: [model('PutRecordBatch')],
      sure: 'certain',
      enforcedBy: ['local-account/events/firehose/service.ts'],
      tests: [settings],
    },
  ],
  readings: [
    {
      subjects: [...subjects, 'firehose:PutRecord', 'firehose:PutRecordBatch'],
      pages: [
        model('CreateDeliveryStream, PutRecord, PutRecordBatch'),
        page('Configure Amazon S3 object name format', 's3-object-name'),
        page('Handle errors for data format conversion', 'record-format-conversion-error-handling'),
        page('Monitor Amazon Data Firehose Using CloudWatch Logs', 'monitoring-with-cloudwatch-logs'),
      ],
      found: [
        'firehose/checks-its-roles',
        'firehose/streams-have-one-destination',
        'firehose/format-conversion-has-conditions',
        'firehose/prefixes-have-rules',
        'firehose/streams-take-from-one-source',
        'firehose/requests-have-a-size',
      ],
    },
    {
      subjects: [
        'firehose:DeleteDeliveryStream',
        'firehose:DescribeDeliveryStream',
        'firehose:ListDeliveryStreams',
        'firehose:ListTagsForDeliveryStream',
        'firehose:TagDeliveryStream',
        'firehose:UntagDeliveryStream',
      ],
      pages: [model('the operations named here')],
      found: 'nothing beyond the model',
    },
  ],
};
