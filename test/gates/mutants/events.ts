import { isProperties, list, type Templates } from '../template';
import { drop, inner, type Mutant, open, propertiesOf } from './mutant';

const rule = (templates: Templates, stack: string, id: string) =>
  propertiesOf(templates, stack, id, 'AWS::Events::Rule');

export const events: readonly Mutant[] = [
  {
    name: 'a lost approval is dropped',
    why: 'Nobody learns that the release never started.',
    gate: 'events-not-lost',
    mutate: (templates) =>
      drop(inner(rule(templates, 'Release', 'ApprovalReleaseApprovedRule'), 'Targets', 0), 'DeadLetterConfig'),
  },
  {
    name: 'an approval is retried for a day',
    why: "Yesterday's approval is released tomorrow.",
    gate: 'events-not-lost',
    mutate: (templates) =>
      drop(inner(rule(templates, 'Release', 'ApprovalReleaseApprovedRule'), 'Targets', 0), 'RetryPolicy'),
  },
  {
    name: 'the drift rule is off',
    why: 'Drift is seen and nothing happens.',
    gate: 'events-not-lost',
    mutate: (templates) =>
      void (rule(templates, 'Monitoring', 'AutomaticRetrainingDriftRaisedRule').State = 'DISABLED'),
  },
  {
    name: 'rejected models are released too',
    why: 'A rejected model is released.',
    gate: 'rules-match-one-thing',
    mutate: (templates) =>
      void (inner(
        rule(templates, 'Release', 'ApprovalReleaseApprovedRule'),
        'EventPattern',
        'detail',
      ).ModelApprovalStatus = ['Approved', 'Rejected']),
  },
  {
    name: 'models of every group are released',
    why: "Somebody else's model goes live here.",
    gate: 'rules-match-one-thing',
    mutate: (templates) =>
      drop(
        inner(rule(templates, 'Release', 'ApprovalReleaseApprovedRule'), 'EventPattern', 'detail'),
        'ModelPackageGroupName',
      ),
  },
  {
    name: 'anybody who may put events may approve',
    why: 'A forged event is enough.',
    gate: 'rules-match-one-thing',
    mutate: (templates) =>
      void (inner(rule(templates, 'Release', 'ApprovalReleaseApprovedRule'), 'EventPattern').source = [
        'aws.sagemaker',
        'custom.approvals',
      ]),
  },
  {
    name: 'objects of every bucket are ingested',
    why: 'Foreign data in the lake.',
    gate: 'rules-match-one-thing',
    mutate: (templates) =>
      drop(inner(rule(templates, 'DataLake', 'BatchIngestObjectArrivedRule'), 'EventPattern', 'detail'), 'bucket'),
  },
  {
    name: 'a second target listens in',
    why: 'Somebody else is notified of approvals.',
    gate: 'events-not-lost',
    mutate: (templates) => {
      const one = rule(templates, 'Release', 'ApprovalReleaseApprovedRule');
      one.Targets = [...list(one.Targets), { ...inner(one, 'Targets', 0), Id: 'Other' }];
    },
  },
  {
    name: 'the dead-letter queue refuses what the rule sends',
    why: 'The safety net has a hole.',
    gate: 'events-not-lost',
    mutate: (templates) => {
      const document = inner(
        propertiesOf(templates, 'Release', 'DeadLettersQueuePolicy', 'AWS::SQS::QueuePolicy'),
        'PolicyDocument',
      );
      document.Statement = list(document.Statement).filter(
        (statement) => isProperties(statement) && statement.Effect === 'Deny',
      );
    },
  },
  {
    name: 'everyone may write to the dead-letter queue',
    why: 'Forged events, redriven by the operator.',
    gate: 'no-foreign-principals',
    mutate: (templates) =>
      open(
        inner(propertiesOf(templates, 'Release', 'DeadLettersQueuePolicy', 'AWS::SQS::QueuePolicy'), 'PolicyDocument'),
        {
          Action: 'sqs:SendMessage',
          Principal: '*',
          Resource: '*',
        },
      ),
  },
  {
    name: 'rules of every account may write to the dead-letter queue',
    why: 'The confused deputy again.',
    gate: 'services-act-for-us',
    mutate: (templates) => {
      const document = inner(
        propertiesOf(templates, 'DataLake', 'BatchIngestDeadLettersQueuePolicy', 'AWS::SQS::QueuePolicy'),
        'PolicyDocument',
      );
      drop(
        list(document.Statement)
          .filter(isProperties)
          .filter(({ Effect }) => Effect === 'Allow')[0],
        'Condition',
      );
    },
  },
  {
    name: 'the dead-letter queue is not encrypted with our key',
    why: 'Events name objects and people.',
    gate: 'encrypted-with-our-keys',
    mutate: (templates) =>
      drop(propertiesOf(templates, 'Monitoring', 'DeadLettersQueue', 'AWS::SQS::Queue'), 'KmsMasterKeyId'),
  },
  {
    name: 'everyone may subscribe to the notices',
    why: 'They show what is live and what failed.',
    gate: 'no-foreign-principals',
    mutate: (templates) =>
      open(
        inner(
          propertiesOf(templates, 'Serving', 'NotificationsTopicPolicy', 'AWS::SNS::TopicPolicy'),
          'PolicyDocument',
        ),
        {
          Action: 'sns:Subscribe',
          Principal: { AWS: '*' },
          Resource: { Ref: 'NotificationsTopicAE679CBD' },
        },
      ),
  },
  {
    name: 'the topic is not encrypted',
    why: 'Notices quote errors, errors quote data.',
    gate: 'nag',
    mutate: (templates) => {
      drop(propertiesOf(templates, 'Serving', 'NotificationsTopic', 'AWS::SNS::Topic'), 'KmsMasterKeyId');
    },
  },
];
