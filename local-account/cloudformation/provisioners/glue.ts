import {
  CreateDatabaseCommand,
  CreateTableCommand,
  type DatabaseInput,
  DeleteDatabaseCommand,
  DeleteTableCommand,
  type TableInput,
  UpdateDatabaseCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { unlessGone } from '../failure';
import type { Properties, Provisioner } from '../provisioner';
import { group, optionalText, text } from './values';

const catalog = (properties: Properties): { CatalogId?: string } => ({
  CatalogId: optionalText(properties, 'CatalogId'),
});

export const database: Provisioner = {
  replacing: ['CatalogId', 'DatabaseName'],
  updating: ['DatabaseInput'],
  inert: [],
  async create(properties, context) {
    const input = group(properties, 'DatabaseInput');
    const Name =
      optionalText(input, 'Name') ?? optionalText(properties, 'DatabaseName') ?? context.name(255).toLowerCase();
    await context.clients.glue.send(
      new CreateDatabaseCommand({ ...catalog(properties), DatabaseInput: { ...input, Name } as DatabaseInput }),
    );
    return { physicalId: Name, attributes: {} };
  },
  async update(Name, properties, _, { clients }) {
    const input = { ...group(properties, 'DatabaseInput'), Name } as DatabaseInput;
    await clients.glue.send(new UpdateDatabaseCommand({ ...catalog(properties), Name, DatabaseInput: input }));
    return { physicalId: Name, attributes: {} };
  },
  async delete(Name, properties, { clients }) {
    await unlessGone(clients.glue.send(new DeleteDatabaseCommand({ ...catalog(properties), Name })));
  },
};

export const table: Provisioner = {
  replacing: ['CatalogId', 'DatabaseName', 'Name'],
  updating: ['TableInput'],
  inert: [],
  async create(properties, context) {
    const Name = optionalText(group(properties, 'TableInput'), 'Name') ?? context.name(255).toLowerCase();
    await context.clients.glue.send(
      new CreateTableCommand({ ...address(properties), TableInput: tableInput(properties, Name) }),
    );
    return { physicalId: Name, attributes: {} };
  },
  async update(Name, properties, _, { clients }) {
    await clients.glue.send(
      new UpdateTableCommand({ ...address(properties), TableInput: tableInput(properties, Name) }),
    );
    return { physicalId: Name, attributes: {} };
  },
  async delete(Name, properties, { clients }) {
    await unlessGone(clients.glue.send(new DeleteTableCommand({ ...address(properties), Name })));
  },
};

function address(properties: Properties): { CatalogId?: string; DatabaseName: string } {
  return { ...catalog(properties), DatabaseName: text(properties, 'DatabaseName') };
}

function tableInput(properties: Properties, Name: string): TableInput {
  return { ...group(properties, 'TableInput'), Name } as TableInput;
}
