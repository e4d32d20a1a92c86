import type { ServiceLedger } from './behaviour';

const model = (service: 'sns/2010-03-31' | 'sqs/2012-11-05', operations: string) =>
  ({
    repository: 'boto/botocore',
    at: `botocore/data/${service}/service-2.json: documentation of ${operations} and their members`,
  }) as const;
const properties = (service: 'sns' | 'sqs', types: string) =>
  ({
    repository: 'aws/aws-cdk',
    at: `aws-cdk-lib, aws-${service}/lib/${service}.generated.d.ts: documentation of ${types}`,
  }) as const;

export const messaging: ServiceLedger = {
  service: 'sns and sqs',
  behaviours: [
    {
      id: 'sqs/queue-policies-have-limits',
      subjects: ['sqs:SetQueueAttributes', 'AWS::SQS::QueuePolicy'],
      does: 'A queue\'s policy has at most 8,192 bytes, 20 statements, 10 conditions, 50 principals, and 7 actions a statement. More is refused with OverLimit, such as "21 statements were found in the submitted policy, max allowed is 20".',
      sources: [
        {
          page: 'Amazon SQS Developer Guide: Amazon SQS policy quotas',
          url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html',
        },
        { repository: 'aws/aws-cdk', at: 'issue 16303: the words for statements, from a stack' },
        { repository: 'aws/aws-cdk', at: 'issue 7732: a statement for each rule that may send to one queue' },
      ],
      sure: 'certain',
      enforcedBy: [],
      tests: [],
    },
  ],
  readings: [
    {
      subjects: [
        'AWS::SNS::Topic',
        'AWS::SNS::TopicPolicy',
        'sns:CreateTopic',
        'sns:DeleteTopic',
        'sns:SetTopicAttributes',
        'sns:Subscribe',
        'sns:Publish',
      ],
      pages: [
        model('sns/2010-03-31', 'CreateTopic, DeleteTopic, SetTopicAttributes, Subscribe, Publish'),
        properties('sns', 'CfnTopicProps, CfnTopicPolicyProps'),
      ],
      found: ['kms/no-source-keys-for-rules-and-alarms'],
    },
    {
      subjects: [
        'AWS::SQS::Queue',
        'AWS::SQS::QueuePolicy',
        'sqs:CreateQueue',
        'sqs:DeleteQueue',
        'sqs:SetQueueAttributes',
        'sqs:SendMessage',
        'sqs:ReceiveMessage',
        'sqs:GetQueueAttributes',
      ],
      pages: [
        model(
          'sqs/2012-11-05',
          'CreateQueue, DeleteQueue, SetQueueAttributes, SendMessage, ReceiveMessage, GetQueueAttributes',
        ),
        properties('sqs', 'CfnQueueProps, CfnQueuePolicyProps'),
      ],
      found: ['kms/no-source-keys-for-rules-and-alarms', 'sqs/queue-policies-have-limits'],
    },
    {
      subjects: [
        'sns:ListTopics',
        'sns:ListSubscriptions',
        'sns:GetTopicAttributes',
        'sns:ListSubscriptionsByTopic',
        'sns:ConfirmSubscription',
        'sns:TagResource',
        'sns:UntagResource',
        'sns:ListTagsForResource',
        'sns:Unsubscribe',
        'sns:GetSubscriptionAttributes',
        'sns:SetSubscriptionAttributes',
        'sns:PublishBatch',
      ],
      pages: [model('sns/2010-03-31', 'the operations that this project does not call')],
      found: 'nothing beyond the model',
    },
    {
      subjects: [
        'sqs:ListQueues',
        'sqs:GetQueueUrl',
        'sqs:PurgeQueue',
        'sqs:DeleteMessage',
        'sqs:ChangeMessageVisibility',
        'sqs:TagQueue',
        'sqs:UntagQueue',
        'sqs:ListQueueTags',
        'sqs:ListDeadLetterSourceQueues',
        'sqs:DeleteMessageBatch',
        'sqs:ChangeMessageVisibilityBatch',
        'sqs:SendMessageBatch',
      ],
      pages: [model('sqs/2012-11-05', 'the operations that this project does not call')],
      found: 'nothing beyond the model',
    },
  ],
};
