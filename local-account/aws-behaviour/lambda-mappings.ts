import type { Behaviour } from './behaviour';

const guide = {
  page: 'AWS Lambda Developer Guide: Using AWS Lambda with Amazon Kinesis',
  url: 'https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html',
} as const;
const model = {
  repository: 'boto/botocore',
  at: 'botocore/data/lambda/2015-03-31/service-2.json: documentation of CreateEventSourceMapping and its members',
} as const;
const test = (title: string) => ({ file: 'local-account/test/events/kinesis-mappings.test.ts', title }) as const;

/** Event source mappings of data streams. */
export const mappings: readonly Behaviour[] = [
  {
    id: 'lambda/mappings-check-the-role',
    subjects: ['lambda:CreateEventSourceMapping', 'AWS::Lambda::EventSourceMapping'],
    does:
      'Lambda asks whether the role of the function may read the stream when a mapping is made: "Cannot access stream ... Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams Actions ' +
      'on your stream in IAM." ListStreams takes no resource in IAM, and roles that have it on the stream only are accepted, so it is not asked for here.',
    sources: [
      { repository: 'aws-samples/cross-account-amazon-dynamodb-replication', at: 'issue 11: the words' },
      { repository: 'aws/aws-cdk', at: 'issue 17312: a role without DescribeStream is refused' },
      guide,
    ],
    sure: 'certain',
    enforcedBy: [
      'local-account/events/lambda/event-source/role-checks.ts',
      'local-account/events/lambda/event-source/mappings.ts',
    ],
    tests: [test('reads as the role of the function, and says so when it may not')],
  },
  {
    id: 'lambda/stream-mappings-have-a-start',
    subjects: ['lambda:CreateEventSourceMapping', 'AWS::Lambda::EventSourceMapping'],
    does: 'For a stream, StartingPosition is required although the model does not say so, and a maximum age of records is -1 or at least 60 seconds. AWS publishes no words for it.',
    sources: [model, guide],
    sure: 'likely',
    enforcedBy: ['local-account/events/lambda/event-source/mappings.ts'],
    tests: [test('refuses what it does not do, by name')],
  },
  {
    id: 'lambda/filters-are-event-patterns',
    subjects: ['lambda:CreateEventSourceMapping', 'lambda:UpdateEventSourceMapping'],
    does: 'A filter of a mapping is a pattern as of EventBridge, over the record with its data decoded. One that is none is refused with InvalidParameterValueException.',
    sources: [
      {
        page: 'AWS Lambda Developer Guide: Control which events Lambda sends to your function',
        url: 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html',
      },
      model,
    ],
    sure: 'likely',
    enforcedBy: ['local-account/events/lambda/event-source/mappings.ts'],
    tests: [test('drops what its filters do not admit')],
  },
];
