import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import * as respond from '../../lambda/cloudformation/respond';
import { handler } from '../../lambda/keep-parameter/handler';

const Name = '/flights/approved-model-package';

describe('the function that keeps a parameter', () => {
  const values = new Map<string, string>();
  const tags = new Map<string, string>();
  const ids: string[] = [];

  beforeEach(() => {
    values.clear();
    tags.clear();
    ids.length = 0;
    jest.spyOn(respond, 'respond').mockImplementation(async (_, id, work) => {
      ids.push(id);
      await work();
    });
    jest.spyOn(SSMClient.prototype, 'send').mockImplementation((command: unknown) => {
      if (command instanceof PutParameterCommand) {
        const { Name: name = '', Value = '', Overwrite } = command.input;
        if (values.has(name) && Overwrite !== true)
          return Promise.reject(new ParameterAlreadyExists({ message: '', $metadata: {} }));
        values.set(name, Value);
      } else if (command instanceof AddTagsToResourceCommand) {
        for (const { Key = '', Value = '' } of command.input.Tags ?? []) tags.set(Key, Value);
      } else if (command instanceof RemoveTagsFromResourceCommand) {
        for (const key of command.input.TagKeys ?? []) tags.delete(key);
      } else if (command instanceof DeleteParameterCommand && !values.delete(command.input.Name ?? '')) {
        return Promise.reject(new ParameterNotFound({ message: '', $metadata: {} }));
      }
      return Promise.resolve({});
    });
  });

  afterEach(() => jest.restoreAllMocks());

  const ask = (RequestType: 'Create' | 'Update' | 'Delete', more: object = {}) =>
    handler({
      RequestType,
      ResponseURL: 'https://localhost',
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Approved',
      ResourceProperties: { Name, Description: 'which is live', InitialValue: 'none', Tags: { Owner: 'ml-team' } },
      ...more,
    });

  test('creates it with its first value and its tags', async () => {
    await ask('Create');
    expect([[...values], [...tags], ids]).toEqual([[[Name, 'none']], [['Owner', 'ml-team']], [Name]]);
  });

  test.each(['Create', 'Update'] as const)('leaves alone what a release wrote, also on %s', async (type) => {
    values.set(Name, 'package/3');
    await ask(type);
    expect([...values]).toEqual([[Name, 'package/3']]);
  });

  test('changes tags without the value', async () => {
    values.set(Name, 'package/3');
    tags.set('CostCenter', '1');
    await ask('Update', {
      OldResourceProperties: { Name, Description: '', InitialValue: 'none', Tags: { CostCenter: '1' } },
    });
    expect([values.get(Name), [...tags]]).toEqual(['package/3', [['Owner', 'ml-team']]]);
  });

  test('deletes it with its stack, also if it no longer exists', async () => {
    values.set(Name, 'package/3');
    await ask('Delete', { PhysicalResourceId: Name });
    await ask('Delete', { PhysicalResourceId: Name });
    expect([...values]).toEqual([]);
  });

  test('deletes the old name of a renamed parameter', async () => {
    values.set(Name, 'package/3');
    values.set('/old', 'package/2');
    await ask('Delete', { PhysicalResourceId: '/old' });
    await ask('Delete', { PhysicalResourceId: 'Stack-Approved-1ABC' });
    expect([...values]).toEqual([[Name, 'package/3']]);
  });

  test('passes on what SSM refuses: a parameter that does not exist must not count as created or deleted', async () => {
    for (const error of [new Error('socket timed out'), Object.assign(new Error('no'), { name: 'AccessDenied' })]) {
      jest.spyOn(SSMClient.prototype, 'send').mockImplementation(() => Promise.reject(error));
      await expect(ask('Create')).rejects.toBe(error);
      await expect(ask('Update')).rejects.toBe(error);
      await expect(ask('Delete', { PhysicalResourceId: Name })).rejects.toBe(error);
    }
  });

  test('needs no tags, before or after', async () => {
    const send = jest.spyOn(SSMClient.prototype, 'send');
    await ask('Create', { ResourceProperties: { Name, Description: 'which is live', InitialValue: 'none' } });
    expect(send.mock.calls.map(([command]) => command.input)).toEqual([
      { Name, Description: 'which is live', Value: 'none', Type: 'String', Overwrite: false },
    ]);
  });

  test('does not remove a tag that stays', async () => {
    const send = jest.spyOn(SSMClient.prototype, 'send');
    await ask('Update', {
      OldResourceProperties: { Name, Description: '', InitialValue: 'none', Tags: { Owner: 'another', Cost: '1' } },
    });
    expect(send.mock.calls.slice(1).map(([command]) => command.input)).toEqual([
      { ResourceType: 'Parameter', ResourceId: Name, TagKeys: ['Cost'] },
      { ResourceType: 'Parameter', ResourceId: Name, Tags: [{ Key: 'Owner', Value: 'ml-team' }] },
    ]);
  });
});
