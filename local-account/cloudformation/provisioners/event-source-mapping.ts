import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  UpdateEventSourceMappingCommand,
  type UpdateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda';
import { unlessGone, unlessMissing } from '../failure';
import type { Properties, Provisioned, Provisioner } from '../provisioner';
import { optionalNumber, pick, tagRecord } from './values';

const UPDATING = [
  'BatchSize',
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'Enabled',
  'FilterCriteria',
  'FunctionName',
  'FunctionResponseTypes',
  'MaximumBatchingWindowInSeconds',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
  'TumblingWindowInSeconds',
];
const REPLACING = ['EventSourceArn', 'StartingPosition', 'StartingPositionTimestamp'];

/** Numbers and truth values may be written as text in a template. */
function plain(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      value === 'true' ? true : value === 'false' ? false : /^-?\d+$/.test(String(value)) ? Number(value) : value,
    ]),
  );
}

export const eventSourceMapping: Provisioner = {
  replacing: REPLACING,
  updating: UPDATING,
  inert: ['Tags'],
  async create(properties, { clients }) {
    const seconds = optionalNumber(properties, 'StartingPositionTimestamp');
    const made = await clients.lambda.send(
      new CreateEventSourceMappingCommand({
        ...plain(pick(properties, [...UPDATING, 'EventSourceArn', 'StartingPosition'])),
        StartingPositionTimestamp: seconds === undefined ? undefined : new Date(seconds * 1000),
        Tags: tagRecord(properties),
      } as unknown as CreateEventSourceMappingCommandInput),
    );
    return describe(made.UUID ?? '', made.EventSourceMappingArn ?? '');
  },
  async update(UUID, properties, _, { clients }) {
    const input = { ...plain(pick(properties, UPDATING)), UUID };
    const changed = await clients.lambda.send(
      new UpdateEventSourceMappingCommand(input as UpdateEventSourceMappingCommandInput),
    );
    return describe(UUID, changed.EventSourceMappingArn ?? '');
  },
  async read(UUID, _, { lambda }) {
    const live = await unlessMissing(lambda.send(new GetEventSourceMappingCommand({ UUID })));
    if (!live) return undefined;
    return {
      ...pick(live as unknown as Properties, ['EventSourceArn', 'BatchSize', 'MaximumRetryAttempts']),
      Enabled: live.State === 'Enabled',
    };
  },
  async delete(UUID, _, { clients }) {
    await unlessGone(clients.lambda.send(new DeleteEventSourceMappingCommand({ UUID })));
  },
};

function describe(UUID: string, EventSourceMappingArn: string): Provisioned {
  return { physicalId: UUID, attributes: { Id: UUID, EventSourceMappingArn } };
}
