import {
  type Call,
  type Field,
  field,
  kmsThrough,
  type Row,
  regional,
  type ServiceCalls,
  scoped,
  unscoped,
} from './rows';

const arnOf = (call: Call, name: string): string =>
  name.startsWith('arn:') ? name : regional(call, 'dynamodb', `table/${name}`);
const table: Field<string> = (call) => arnOf(call, field('TableName')(call) ?? '');
const index: Field<string> = (call) =>
  `${arnOf(call, field('TableName')(call) ?? '')}/index/${field('IndexName')(call) ?? ''}`;
const tables: Field<string[]> = (call) => Object.keys(requested(call)).map((name) => arnOf(call, name));
const requested = ({ input }: Call): object => (input.RequestItems as object | undefined) ?? {};

/** The name in an ARN or itself. */
const nameOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
const encryptionContext = (name: string) => (call: Call) => ({
  'aws:dynamodb:tableName': name,
  'aws:dynamodb:subscriberId': call.accountId,
});

/** "When you access an encrypted DynamoDB table, DynamoDB needs to decrypt the table key": as who accesses it. */
// AWS: dynamodb/tables-are-read-with-their-key
const decrypt: Row = kmsThrough(
  'kms:Decrypt',
  'dynamodb',
  (call) => call.facts.tableKey(nameOf(field('TableName')(call) ?? '')),
  (call) => encryptionContext(nameOf(field('TableName')(call) ?? ''))(call),
);

/** One for the tables of a batch: each has its own key. Only one table has one encryption context. */
const decryptAll: Row = {
  ...kmsThrough('kms:Decrypt', 'dynamodb', () => undefined),
  resource: async (call) => {
    const keys = await Promise.all(Object.keys(requested(call)).map((name) => call.facts.tableKey(nameOf(name))));
    return keys.filter((key) => key !== undefined);
  },
  extraContext: (call): Record<string, string> => {
    const [only, ...others] = Object.keys(requested(call)).map(nameOf);
    if (only === undefined || others.length > 0) return {};
    return {
      'kms:EncryptionContext:aws:dynamodb:tableName': only,
      'kms:EncryptionContext:aws:dynamodb:subscriberId': call.accountId,
    };
  },
  when: () => true,
};

const chosenKey: Field<string | undefined> = (call) => {
  const key = field('SSESpecification.KMSMasterKeyId')(call);
  return key === undefined || key.includes('alias/aws/') ? undefined : call.facts.keyArn(key);
};

/** "At a minimum, DynamoDB requires the following permissions on a customer managed key": of who chooses it. */
// AWS: dynamodb/tables-are-made-with-a-key
const choosing: Row[] = [
  'Encrypt',
  'Decrypt',
  'ReEncryptFrom',
  'ReEncryptTo',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'DescribeKey',
  'CreateGrant',
].map((action) => {
  const row = kmsThrough(`kms:${action}`, 'dynamodb', chosenKey, (call) =>
    encryptionContext(field('TableName')(call) ?? '')(call),
  );
  return action === 'CreateGrant'
    ? { ...row, context: { ...row.context, 'kms:GrantIsForAWSResource': () => 'true' } }
    : row;
});

const item = (...operations: string[]): Record<string, Row[]> =>
  Object.fromEntries(
    operations.map((operation) => [
      operation,
      [{ action: `dynamodb:${operation}`, type: 'table', resource: table }, decrypt],
    ]),
  );

/** A query of an index needs the index, one of the table the table. */
const search = (...operations: string[]): Record<string, Row[]> =>
  Object.fromEntries(
    operations.map((operation) => [
      operation,
      [
        {
          action: `dynamodb:${operation}`,
          type: 'table',
          resource: table,
          when: (call: Call) => call.input.IndexName === undefined,
        },
        {
          action: `dynamodb:${operation}`,
          type: 'index',
          resource: index,
          when: (call: Call) => call.input.IndexName !== undefined,
        },
        decrypt,
      ],
    ]),
  );
const batch = (...operations: string[]): Record<string, Row[]> =>
  Object.fromEntries(
    operations.map((operation) => [
      operation,
      [{ action: `dynamodb:${operation}`, type: 'table', resource: tables }, decryptAll],
    ]),
  );

/** Amazon DynamoDB. */
export const dynamodb: ServiceCalls = {
  prefix: 'dynamodb',
  source:
    'Actions, resources, and condition keys for Amazon DynamoDB; DynamoDB encryption at rest usage notes (Authorizing use of your KMS key)',
  operations: {
    ...unscoped('dynamodb', 'ListTables'),
    ...scoped(
      'dynamodb',
      'table',
      table,
      'DeleteTable',
      'DescribeTable',
      'DescribeTimeToLive',
      'UpdateTimeToLive',
      'DescribeContinuousBackups',
      'UpdateContinuousBackups',
    ),
    ...scoped(
      'dynamodb',
      'table',
      (call) => field('ResourceArn')(call) ?? '',
      'TagResource',
      'UntagResource',
      'ListTagsOfResource',
    ),
    CreateTable: [
      { action: 'dynamodb:CreateTable', type: 'table', resource: table },
      {
        action: 'dynamodb:TagResource',
        type: 'table',
        resource: table,
        when: ({ input }) => ((input.Tags as unknown[] | undefined) ?? []).length > 0,
      },
      ...choosing,
    ],
    ...item('GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'),
    ...search('Query', 'Scan'),
    ...batch('BatchGetItem', 'BatchWriteItem'),
  },
};
