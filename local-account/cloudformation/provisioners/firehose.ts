import {
  CreateDeliveryStreamCommand,
  type CreateDeliveryStreamCommandInput,
  DeleteDeliveryStreamCommand,
} from '@aws-sdk/client-firehose';
import { unlessGone } from '../failure';
import type { Properties, Provisioner } from '../provisioner';
import { list, optionalText, pick } from './values';

const NUMBERS = new Set(['SizeInMBs', 'IntervalInSeconds', 'DurationInSeconds']);

/** Numbers and truth values may be written as text in a template. */
function asInput(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => asInput(one));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asInput(one, key)]));
  if (NUMBERS.has(name)) return Number(value);
  return value === 'true' ? true : value === 'false' ? false : value;
}

const DESTINATION = 'ExtendedS3DestinationConfiguration';
const CONFIGURATION = [
  'DeliveryStreamType',
  DESTINATION,
  'KinesisStreamSourceConfiguration',
  'DeliveryStreamEncryptionConfigurationInput',
];

/** A destination cannot change in place here: UpdateDestination is not supported. */
export const deliveryStream: Provisioner = {
  nameProperty: 'DeliveryStreamName',
  replacing: CONFIGURATION.filter((name) => name !== DESTINATION).concat('DeliveryStreamName'),
  updating: [DESTINATION],
  inert: ['Tags'],
  async create(properties, context) {
    const DeliveryStreamName = optionalText(properties, 'DeliveryStreamName') ?? context.name(64);
    const Tags = list<{ Key: string; Value: string }>(properties, 'Tags');
    const input = asInput(pick(properties, CONFIGURATION)) as Properties;
    const { DeliveryStreamARN } = await context.clients.firehose.send(
      new CreateDeliveryStreamCommand({
        ...input,
        DeliveryStreamName,
        ...(Tags.length > 0 ? { Tags: [...Tags] } : {}),
      } as CreateDeliveryStreamCommandInput),
    );
    return { physicalId: DeliveryStreamName, attributes: { Arn: DeliveryStreamARN } };
  },
  async update() {
    throw new Error('A change of ExtendedS3DestinationConfiguration is not supported by the local account.');
  },
  async delete(DeliveryStreamName, _, { clients }) {
    await unlessGone(clients.firehose.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName })));
  },
};
