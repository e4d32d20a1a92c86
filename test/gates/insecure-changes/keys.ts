import type { Templates } from '../template';
import { isProperties, list } from '../template';
import { bySid, drop, grant, type InsecureChange, inner, open, propertiesOf, roleStatement } from './insecure-change';

const policy = (templates: Templates, key: string) =>
  inner(propertiesOf(templates, 'Foundation', key, 'AWS::KMS::Key'), 'KeyPolicy');

export const keys: readonly InsecureChange[] = [
  {
    name: 'everyone may decrypt with the data key',
    why: 'Encryption that everybody can undo is none.',
    check: 'no-principals-of-other-accounts',
    apply: (templates) => open(policy(templates, 'KeysData'), { Action: 'kms:Decrypt', Principal: '*', Resource: '*' }),
  },
  {
    name: 'another account may use the data key',
    why: 'A copied object is readable there.',
    check: 'no-principals-of-other-accounts',
    apply: (templates) =>
      open(policy(templates, 'KeysData'), {
        Action: 'kms:Decrypt',
        Principal: { AWS: 'arn:aws:iam::999999999999:root' },
        Resource: '*',
      }),
  },
  {
    name: 'CloudTrail may use the data key for other accounts',
    why: 'The service acts for every customer.',
    check: 'services-act-for-own-account',
    apply: (templates) =>
      drop(
        bySid(list(policy(templates, 'KeysData').Statement).filter(isProperties), 'AllowCloudTrailBucketKey'),
        'Condition',
      ),
  },
  {
    name: 'log groups of other accounts may use the operations key',
    why: 'As above, by the encryption context.',
    check: 'services-act-for-own-account',
    apply: (templates) =>
      void (bySid(
        list(policy(templates, 'KeysOperations').Statement).filter(isProperties),
        'AllowCloudWatchLogsEncryption',
      ).Condition = {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:*:*:log-group:*' },
      }),
  },
  {
    name: 'the key of queues and topics asks rules for their account',
    why: 'What a rule could not deliver is lost, too.',
    check: 'rules-and-alarms-use-keys-without-source',
    apply: (templates) =>
      void (bySid(
        list(policy(templates, 'KeysOperations').Statement).filter(isProperties),
        'AllowEventAndAlarmEncryption',
      ).Condition = {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      }),
  },
  {
    name: 'rules of other accounts may delete the operations key',
    why: 'The key has no source condition for them: only encrypting is harmless.',
    check: 'services-act-for-own-account',
    apply: (templates) =>
      void (bySid(
        list(policy(templates, 'KeysOperations').Statement).filter(isProperties),
        'AllowEventAndAlarmEncryption',
      ).Action = ['kms:Decrypt', 'kms:CreateGrant']),
  },
  {
    name: 'a service may delete the data key',
    why: 'All data with it.',
    check: 'only-the-account-has-full-key-access',
    apply: (templates) =>
      open(policy(templates, 'KeysData'), {
        Action: 'kms:ScheduleKeyDeletion',
        Principal: { Service: 'events.amazonaws.com' },
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
  },
  {
    name: 'the data key is not rotated',
    why: 'One leaked generation reads everything ever written.',
    check: 'nag',
    apply: (templates) =>
      void (propertiesOf(templates, 'Foundation', 'KeysData', 'AWS::KMS::Key').EnableKeyRotation = false),
  },
  {
    name: 'a job may use the key without S3',
    why: 'A stolen ciphertext is enough.',
    check: 'key-use-through-service',
    apply: (templates) =>
      drop(roleStatement(templates, 'Training', 'JobRolesTraining', 'UseDataKeyThroughS3'), 'Condition'),
  },
  {
    name: 'a function may decrypt with every key of the account',
    why: "Other teams' secrets too.",
    check: 'key-use-through-service',
    apply: (templates) =>
      void (roleStatement(templates, 'DataLake', 'BatchIngestCurateRole', 'UseDataKeyThroughS3').Resource = '*'),
  },
  {
    name: 'the model role may grant the key to anybody',
    why: 'A grant outlives the role.',
    check: 'key-use-through-service',
    apply: (templates) => drop(roleStatement(templates, 'Serving', 'ModelRole', 'EncryptVolumes'), 'Condition'),
  },
  {
    name: 'the smoke test may decrypt without any need',
    why: 'A permission nobody asked for.',
    check: 'key-use-through-service',
    apply: (templates) =>
      grant(templates, 'Release', 'SmokeTestFunctionRole', { Action: 'kms:Decrypt', Resource: '*' }),
  },
  {
    name: 'the data key goes as soon as it may',
    why: 'No day to notice the mistake.',
    check: 'keys-wait-before-deletion',
    apply: (templates) =>
      drop(propertiesOf(templates, 'Foundation', 'KeysData', 'AWS::KMS::Key'), 'PendingWindowInDays'),
  },
];
