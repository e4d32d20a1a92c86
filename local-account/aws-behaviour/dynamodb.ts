import type { ServiceLedger } from './behaviour';

const model = (operations: string) =>
  ({
    repository: 'boto/botocore',
    at: `botocore/data/dynamodb/2012-08-10/service-2.json: documentation of ${operations} and their members`,
  }) as const;
const usageNotes = {
  page: 'DynamoDB encryption at rest usage notes - Amazon DynamoDB: Authorizing use of your KMS key',
  url: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html',
} as const;
const test = (title: string) => ({ file: 'local-account/test/gateway/dynamodb.test.ts', title }) as const;

export const dynamodb: ServiceLedger = {
  service: 'dynamodb',
  behaviours: [
    {
      id: 'dynamodb/tables-are-made-with-a-key',
      subjects: ['dynamodb:CreateTable', 'AWS::DynamoDB::Table'],
      does: 'Who makes a table with a customer managed key needs kms:Encrypt, Decrypt, ReEncryptFrom, ReEncryptTo, GenerateDataKey, GenerateDataKeyWithoutPlaintext, DescribeKey and CreateGrant on it, through DynamoDB, with the names of the table and the account as encryption context.',
      sources: [usageNotes],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/calls/dynamodb.ts'],
      tests: [test('makes a table only for who may use its key')],
    },
    {
      id: 'dynamodb/tables-are-read-with-their-key',
      subjects: [
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
        'dynamodb:Query',
        'dynamodb:Scan',
        'dynamodb:BatchGetItem',
        'dynamodb:BatchWriteItem',
      ],
      does: 'Each access to the items of a table with a customer managed key decrypts the key of the table as the principal that accesses it: kms:Decrypt, with the names of the table and the account as encryption context. DynamoDB keeps the decrypted key for five minutes; here a permission that is withdrawn counts at once.',
      sources: [usageNotes],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/calls/dynamodb.ts'],
      tests: [test('lets nobody at the items who may not decrypt the key of the table')],
    },
    {
      id: 'dynamodb/backups-outlive-tables',
      subjects: ['dynamodb:DeleteTable', 'AWS::DynamoDB::Table'],
      does: 'A table with point-in-time recovery leaves a system backup when it is deleted, which stays for 35 days.',
      sources: [
        {
          page: 'Point-in-time recovery: how it works - Amazon DynamoDB',
          url: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html',
        },
      ],
      sure: 'certain',
      enforcedBy: [],
      tests: [],
    },
    {
      id: 'dynamodb/expired-items-stay-for-a-while',
      subjects: ['dynamodb:UpdateTimeToLive', 'AWS::DynamoDB::Table'],
      does: 'Items are deleted within a few days of their time to live, and reads find them until then. Here they stay.',
      sources: [
        {
          page: 'Using time to live (TTL) in DynamoDB - Amazon DynamoDB',
          url: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html',
        },
      ],
      sure: 'certain',
      enforcedBy: [],
      tests: [],
    },
  ],
  readings: [
    {
      subjects: [
        'AWS::DynamoDB::Table',
        ...[
          'CreateTable',
          'DeleteTable',
          'UpdateTimeToLive',
          'GetItem',
          'PutItem',
          'UpdateItem',
          'DeleteItem',
          'Query',
          'Scan',
          'BatchGetItem',
          'BatchWriteItem',
        ].map((operation) => `dynamodb:${operation}`),
      ],
      pages: [model('the operations named here'), usageNotes],
      found: [
        'dynamodb/tables-are-made-with-a-key',
        'dynamodb/tables-are-read-with-their-key',
        'dynamodb/backups-outlive-tables',
        'dynamodb/expired-items-stay-for-a-while',
      ],
    },
    {
      subjects: [
        'ListTables',
        'DescribeTable',
        'DescribeTimeToLive',
        'DescribeContinuousBackups',
        'UpdateContinuousBackups',
        'TagResource',
        'UntagResource',
        'ListTagsOfResource',
      ].map((operation) => `dynamodb:${operation}`),
      pages: [model('the operations named here')],
      found: 'nothing beyond the model',
    },
  ],
};
