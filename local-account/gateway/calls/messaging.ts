import { type Call, field, kmsThrough, type Row, regional, type ServiceCalls, scoped, unscoped } from './rows';

const topic = (call: Call): string =>
  field('TopicArn')(call) ??
  field('TargetArn')(call) ??
  field('ResourceArn')(call) ??
  regional(call, 'sns', field('Name')(call) ?? '');

const topicContext = (call: Call): Record<string, string> => ({ 'aws:sns:topicArn': topic(call) });
const topicKey = (call: Call): Promise<string | undefined> => call.facts.topicKey(topic(call));

/** Publishing to an encrypted topic needs the key too ("Managing Amazon SNS encryption keys and costs"). */
const publish = (operation: string): Row[] =>
  [
    { action: 'sns:Publish', type: 'topic', resource: topic },
    kmsThrough('kms:GenerateDataKey', 'sns', topicKey, topicContext),
    kmsThrough('kms:Decrypt', 'sns', topicKey, topicContext),
  ].filter(() => operation.startsWith('Publish'));

/** Amazon SNS. */
export const sns: ServiceCalls = {
  prefix: 'sns',
  source: 'Actions, resources, and condition keys for Amazon SNS',
  operations: {
    ...unscoped('sns', 'ListTopics', 'ListSubscriptions'),
    ...scoped(
      'sns',
      'topic',
      topic,
      'CreateTopic',
      'DeleteTopic',
      'GetTopicAttributes',
      'SetTopicAttributes',
      'ListSubscriptionsByTopic',
      'ConfirmSubscription',
      'TagResource',
      'UntagResource',
      'ListTagsForResource',
    ),
    Subscribe: [
      {
        action: 'sns:Subscribe',
        type: 'topic',
        resource: topic,
        context: { 'sns:Protocol': field('Protocol'), 'sns:Endpoint': field('Endpoint') },
      },
    ],
    Unsubscribe: [
      {
        action: 'sns:Unsubscribe',
        type: 'topic',
        resource: (call) => (field('SubscriptionArn')(call) ?? '').replace(/:[^:]*$/, ''),
      },
    ],
    GetSubscriptionAttributes: [{ action: 'sns:GetSubscriptionAttributes' }],
    SetSubscriptionAttributes: [{ action: 'sns:SetSubscriptionAttributes' }],
    Publish: publish('Publish'),
    PublishBatch: publish('PublishBatch'),
  },
};

const queue = (call: Call): string => {
  const name = field('QueueName')(call) ?? (field('QueueUrl')(call) ?? '').split('/').pop() ?? '';
  return regional(call, 'sqs', name);
};
const queueKey = (call: Call): Promise<string | undefined> => call.facts.queueKey(queue(call));
const queueContext = (call: Call): Record<string, string> => ({ 'aws:sqs:arn': queue(call) });
const generateForQueue = kmsThrough('kms:GenerateDataKey', 'sqs', queueKey, queueContext);
const decryptForQueue = kmsThrough('kms:Decrypt', 'sqs', queueKey, queueContext);
const send: Row[] = [{ action: 'sqs:SendMessage', type: 'queue', resource: queue }, generateForQueue, decryptForQueue];

/** Amazon SQS. */
export const sqs: ServiceCalls = {
  prefix: 'sqs',
  source: 'Actions, resources, and condition keys for Amazon SQS; Key management (Amazon SQS Developer Guide)',
  operations: {
    ...unscoped('sqs', 'ListQueues'),
    ...scoped(
      'sqs',
      'queue',
      queue,
      'CreateQueue',
      'DeleteQueue',
      'GetQueueAttributes',
      'SetQueueAttributes',
      'GetQueueUrl',
      'PurgeQueue',
      'DeleteMessage',
      'ChangeMessageVisibility',
      'TagQueue',
      'UntagQueue',
      'ListQueueTags',
      'ListDeadLetterSourceQueues',
    ),
    DeleteMessageBatch: [{ action: 'sqs:DeleteMessage', type: 'queue', resource: queue }],
    ChangeMessageVisibilityBatch: [{ action: 'sqs:ChangeMessageVisibility', type: 'queue', resource: queue }],
    SendMessage: send,
    SendMessageBatch: send,
    ReceiveMessage: [{ action: 'sqs:ReceiveMessage', type: 'queue', resource: queue }, decryptForQueue],
  },
};
