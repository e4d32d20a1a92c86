import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type RunningCloudFormation, startCloudFormation } from '../../cloudformation/start';
import { VirtualClock } from '../../events/clock';
import type { PlatformHost } from '../../gateway/platform-host';
import { Networks } from '../../networks';
import { clientOf, testPlatform } from '../fixtures/test-platform';

const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/app`;
const TABLE = `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/flights`;

const flights = {
  TableName: 'flights',
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: 'airport', KeyType: 'HASH' },
    { AttributeName: 'flight', KeyType: 'RANGE' },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'by-time',
      KeySchema: [
        { AttributeName: 'airport', KeyType: 'HASH' },
        { AttributeName: 'time', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  AttributeDefinitions: ['airport', 'flight', 'time'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
};

describe('tables of DynamoDB', () => {
  let host: PlatformHost;
  let clock: VirtualClock;
  let cloudFormation: RunningCloudFormation;
  let stacks: CloudFormationClient;
  let admin: DynamoDBClient;
  let app: DynamoDBClient;
  let keyArn: string;

  beforeAll(async () => {
    clock = new VirtualClock(Date.parse('2030-03-01T10:00:00Z'));
    host = await testPlatform({ clock });
    cloudFormation = await startCloudFormation(host.platform, host.policies, new Networks());
    host.registerService(cloudFormation.service);
    stacks = new CloudFormationClient(clientOf(host));
    admin = new DynamoDBClient(clientOf(host));
    const kms = new KMSClient(clientOf(host));
    keyArn = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
    kms.destroy();
    const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' };
    host.policies.putRole({ arn: ROLE, trust: { Version: '2012-10-17', Statement: [trust] } });
    const sts = new STSClient(clientOf(host));
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'test' }));
    sts.destroy();
    app = new DynamoDBClient({
      ...clientOf(host),
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken,
      },
    });
  });

  afterAll(async () => {
    for (const client of [stacks, admin, app]) client.destroy();
    cloudFormation.close();
    clock.stop();
    await host.stop();
  });

  const allow = (...statements: object[]): void =>
    host.policies.putInlinePolicy(ROLE, 'calls', {
      Version: '2012-10-17',
      Statement: statements.map((one) => ({ Effect: 'Allow', ...one })),
    });
  const put = (client: DynamoDBClient) =>
    client.send(
      new UpdateItemCommand({
        TableName: 'flights',
        Key: { airport: { S: 'JFK' }, flight: { S: 'a' } },
        UpdateExpression: 'SET #time = :time',
        ConditionExpression: 'attribute_not_exists(#time)',
        ExpressionAttributeNames: { '#time': 'time' },
        ExpressionAttributeValues: { ':time': { S: '10:00' } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );

  test('makes a table only for who may use its key', async () => {
    const input = { ...flights, SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: keyArn } };
    const through = { StringEquals: { 'kms:ViaService': 'dynamodb.eu-west-1.amazonaws.com' } };
    const uses = [
      'kms:Encrypt',
      'kms:Decrypt',
      'kms:ReEncrypt*',
      'kms:GenerateDataKey*',
      'kms:DescribeKey',
      'kms:CreateGrant',
    ];
    const make = () => app.send(new CreateTableCommand(input as CreateTableCommandInput));
    allow({ Action: 'dynamodb:CreateTable', Resource: TABLE });
    await expect(make()).rejects.toThrow(/not authorized to perform: kms:Encrypt/);
    allow(
      { Action: 'dynamodb:CreateTable', Resource: TABLE },
      { Action: uses.slice(0, -1), Resource: keyArn, Condition: through },
    );
    await expect(make()).rejects.toThrow(/not authorized to perform: kms:CreateGrant/);
    allow({ Action: 'dynamodb:CreateTable', Resource: TABLE }, { Action: uses, Resource: keyArn, Condition: through });
    await make();
    const { Table } = await admin.send(new DescribeTableCommand({ TableName: 'flights' }));
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', SSEDescription: { KMSMasterKeyArn: keyArn } });
  });

  test('lets nobody at the items who may not decrypt the key of the table', async () => {
    allow({ Action: 'dynamodb:UpdateItem', Resource: TABLE });
    await expect(put(app)).rejects.toThrow(/not authorized to perform: kms:Decrypt/);
    const context = { 'kms:EncryptionContext:aws:dynamodb:tableName': 'flights' };
    allow(
      { Action: 'dynamodb:UpdateItem', Resource: TABLE },
      { Action: 'kms:Decrypt', Resource: keyArn, Condition: { StringEquals: context } },
    );
    await put(app);
    // What is there is given back with the refusal.
    await expect(put(app)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: { time: { S: '10:00' } },
    });
  });

  test('reads an index for who may read the index', async () => {
    const query = () =>
      app.send(
        new QueryCommand({
          TableName: 'flights',
          IndexName: 'by-time',
          ConsistentRead: true,
          KeyConditionExpression: 'airport = :airport AND #time > :after',
          ExpressionAttributeNames: { '#time': 'time' },
          ExpressionAttributeValues: { ':airport': { S: 'JFK' }, ':after': { S: '09:59' } },
        }),
      );
    allow({ Action: 'dynamodb:Query', Resource: TABLE }, { Action: 'kms:Decrypt', Resource: keyArn });
    await expect(query()).rejects.toThrow(/not authorized to perform: dynamodb:Query on resource: .*index\/by-time/);
    allow(
      { Action: 'dynamodb:Query', Resource: `${TABLE}/index/by-time` },
      { Action: 'kms:Decrypt', Resource: keyArn },
    );
    expect((await query()).Items).toMatchObject([{ flight: { S: 'a' }, time: { S: '10:00' } }]);
  });

  test('come from a template and go with it, and what is not done is refused', async () => {
    const template = (properties: object) =>
      JSON.stringify({
        Resources: {
          Table: { Type: 'AWS::DynamoDB::Table', Properties: { ...flights, TableName: 'planned', ...properties } },
        },
        Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] } } },
      });
    const TemplateBody = template({
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: keyArn },
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    });
    const StackName = 'tables';
    const ended = async (): Promise<string> => {
      for (;;) {
        const { Stacks = [] } = await stacks
          .send(new DescribeStacksCommand({ StackName }))
          .catch(() => ({ Stacks: [] }));
        const status = Stacks[0]?.StackStatus ?? 'GONE';
        if (!status.endsWith('IN_PROGRESS')) return status;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await stacks.send(new CreateStackCommand({ StackName, TemplateBody }));
    expect(await ended()).toBe('CREATE_COMPLETE');
    const { Stacks } = await stacks.send(new DescribeStacksCommand({ StackName }));
    expect(Stacks?.[0]?.Outputs?.[0]?.OutputValue).toBe(TABLE.replace('flights', 'planned'));
    const { TimeToLiveDescription } = await admin.send(new DescribeTimeToLiveCommand({ TableName: 'planned' }));
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
    await stacks.send(new DeleteStackCommand({ StackName }));
    expect(await ended()).toBe('GONE');
    await expect(admin.send(new DescribeTableCommand({ TableName: 'planned' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(
      admin.send(
        new CreateTableCommand({
          ...(flights as CreateTableCommandInput),
          TableName: 'metered',
          BillingMode: 'PROVISIONED',
          ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
        }),
      ),
    ).rejects.toThrow('BillingMode PROVISIONED is not supported by the local account');
  });
});
