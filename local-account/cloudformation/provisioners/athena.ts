import {
  CreateWorkGroupCommand,
  DeleteWorkGroupCommand,
  type Tag,
  type WorkGroupConfiguration,
} from '@aws-sdk/client-athena';
import { unlessGone } from '../failure';
import type { Provisioner } from '../provisioner';
import { group, list, optionalFlag, optionalText, text } from './values';

/** Created and deleted; the store behind the gateway runs no query. */
export const workGroup: Provisioner = {
  nameProperty: 'Name',
  replacing: ['Name'],
  updating: [],
  inert: ['WorkGroupConfiguration', 'Description', 'State', 'Tags', 'RecursiveDeleteOption'],
  async create(properties, { clients }) {
    const Name = text(properties, 'Name');
    await clients.athena.send(
      new CreateWorkGroupCommand({
        Name,
        Configuration: group(properties, 'WorkGroupConfiguration') as WorkGroupConfiguration,
        Description: optionalText(properties, 'Description'),
        Tags: [...list<Tag>(properties, 'Tags')],
      }),
    );
    return { physicalId: Name, attributes: {} };
  },
  async delete(WorkGroup, properties, { clients }) {
    const RecursiveDeleteOption = optionalFlag(properties, 'RecursiveDeleteOption');
    await unlessGone(clients.athena.send(new DeleteWorkGroupCommand({ WorkGroup, RecursiveDeleteOption })));
  },
};
