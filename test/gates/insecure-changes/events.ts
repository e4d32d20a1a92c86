import { isProperties, list, type Templates } from '../template';
import { drop, type InsecureChange, inner, open, propertiesOf } from './insecure-change';

const rule = (templates: Templates, stack: string, id: string) =>
  propertiesOf(templates, stack, id, 'AWS::Events::Rule');

export const events: readonly InsecureChange[] = [
  {
    name: 'a lost approval is dropped',
    why: 'Nobody learns that the release never started.',
    check: 'events-not-lost',
    apply: (templates) =>
      drop(inner(rule(templates, 'Release', 'ApprovalReleaseApprovedRule'), 'Targets', 0), 'DeadLetterConfig'),
  },
  {
    name: 'an approval is retried for a day',
    why: "Yesterday's approval is released tomorrow.",
    check: 'events-not-lost',
    apply: (templates) =>
      drop(inner(rule(templates, 'Release', 'ApprovalReleaseApprovedRule'), 'Targets', 0), 'RetryPolicy'),
  },
  {
    name: 'the drift rule is off',
    why: 'Drift is seen and nothing happens.',
    check: 'events-not-lost',
    apply: (templates) => void (rule(templates, 'Monitoring', 'AutomaticRetrainingDriftRaisedRule').State = 'DISABLED'),
  },
  {
    name: 'rejected models are released too',
    why: 'A rejected model is released.',
    check: 'rules-match-one-thing',
    apply: (templates) =>
      void (inner(
        rule(templates, 'Release', 'ApprovalReleaseApprovedRule'),
        'EventPattern',
        'detail',
      ).ModelApprovalStatus = ['Approved', 'Rejected']),
  },
  {
    name: 'models of every group are released',
    why: "Somebody else's model goes live here.",
    check: 'rules-match-one-thing',
    apply: (templates) =>
      drop(
        inner(rule(templates, 'Release', 'ApprovalReleaseApprovedRule'), 'EventPattern', 'detail'),
        'ModelPackageGroupName',
      ),
  },
  {
    name: 'anybody who may put events may approve',
    why: 'A forged event is enough.',
    check: 'rules-match-one-thing',
    apply: (templates) =>
      void (inner(rule(templates, 'Release', 'ApprovalReleaseApprovedRule'), 'EventPattern').source = [
        'aws.sagemaker',
        'custom.approvals',
      ]),
  },
  {
    name: 'objects of every bucket are ingested',
    why: 'Data of others in the lake.',
    check: 'rules-match-one-thing',
    apply: (templates) =>
      drop(inner(rule(templates, 'DataLake', 'BatchIngestObjectArrivedRule'), 'EventPattern', 'detail'), 'bucket'),
  },
  {
    name: 'a second target listens in',
    why: 'Somebody else is notified of approvals.',
    check: 'events-not-lost',
    apply: (templates) => {
      const one = rule(templates, 'Release', 'ApprovalReleaseApprovedRule');
      one.Targets = [...list(one.Targets), { ...inner(one, 'Targets', 0), Id: 'Other' }];
    },
  },
  {
    name: 'the dead-letter queue refuses what the rule sends',
    why: 'The safety net has a hole.',
    check: 'events-not-lost',
    apply: (templates) => {
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
    check: 'no-principals-of-other-accounts',
    apply: (templates) =>
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
    check: 'services-act-for-own-account',
    apply: (templates) => {
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
    check: 'encrypted-with-our-keys',
    apply: (templates) =>
      drop(propertiesOf(templates, 'Monitoring', 'DeadLettersQueue', 'AWS::SQS::Queue'), 'KmsMasterKeyId'),
  },
  {
    name: 'everyone may subscribe to the notifications',
    why: 'They show what is live and what failed.',
    check: 'no-principals-of-other-accounts',
    apply: (templates) =>
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
    check: 'nag',
    apply: (templates) => {
      drop(propertiesOf(templates, 'Serving', 'NotificationsTopic', 'AWS::SNS::Topic'), 'KmsMasterKeyId');
    },
  },
];
