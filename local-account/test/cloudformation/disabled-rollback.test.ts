import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  ListStacksCommand,
  RollbackStackCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { RunningCloudFormation } from '../../cloudformation/start';
import type { PlatformHost } from '../../gateway/platform-host';
import { startStacks } from '../fixtures/stacks';
import { putServiceRole } from '../fixtures/test-platform';

const DEPLOYER = 'arn:aws:iam::123456789012:role/Deployer';
const StackName = 'Stack';

const parameter = (name: string, value: string, more: object = {}) => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Name: name, Type: 'String', Value: value },
  ...more,
});
const template = (resources: object) => JSON.stringify({ Resources: resources });
/** Two independent resources, one that the role may not make, and one that needs it. */
const first = template({
  One: parameter('/one', 'a'),
  Two: parameter('/two', 'a'),
  Forbidden: parameter('/forbidden', 'a', { DependsOn: 'One' }),
  After: parameter('/after', 'a', { DependsOn: 'Forbidden' }),
});
const stable = (value = 'a') => template({ One: parameter('/one', value), Two: parameter('/two', value) });

describe('a stack whose rollback is disabled', () => {
  let host: PlatformHost;
  let running: RunningCloudFormation;
  let cloudformation: CloudFormationClient;
  let ssm: SSMClient;

  const mayWrite = (...paths: string[]) =>
    host.policies.putInlinePolicy(DEPLOYER, 'Parameters', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'ssm:*',
          Resource: paths.map((path) => `arn:aws:ssm:*:123456789012:parameter${path}`),
        },
      ],
    });
  const read = async (Name: string) => {
    try {
      return (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value;
    } catch (error) {
      return (error as Error).name;
    }
  };
  const describe = async () => {
    await running.service.settled();
    return (await cloudformation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
  };
  const create = async (TemplateBody: string, more: object = { DisableRollback: true }) => {
    await cloudformation.send(new CreateStackCommand({ StackName, TemplateBody, RoleARN: DEPLOYER, ...more }));
    return describe();
  };
  const update = async (TemplateBody: string, DisableRollback = true) => {
    await cloudformation.send(new UpdateStackCommand({ StackName, TemplateBody, DisableRollback }));
    return describe();
  };
  const rollBack = async (more: object = {}) => {
    await cloudformation.send(new RollbackStackCommand({ StackName, ...more }));
    return describe();
  };
  const events = async (name = StackName) =>
    ((await cloudformation.send(new DescribeStackEventsCommand({ StackName: name }))).StackEvents ?? [])
      .reverse()
      .map(({ LogicalResourceId, ResourceStatus, ResourceStatusReason }) =>
        [LogicalResourceId, ResourceStatus, ResourceStatusReason].filter(Boolean).join(' '),
      );

  beforeAll(async () => {
    const account = await startStacks();
    ({ host, running } = account);
    const { client } = account;
    cloudformation = new CloudFormationClient(client);
    ssm = new SSMClient(client);
    putServiceRole(host, DEPLOYER, 'cloudformation.amazonaws.com');
  }, 60_000);

  afterAll(async () => {
    cloudformation.destroy();
    ssm.destroy();
    await running.close();
    await host.stop();
  });

  beforeEach(() => mayWrite('/one', '/two', '/after'));

  afterEach(async () => {
    mayWrite('/one', '/two', '/after', '/forbidden');
    await cloudformation.send(new DeleteStackCommand({ StackName }));
    await running.service.settled();
  });

  test('keeps what a failed creation made, and an update goes on from there', async () => {
    expect(await create(first)).toMatchObject({
      StackStatus: 'CREATE_FAILED',
      StackStatusReason: 'The following resource(s) failed to create: [Forbidden].',
      DisableRollback: true,
    });
    expect(await Promise.all(['/one', '/two', '/after'].map(read))).toEqual(['a', 'a', 'ParameterNotFound']);

    await expect(update(first, false)).rejects.toThrow(
      'This stack is currently in a non-terminal [CREATE_FAILED] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API',
    );
    mayWrite('/one', '/two', '/after', '/forbidden');
    expect(await update(first)).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
    expect(await read('/after')).toBe('a');
    await expect(rollBack()).rejects.toThrow(/is in UPDATE_COMPLETE state and can not be rolled back/);
  });

  test('rolls a failed creation back on demand', async () => {
    const retained = parameter('/one', 'a', { DeletionPolicy: 'Retain' });
    await create(template({ One: retained, Forbidden: parameter('/forbidden', 'a', { DependsOn: 'One' }) }));
    expect(await rollBack({ RetainExceptOnCreate: true })).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
    expect(await read('/one')).toBe('ParameterNotFound');
  });

  test('keeps what a failed update changed, and rolls it back on demand', async () => {
    await create(stable());
    const next = template({
      One: parameter('/one', 'b'),
      Forbidden: parameter('/forbidden', 'b', { DependsOn: 'One' }),
    });
    expect(await update(next)).toMatchObject({
      StackStatus: 'UPDATE_FAILED',
      StackStatusReason: 'The following resource(s) failed to create: [Forbidden].',
    });
    expect([await read('/one'), await read('/two')]).toEqual(['b', 'a']);
    expect(await rollBack()).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
    expect([await read('/one'), await read('/two')]).toEqual(['a', 'a']);
    expect(await update(stable('c'), false)).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
  });

  test('replaces nothing', async () => {
    await create(stable());
    const moved = template({ One: parameter('/after', 'a'), Two: parameter('/two', 'a') });
    expect(await update(moved)).toMatchObject({ StackStatus: 'UPDATE_FAILED' });
    expect(await events()).toContain(
      'One UPDATE_FAILED Replacement type updates not supported on stack with disable-rollback.',
    );
    expect(await read('/after')).toBe('ParameterNotFound');
    expect(await update(stable())).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
  });

  test('whose creation says OnFailure DO_NOTHING takes no update', async () => {
    expect(await create(first, { OnFailure: 'DO_NOTHING' })).toMatchObject({ StackStatus: 'CREATE_FAILED' });
    await expect(update(first)).rejects.toThrow(
      'This stack cannot be updated from [CREATE_FAILED] state because it contains [on-failure: DO_NOTHING]. Please use disable-rollback option instead during stack creation.',
    );
    await expect(create(first, { OnFailure: 'DO_NOTHING', DisableRollback: true })).rejects.toThrow(
      'You can specify either DisableRollback or OnFailure, but not both.',
    );
  });

  test('is deleted when its change set says OnStackFailure DELETE', async () => {
    const ChangeSetName = 'first';
    const input = {
      StackName,
      ChangeSetName,
      RoleARN: DEPLOYER,
      TemplateBody: first,
      OnStackFailure: 'DELETE',
    } as const;
    await expect(cloudformation.send(new CreateChangeSetCommand({ ...input, StackName: 'None' }))).rejects.toThrow(
      'OnStackFailure DELETE is only valid when the ChangeSetType is CREATE.',
    );
    await cloudformation.send(new CreateChangeSetCommand({ ...input, ChangeSetType: 'CREATE' }));
    const execution = { StackName, ChangeSetName };
    await expect(
      cloudformation.send(new ExecuteChangeSetCommand({ ...execution, DisableRollback: true })),
    ).rejects.toThrow('DisableRollback cannot be specified when OnStackFailure was specified');
    await cloudformation.send(new ExecuteChangeSetCommand(execution));
    await running.service.settled();
    const { StackSummaries = [] } = await cloudformation.send(new ListStacksCommand({}));
    const gone = StackSummaries.at(-1);
    expect(gone?.StackStatus).toBe('DELETE_COMPLETE');
    expect(await events(gone?.StackId)).toContain(
      'Stack DELETE_IN_PROGRESS The following resource(s) failed to create: [Forbidden]. Delete requested by user.',
    );
  });

  test('with rollback, a failure cancels what is under way and everything goes', async () => {
    // A refusal comes before the answer of the store.
    const both = { Forbidden: parameter('/forbidden', 'a'), Waiting: parameter('/two', 'a') };
    expect(await create(template(both), {})).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
    expect((await events()).map((event) => event.replace(/ Resource handler.*/, ''))).toEqual([
      'Stack CREATE_IN_PROGRESS User Initiated',
      'Forbidden CREATE_IN_PROGRESS',
      'Waiting CREATE_IN_PROGRESS',
      'Forbidden CREATE_FAILED',
      'Waiting CREATE_FAILED Resource creation cancelled',
      'Stack ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Forbidden, Waiting]. Rollback requested by user.',
      'Waiting DELETE_IN_PROGRESS',
      'Waiting DELETE_COMPLETE',
      'Stack ROLLBACK_COMPLETE',
    ]);
  });
});
