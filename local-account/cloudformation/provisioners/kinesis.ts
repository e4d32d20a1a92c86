import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  IncreaseStreamRetentionPeriodCommand,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
} from '@aws-sdk/client-kinesis';
import { unlessGone, unlessMissing } from '../failure';
import type { Properties, ProvisionContext, Provisioned, Provisioner } from '../provisioner';
import { group, optionalNumber, optionalText, tagRecord } from './values';

/** Amazon Kinesis data streams. The number of shards cannot change here: UpdateShardCount is not supported. */
export const stream: Provisioner = {
  nameProperty: 'Name',
  replacing: ['Name'],
  updating: ['RetentionPeriodHours', 'StreamEncryption', 'ShardCount', 'StreamModeDetails', 'Tags'],
  inert: [],
  async create(properties, context) {
    const name = optionalText(properties, 'Name') ?? context.name(128);
    const StreamMode = optionalText(group(properties, 'StreamModeDetails'), 'StreamMode');
    await context.clients.kinesis.send(
      new CreateStreamCommand({
        StreamName: name,
        ShardCount: optionalNumber(properties, 'ShardCount'),
        StreamModeDetails: StreamMode === undefined ? undefined : { StreamMode: StreamMode as 'PROVISIONED' },
        Tags: tagRecord(properties),
      }),
    );
    await ready(name, context);
    await retain(name, 24, optionalNumber(properties, 'RetentionPeriodHours') ?? 24, context);
    await encrypt(name, {}, properties, context);
    return describe(name, context);
  },
  async update(name, properties, previous, context) {
    for (const property of ['ShardCount', 'StreamModeDetails'])
      if (JSON.stringify(properties[property]) !== JSON.stringify(previous[property]))
        throw new Error(`A change of ${property} of AWS::Kinesis::Stream is not supported by the local account.`);
    const hours = (of: Properties) => optionalNumber(of, 'RetentionPeriodHours') ?? 24;
    await retain(name, hours(previous), hours(properties), context);
    await encrypt(name, previous, properties, context);
    const Tags = tagRecord(properties);
    if (Tags) await context.clients.kinesis.send(new AddTagsToStreamCommand({ StreamName: name, Tags }));
    return describe(name, context);
  },
  async read(name, _, { kinesis }) {
    const live = await unlessMissing(kinesis.send(new DescribeStreamSummaryCommand({ StreamName: name })));
    const summary = live?.StreamDescriptionSummary;
    if (!summary) return undefined;
    const { RetentionPeriodHours, EncryptionType, KeyId, OpenShardCount } = summary;
    return {
      Name: name,
      RetentionPeriodHours,
      ShardCount: OpenShardCount,
      ...(KeyId === undefined ? {} : { StreamEncryption: { EncryptionType, KeyId } }),
    };
  },
  async delete(name, _, context) {
    await unlessGone(context.clients.kinesis.send(new DeleteStreamCommand({ StreamName: name })));
  },
};

/** Each change takes a while, and the next needs an active stream. */
async function ready(StreamName: string, { clients, clock }: ProvisionContext): Promise<void> {
  for (;;) {
    const { StreamDescriptionSummary: summary } = await clients.kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName }),
    );
    if (summary?.StreamStatus === 'ACTIVE') return;
    await clock.sleep(1000);
  }
}

async function retain(StreamName: string, before: number, hours: number, context: ProvisionContext): Promise<void> {
  if (hours === before) return;
  const input = { StreamName, RetentionPeriodHours: hours };
  const { kinesis } = context.clients;
  await (hours > before
    ? kinesis.send(new IncreaseStreamRetentionPeriodCommand(input))
    : kinesis.send(new DecreaseStreamRetentionPeriodCommand(input)));
  await ready(StreamName, context);
}

async function encrypt(
  StreamName: string,
  previous: Properties,
  properties: Properties,
  context: ProvisionContext,
): Promise<void> {
  const key = (of: Properties) => optionalText(group(of, 'StreamEncryption'), 'KeyId');
  const [before, after] = [key(previous), key(properties)];
  if (before === after) return;
  const { kinesis } = context.clients;
  if (after === undefined)
    await kinesis.send(new StopStreamEncryptionCommand({ StreamName, EncryptionType: 'KMS', KeyId: before }));
  else await kinesis.send(new StartStreamEncryptionCommand({ StreamName, EncryptionType: 'KMS', KeyId: after }));
  await ready(StreamName, context);
}

function describe(name: string, { partition, region, accountId }: ProvisionContext): Provisioned {
  return { physicalId: name, attributes: { Arn: `arn:${partition}:kinesis:${region}:${accountId}:stream/${name}` } };
}
