import {
  AssociateKmsKeyCommand,
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteMetricFilterCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DisassociateKmsKeyCommand,
  type MetricTransformation,
  PutMetricFilterCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { unlessGone } from '../failure';
import type { Properties, ProvisionContext, Provisioned, Provisioner } from '../provisioner';
import { list, optionalNumber, optionalText, tagRecord, text } from './values';

export const logGroup: Provisioner = {
  nameProperty: 'LogGroupName',
  replacing: ['LogGroupName'],
  updating: ['RetentionInDays', 'KmsKeyId'],
  inert: ['Tags', 'LogGroupClass'],
  async create(properties, context) {
    const logGroupName = optionalText(properties, 'LogGroupName') ?? context.name(512);
    const kmsKeyId = optionalText(properties, 'KmsKeyId');
    await context.clients.logs.send(new CreateLogGroupCommand({ logGroupName, kmsKeyId, tags: tagRecord(properties) }));
    await retain(context.clients.logs, logGroupName, properties, {});
    return describe(logGroupName, context);
  },
  async update(logGroupName, properties, previous, context) {
    const { logs } = context.clients;
    const kmsKeyId = optionalText(properties, 'KmsKeyId');
    if (kmsKeyId !== previous.KmsKeyId) {
      await (kmsKeyId === undefined
        ? logs.send(new DisassociateKmsKeyCommand({ logGroupName }))
        : logs.send(new AssociateKmsKeyCommand({ logGroupName, kmsKeyId })));
    }
    await retain(logs, logGroupName, properties, previous);
    return describe(logGroupName, context);
  },
  async read(logGroupName, _, { logs }) {
    const found = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
    const live = found.logGroups?.find((one) => one.logGroupName === logGroupName);
    return live && { LogGroupName: logGroupName, RetentionInDays: live.retentionInDays, KmsKeyId: live.kmsKeyId };
  },
  async delete(logGroupName, _, { clients }) {
    await unlessGone(clients.logs.send(new DeleteLogGroupCommand({ logGroupName })));
  },
};

export const logStream: Provisioner = {
  nameProperty: 'LogStreamName',
  replacing: ['LogGroupName', 'LogStreamName'],
  updating: [],
  inert: [],
  async create(properties, context) {
    const logStreamName = optionalText(properties, 'LogStreamName') ?? context.name(512);
    const logGroupName = text(properties, 'LogGroupName');
    await context.clients.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    return { physicalId: logStreamName, attributes: {} };
  },
  async delete(logStreamName, properties, { clients }) {
    const logGroupName = text(properties, 'LogGroupName');
    await unlessGone(clients.logs.send(new DeleteLogStreamCommand({ logGroupName, logStreamName })));
  },
};

async function retain(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  properties: Properties,
  previous: Properties,
): Promise<void> {
  const retentionInDays = optionalNumber(properties, 'RetentionInDays');
  if (retentionInDays !== undefined) {
    await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
  } else if (previous.RetentionInDays !== undefined) {
    await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
  }
}

function describe(name: string, { partition, region, accountId }: ProvisionContext): Provisioned {
  return { physicalId: name, attributes: { Arn: `arn:${partition}:logs:${region}:${accountId}:log-group:${name}:*` } };
}

export const metricFilter: Provisioner = {
  nameProperty: 'FilterName',
  replacing: ['LogGroupName', 'FilterName'],
  updating: ['FilterPattern', 'MetricTransformations'],
  inert: [],
  create: (properties, context) =>
    putFilter(optionalText(properties, 'FilterName') ?? context.name(512), properties, context),
  update: (name, properties, _, context) => putFilter(name, properties, context),
  async delete(filterName, properties, { clients }) {
    await unlessGone(
      clients.logs.send(new DeleteMetricFilterCommand({ filterName, logGroupName: text(properties, 'LogGroupName') })),
    );
  },
};

async function putFilter(
  filterName: string,
  properties: Properties,
  { clients }: ProvisionContext,
): Promise<Provisioned> {
  await clients.logs.send(
    new PutMetricFilterCommand({
      filterName,
      logGroupName: text(properties, 'LogGroupName'),
      filterPattern: optionalText(properties, 'FilterPattern') ?? '',
      metricTransformations: list<Properties>(properties, 'MetricTransformations').map(transformation),
    }),
  );
  return { physicalId: filterName, attributes: {} };
}

function transformation(item: Properties): MetricTransformation {
  const dimensions = list<{ Key: string; Value: string }>(item, 'Dimensions');
  return {
    metricName: text(item, 'MetricName'),
    metricNamespace: text(item, 'MetricNamespace'),
    metricValue: text(item, 'MetricValue'),
    defaultValue: optionalNumber(item, 'DefaultValue'),
    unit: optionalText(item, 'Unit') as MetricTransformation['unit'],
    dimensions:
      dimensions.length === 0 ? undefined : Object.fromEntries(dimensions.map(({ Key, Value }) => [Key, Value])),
  };
}
