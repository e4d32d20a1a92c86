import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  type Tag,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { unlessGone, unlessMissing } from '../failure';
import type { Properties, ProvisionContext, Provisioner } from '../provisioner';
import { json, list, optionalText, text } from './values';

const TOPIC_ATTRIBUTES = ['DisplayName', 'KmsMasterKeyId', 'SignatureVersion', 'TracingConfig'];

export const topic: Provisioner = {
  nameProperty: 'TopicName',
  replacing: ['TopicName'],
  updating: TOPIC_ATTRIBUTES,
  inert: ['Tags'],
  async create(properties, context) {
    const name = optionalText(properties, 'TopicName') ?? context.name(256);
    const { TopicArn = '' } = await context.clients.sns.send(
      new CreateTopicCommand({
        Name: name,
        Attributes: attributes(properties, TOPIC_ATTRIBUTES),
        Tags: [...list<Tag>(properties, 'Tags')],
      }),
    );
    return { physicalId: TopicArn, attributes: { TopicArn, TopicName: name } };
  },
  async update(TopicArn, properties, previous, { clients }) {
    for (const AttributeName of TOPIC_ATTRIBUTES.filter((name) => properties[name] !== previous[name])) {
      const AttributeValue = optionalText(properties, AttributeName) ?? '';
      await clients.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
    }
    return { physicalId: TopicArn, attributes: { TopicArn, TopicName: TopicArn.split(':').pop() } };
  },
  async read(TopicArn, _, { sns }) {
    const found = await unlessMissing(sns.send(new GetTopicAttributesCommand({ TopicArn })));
    return found && { TopicName: TopicArn.split(':').pop(), DisplayName: found.Attributes?.DisplayName };
  },
  async delete(TopicArn, _, { clients }) {
    await unlessGone(clients.sns.send(new DeleteTopicCommand({ TopicArn })));
  },
};

export const topicPolicy: Provisioner = {
  replacing: [],
  updating: ['PolicyDocument', 'Topics'],
  inert: [],
  async create(properties, context) {
    await putTopicPolicy(properties, context);
    return { physicalId: context.name(), attributes: {} };
  },
  async update(physicalId, properties, previous, context) {
    await dropTopicPolicy(
      list<string>(previous, 'Topics').filter((arn) => !list<string>(properties, 'Topics').includes(arn)),
      context,
    );
    await putTopicPolicy(properties, context);
    return { physicalId, attributes: {} };
  },
  delete: (_, properties, context) => dropTopicPolicy(list<string>(properties, 'Topics'), context),
};

async function putTopicPolicy(properties: Properties, { clients }: ProvisionContext): Promise<void> {
  for (const TopicArn of list<string>(properties, 'Topics')) {
    const AttributeValue = json(properties.PolicyDocument);
    await clients.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
  }
}

/** A topic has always a policy: without the stack's it is SNS's default one, for its own account. */
async function dropTopicPolicy(topics: readonly string[], { clients, accountId }: ProvisionContext): Promise<void> {
  for (const TopicArn of topics) {
    const statement = {
      Sid: '__default_statement_ID',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ['SNS:GetTopicAttributes', 'SNS:SetTopicAttributes', 'SNS:Subscribe', 'SNS:Publish', 'SNS:DeleteTopic'],
      Resource: TopicArn,
      Condition: { StringEquals: { 'aws:SourceOwner': accountId } },
    };
    const AttributeValue = json({ Version: '2008-10-17', Id: '__default_policy_ID', Statement: [statement] });
    await unlessGone(
      clients.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue })),
    );
  }
}

const SUBSCRIPTION_ATTRIBUTES = [
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
];

export const subscription: Provisioner = {
  replacing: ['TopicArn', 'Protocol', 'Endpoint'],
  updating: SUBSCRIPTION_ATTRIBUTES,
  inert: [],
  async create(properties, { clients }) {
    const { SubscriptionArn = '' } = await clients.sns.send(
      new SubscribeCommand({
        TopicArn: text(properties, 'TopicArn'),
        Protocol: text(properties, 'Protocol'),
        Endpoint: optionalText(properties, 'Endpoint'),
        Attributes: attributes(properties, SUBSCRIPTION_ATTRIBUTES),
        ReturnSubscriptionArn: true,
      }),
    );
    return { physicalId: SubscriptionArn, attributes: { Arn: SubscriptionArn } };
  },
  async update(SubscriptionArn, properties, _, { clients }) {
    for (const [AttributeName, AttributeValue] of Object.entries(attributes(properties, SUBSCRIPTION_ATTRIBUTES))) {
      await clients.sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }));
    }
    return { physicalId: SubscriptionArn, attributes: { Arn: SubscriptionArn } };
  },
  async delete(SubscriptionArn, _, { clients }) {
    await unlessGone(clients.sns.send(new UnsubscribeCommand({ SubscriptionArn })));
  },
};

/** SNS takes every attribute as text. */
function attributes(properties: Properties, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.filter((name) => properties[name] !== undefined).map((name) => [name, asText(properties[name])]),
  );
}

function asText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
