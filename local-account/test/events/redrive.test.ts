import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { VirtualClock } from '../../events/clock';
import { type EventServices, startEvents } from '../../events/start-events';
import type { PlatformHost } from '../../gateway/platform-host';
import { clientOf, putServiceRole, testPlatform } from '../fixtures/test-platform';

const roleArn = 'arn:aws:iam::123456789012:role/Machine';

const read = (name: string, more: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:ssm:getParameter',
  Parameters: { Name: name },
  ResultSelector: { 'value.$': '$.Parameter.Value' },
  ResultPath: `$.${name.slice(1)}`,
  ...more,
});

describe('RedriveExecution', () => {
  let host: PlatformHost;
  let events: EventServices;
  let clock: VirtualClock;
  let sfn: SFNClient;
  let ssm: SSMClient;

  beforeAll(async () => {
    clock = new VirtualClock(Date.parse('2030-03-01T10:00:00Z'));
    host = await testPlatform({ clock });
    events = startEvents(host);
    const client = clientOf(host);
    sfn = new SFNClient(client);
    ssm = new SSMClient(client);
    putServiceRole(host, roleArn, 'states.amazonaws.com');
    host.policies.putInlinePolicy(roleArn, 'Read', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'ssm:GetParameter', Resource: '*' }],
    });
  }, 60_000);

  afterAll(async () => {
    [sfn, ssm].forEach((client) => client.destroy());
    await events.stop();
    clock.stop();
    await host.stop();
  });

  const put = (Name: string, Value: string) =>
    ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));

  async function start(name: string, States: Record<string, unknown>): Promise<string> {
    const definition = JSON.stringify({ StartAt: Object.keys(States)[0], States });
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name, definition, roleArn }));
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{"run":1}' }));
    return executionArn ?? '';
  }

  async function ended(executionArn: string): Promise<DescribeExecutionCommandOutput> {
    for (;;) {
      const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (execution.status !== 'RUNNING') return execution;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const redrive = (executionArn: string) => sfn.send(new RedriveExecutionCommand({ executionArn }));

  test('goes on with the state that failed, and not with those before it', async () => {
    await put('/first', 'before');
    const arn = await start('late', {
      First: read('/first', { Next: 'Second' }),
      Second: read('/second', { End: true }),
    });
    expect(await ended(arn)).toMatchObject({ status: 'FAILED', redriveCount: 0, redriveStatus: 'REDRIVABLE' });

    await put('/first', 'after');
    await put('/second', 'there');
    expect((await redrive(arn)).redriveDate).toBeInstanceOf(Date);
    const execution = await ended(arn);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1, redriveStatus: 'NOT_REDRIVABLE' });
    expect(JSON.parse(execution.output ?? '')).toEqual({
      run: 1,
      first: { value: 'before' },
      second: { value: 'there' },
    });
    const { events: history = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn: arn }));
    const entered = history.flatMap(({ type, stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? type);
    expect(entered.filter((one) => !/^Task/.test(one ?? ''))).toEqual([
      'First',
      'Second',
      'ExecutionRedriven',
      'Second',
    ]);
  });

  test('takes a stopped execution, with its retries anew', async () => {
    const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 2 }];
    const arn = await start('stopped', {
      Wait: { Type: 'Wait', Seconds: 3600, Next: 'Read' },
      Read: read('/third', { Retry, End: true }),
    });
    await clock.pause();
    await sfn.send(new StopExecutionCommand({ executionArn: arn, error: 'Mine' }));
    clock.resume();
    expect((await ended(arn)).status).toMatch(/ABORTED|FAILED/);
    await put('/third', 'there');
    await redrive(arn);
    expect(await ended(arn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    await ssm.send(new DeleteParameterCommand({ Name: '/third' }));
  });

  test('refuses an execution that succeeded or runs, and one that ended long ago', async () => {
    const good = await start('good', { Done: { Type: 'Pass', End: true } });
    expect((await ended(good)).redriveStatusReason).toBe('Execution is SUCCEEDED and cannot be redriven');
    await expect(redrive(good)).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
      message: 'Execution is SUCCEEDED and cannot be redriven',
    });
    const bad = await start('bad', { No: { Type: 'Fail', Error: 'Mine' } });
    await ended(bad);
    await clock.advance(15 * 24 * 60 * 60_000);
    await expect(redrive(bad)).rejects.toThrow('Execution redrivable period exceeded');
  });

  test('refuses by name what failed in a Parallel state', async () => {
    const branch = { StartAt: 'Inner', States: { Inner: { Type: 'Fail', Error: 'Mine' } } };
    const arn = await start('parallel', { Both: { Type: 'Parallel', Branches: [branch], End: true } });
    await ended(arn);
    await expect(redrive(arn)).rejects.toThrow(/failed in a Parallel state is not supported by the local account/);
  });
});
