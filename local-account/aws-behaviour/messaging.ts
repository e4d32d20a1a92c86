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
  behaviours: [],
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
      found: ['kms/no-source-keys-for-rules-and-alarms'],
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
