import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Delivery } from '../../events/delivery';
import type { PlatformHost } from '../../gateway/platform-host';
import { testPlatform } from '../fixtures/test-platform';

const ACCOUNT = '123456789012';
const RULE = `arn:aws:events:eu-west-1:${ACCOUNT}:rule/arrived`;
const ALARM = `arn:aws:cloudwatch:eu-west-1:${ACCOUNT}:alarm:drift`;

describe('what a rule or an alarm sends to an encrypted queue or topic', () => {
  let host: PlatformHost;
  let delivery: Delivery;
  let key = '';
  const queue = `arn:aws:sqs:eu-west-1:${ACCOUNT}:lost`;
  const topic = `arn:aws:sns:eu-west-1:${ACCOUNT}:people`;

  const admit = (service: string, Action: string[], Resource: string, Condition?: object) => ({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: service }, Action, Resource, ...(Condition && { Condition }) },
    ],
  });
  const keyAdmits = (service: string, Condition?: object) => {
    const { Version, Statement } = admit(service, ['kms:Decrypt', 'kms:GenerateDataKey*'], '*', Condition);
    const account = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: 'kms:*',
      Resource: '*',
    };
    host.policies.putResourcePolicy(key, { Version, Statement: [account, ...Statement] });
  };

  beforeAll(async () => {
    host = await testPlatform();
    const { endpoint, region, administrator: credentials } = host.platform;
    const client = { endpoint, region, credentials };
    key = (await new KMSClient(client).send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
    await new SQSClient(client).send(
      new CreateQueueCommand({ QueueName: 'lost', Attributes: { KmsMasterKeyId: key } }),
    );
    await new SNSClient(client).send(new CreateTopicCommand({ Name: 'people', Attributes: { KmsMasterKeyId: key } }));
    host.policies.putResourcePolicy(
      queue,
      admit('events.amazonaws.com', ['sqs:SendMessage'], queue, { ArnEquals: { 'aws:SourceArn': RULE } }),
    );
    host.policies.putResourcePolicy(
      topic,
      admit('cloudwatch.amazonaws.com', ['sns:Publish'], topic, { StringEquals: { 'aws:SourceAccount': ACCOUNT } }),
    );
    delivery = new Delivery(host.platform, { invokeAsync: () => Promise.resolve() });
  });

  afterAll(() => host.stop());

  const lost = () => delivery.send('events.amazonaws.com', RULE, queue, '{}', {});
  const told = () => delivery.publish('cloudwatch.amazonaws.com', ALARM, topic, 'ALARM');

  test.each([
    { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
    { ArnLike: { 'aws:SourceArn': `arn:aws:*:eu-west-1:${ACCOUNT}:*` } },
  ])('is refused by a key that asks for the source: %j', async (condition) => {
    keyAdmits('events.amazonaws.com', condition);
    await expect(lost()).rejects.toThrow(/events\.amazonaws\.com is not authorized to perform: kms:GenerateDataKey/);
    keyAdmits('cloudwatch.amazonaws.com', condition);
    await expect(told()).rejects.toThrow(
      /cloudwatch\.amazonaws\.com is not authorized to perform: kms:GenerateDataKey/,
    );
  });

  test('arrives with a key that names the service alone', async () => {
    keyAdmits('events.amazonaws.com');
    await lost();
    keyAdmits('cloudwatch.amazonaws.com');
    await told();
    const { endpoint, region, administrator: credentials } = host.platform;
    const { Attributes } = await new SQSClient({ endpoint, region, credentials }).send(
      new GetQueueAttributesCommand({
        QueueUrl: `${endpoint}/${ACCOUNT}/lost`,
        AttributeNames: ['ApproximateNumberOfMessages'],
      }),
    );
    expect(Attributes?.ApproximateNumberOfMessages).toBe('1');
  });
});
