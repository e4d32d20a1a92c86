import type { ServiceLedger } from './behaviour';

const snsKeys = {
  page: 'SNS Developer Guide: Key management',
  url: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html',
} as const;

const model = (operations: string) =>
  ({
    repository: 'boto/botocore',
    at: `botocore/data/kms/2014-11-01/service-2.json: documentation of ${operations} and their members`,
  }) as const;
const properties = (types: string) =>
  ({
    repository: 'aws/aws-cdk',
    at: `aws-cdk-lib, aws-kms/lib/kms.generated.d.ts: documentation of ${types}`,
  }) as const;

export const kms: ServiceLedger = {
  service: 'kms',
  behaviours: [
    {
      id: 'kms/no-source-keys-for-rules-and-alarms',
      subjects: ['AWS::KMS::Key', 'AWS::Events::Rule', 'AWS::CloudWatch::Alarm'],
      does: 'The key policy of an encrypted topic cannot ask EventBridge for aws:SourceAccount, aws:SourceArn or aws:SourceOrgID: the event is lost without an error. For dead-letter queues and for CloudWatch alarms the pages show key statements without these conditions and do not say whether one works.',
      sources: [
        snsKeys,
        {
          page: 'AWS re:Post: Why did I not receive an SNS notification for my CloudWatch alarm trigger?',
          url: 'https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/events/delivery.ts'],
      tests: [
        {
          file: 'local-account/test/events/delivery.test.ts',
          title: 'is refused by a key that asks for the source: %j',
        },
      ],
    },
  ],
  readings: [
    {
      subjects: [
        'AWS::KMS::Key',
        'kms:CreateKey',
        'kms:PutKeyPolicy',
        'kms:EnableKeyRotation',
        'kms:ScheduleKeyDeletion',
        'kms:DescribeKey',
        'kms:ListKeys',
        'kms:Encrypt',
        'kms:Decrypt',
        'kms:GenerateDataKey',
        'kms:CreateGrant',
        'kms:TagResource',
      ],
      pages: [
        snsKeys,
        model(
          'CreateKey, PutKeyPolicy, EnableKeyRotation, ScheduleKeyDeletion, DescribeKey, ListKeys, Encrypt, Decrypt, GenerateDataKey, CreateGrant, TagResource',
        ),
        properties('CfnKeyProps'),
      ],
      found: ['kms/no-source-keys-for-rules-and-alarms'],
    },
    {
      subjects: [
        'kms:ListAliases',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:GetKeyPolicy',
        'kms:ListKeyPolicies',
        'kms:DisableKeyRotation',
        'kms:GetKeyRotationStatus',
        'kms:CancelKeyDeletion',
        'kms:EnableKey',
        'kms:DisableKey',
        'kms:UntagResource',
        'kms:ListResourceTags',
        'kms:UpdateKeyDescription',
        'kms:ListGrants',
        'kms:RevokeGrant',
        'kms:CreateAlias',
        'kms:UpdateAlias',
        'kms:DeleteAlias',
      ],
      pages: [model('the operations that this project does not call')],
      found: 'nothing beyond the model',
    },
  ],
};
