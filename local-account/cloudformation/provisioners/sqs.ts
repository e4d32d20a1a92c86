import { CreateQueueCommand, DeleteQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { unlessGone } from '../failure';
import type { Properties, ProvisionContext, Provisioned, Provisioner } from '../provisioner';
import { json, list, optionalText, tagRecord } from './values';

/** The template's names and the API's. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  DelaySeconds: 'DelaySeconds',
  KmsDataKeyReusePeriodSeconds: 'KmsDataKeyReusePeriodSeconds',
  KmsMasterKeyId: 'KmsMasterKeyId',
  MaximumMessageSize: 'MaximumMessageSize',
  MessageRetentionPeriod: 'MessageRetentionPeriod',
  ReceiveMessageWaitTimeSeconds: 'ReceiveMessageWaitTimeSeconds',
  RedriveAllowPolicy: 'RedriveAllowPolicy',
  RedrivePolicy: 'RedrivePolicy',
  SqsManagedSseEnabled: 'SqsManagedSseEnabled',
  VisibilityTimeout: 'VisibilityTimeout',
};

export const queue: Provisioner = {
  nameProperty: 'QueueName',
  replacing: ['QueueName'],
  updating: Object.keys(ATTRIBUTES),
  inert: ['Tags'],
  async create(properties, context) {
    const name = optionalText(properties, 'QueueName') ?? context.name(80);
    const { QueueUrl = '' } = await context.clients.sqs.send(
      new CreateQueueCommand({ QueueName: name, Attributes: attributes(properties), tags: tagRecord(properties) }),
    );
    return describe(QueueUrl, context);
  },
  async update(QueueUrl, properties, _, context) {
    await context.clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributes(properties) }));
    return describe(QueueUrl, context);
  },
  async delete(QueueUrl, _, { clients }) {
    await unlessGone(clients.sqs.send(new DeleteQueueCommand({ QueueUrl })));
  },
};

function attributes(properties: Properties): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ATTRIBUTES)
      .filter(([name]) => properties[name] !== undefined)
      .map(([name, attribute]) => [
        attribute,
        json(typeof properties[name] === 'object' ? properties[name] : String(properties[name])),
      ]),
  );
}

function describe(url: string, { partition, region, accountId }: ProvisionContext): Provisioned {
  const name = url.split('/').pop() ?? '';
  const Arn = `arn:${partition}:sqs:${region}:${accountId}:${name}`;
  return { physicalId: url, attributes: { Arn, QueueName: name, QueueUrl: url } };
}

export const queuePolicy: Provisioner = {
  replacing: [],
  updating: ['PolicyDocument', 'Queues'],
  inert: [],
  async create(properties, context) {
    await put(properties, json(properties.PolicyDocument), context);
    return { physicalId: context.name(), attributes: {} };
  },
  async update(physicalId, properties, previous, context) {
    const kept = list<string>(properties, 'Queues');
    await put({ Queues: list<string>(previous, 'Queues').filter((url) => !kept.includes(url)) }, '', context);
    await put(properties, json(properties.PolicyDocument), context);
    return { physicalId, attributes: {} };
  },
  delete: (_, properties, context) => put(properties, '', context),
};

async function put(properties: Properties, Policy: string, { clients }: ProvisionContext): Promise<void> {
  for (const QueueUrl of list<string>(properties, 'Queues')) {
    await unlessGone(clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } })));
  }
}
