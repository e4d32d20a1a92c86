import type { AllowedTypes } from './allowed-type';
import { operationsKey, tags } from './references';
import { between, byId, elsewhere, members, object, only, ref, words } from './rules';

const policy = object({ Version: only('2012-10-17'), Statement: elsewhere });

export const messages: AllowedTypes = {
  'AWS::SQS::Queue': {
    why: 'Dead letters: what was not delivered waits here for a person.',
    stacks: ['DataLake', 'Serving', 'Release', 'Monitoring', 'Features'],
    deletion: 'Delete',
    properties: {
      KmsMasterKeyId: operationsKey,
      // A weekend and a holiday; 14 days are the maximum of SQS.
      MessageRetentionPeriod: between(4 * 86_400, 14 * 86_400),
      Tags: tags,
    },
  },
  'AWS::SQS::QueuePolicy': {
    why: 'Which rule, function or stream may put its dead letters there.',
    stacks: ['DataLake', 'Serving', 'Release', 'Monitoring', 'Features'],
    properties: {
      Queues: byId((id) => members(ref('SQS::Queue', '', id.replace(/Policy$/, '')))),
      PolicyDocument: policy,
    },
  },
  'AWS::SNS::Topic': {
    why: 'Notifications of alarms and releases, and the results of an asynchronous endpoint.',
    stacks: ['Serving'],
    properties: { DisplayName: words, KmsMasterKeyId: operationsKey, Tags: tags },
  },
  'AWS::SNS::TopicPolicy': {
    why: 'Which services of this account may publish.',
    stacks: ['Serving'],
    properties: {
      Topics: byId((id) => members(ref('SNS::Topic', '', id.replace(/Policy$/, '')))),
      PolicyDocument: policy,
    },
  },
};
