import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { VirtualClock } from '../../events/clock';
import { type EventServices, startEvents } from '../../events/start-events';
import type { PlatformHost } from '../../gateway/platform-host';
import { clientOf, putServiceRole, testPlatform } from '../fixtures/test-platform';

const roleArn = 'arn:aws:iam::123456789012:role/Machine';

const getParameter = (more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:ssm:getParameter',
  Parameters: { 'Name.$': '$.name' },
  ResultSelector: { 'value.$': '$.Parameter.Value' },
  End: true,
  ...more,
});

describe('Step Functions', () => {
  let host: PlatformHost;
  let events: EventServices;
  let clock: VirtualClock;
  let sfn: SFNClient;
  let number = 0;

  beforeAll(async () => {
    clock = new VirtualClock(Date.parse('2030-03-01T10:00:00Z'));
    host = await testPlatform({ clock });
    events = startEvents(host);
    const client = clientOf(host);
    sfn = new SFNClient(client);
    const ssm = new SSMClient(client);
    await ssm.send(new PutParameterCommand({ Name: '/allowed', Value: 'yes', Type: 'String' }));
    ssm.destroy();
    putServiceRole(host, roleArn, 'states.amazonaws.com');
    host.policies.putInlinePolicy(roleArn, 'Read', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'ssm:GetParameter',
          Resource: ['/allowed', '/later'].map((name) => `arn:aws:ssm:eu-west-1:123456789012:parameter${name}`),
        },
      ],
    });
  }, 60_000);

  afterAll(async () => {
    sfn.destroy();
    await events.stop();
    clock.stop();
    await host.stop();
  });

  const start = async (states: Record<string, unknown>, input: object, more: object = {}): Promise<string> => {
    number += 1;
    const definition = JSON.stringify({ StartAt: Object.keys(states)[0], States: states, ...more });
    const { stateMachineArn } = await sfn.send(
      new CreateStateMachineCommand({ name: `machine-${number}`, definition, roleArn }),
    );
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
    );
    return executionArn ?? '';
  };
  const ended = async (executionArn: string): Promise<DescribeExecutionCommandOutput> => {
    for (;;) {
      const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (execution.status !== 'RUNNING') return execution;
      await clock.advance(10_000);
    }
  };

  test("calls other services as the state machine's role and passes the result on", async () => {
    const execution = await ended(await start({ Read: getParameter() }, { name: '/allowed' }));
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '{"value":"yes"}' });
  });

  test("fails with the service's own error when the role may not", async () => {
    const execution = await ended(await start({ Read: getParameter() }, { name: '/forbidden' }));
    expect(execution.status).toBe('FAILED');
    // SSM's model has no AccessDeniedException: Step Functions names such errors after the service.
    expect(execution.error).toBe('Ssm.SsmException');
    expect(execution.cause).toMatch(
      /assumed-role\/Machine\/\S+ is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:eu-west-1:123456789012:parameter\/forbidden/,
    );
  });

  test('catches an error by its name and continues with its output', async () => {
    const states = {
      Read: getParameter({
        End: undefined,
        Next: 'Found',
        Catch: [{ ErrorEquals: ['Ssm.ParameterNotFoundException'], ResultPath: '$.error', Next: 'Missing' }],
      }),
      Found: { Type: 'Fail', Error: 'Wrong' },
      Missing: { Type: 'Pass', Parameters: { 'error.$': '$.error.Error', 'name.$': '$.name' }, End: true },
    };
    const execution = await ended(await start(states, { name: '/later' }));
    expect(JSON.parse(execution.output ?? '{}')).toEqual({ error: 'Ssm.ParameterNotFoundException', name: '/later' });
  });

  test('retries after the interval in virtual time, then fails', async () => {
    const retry = { Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 60, BackoffRate: 2, MaxAttempts: 2 }] };
    const arn = await start({ Read: getParameter(retry) }, { name: '/forbidden' });
    const execution = await ended(arn);
    expect(execution.status).toBe('FAILED');
    const { events: history } = await sfn.send(new GetExecutionHistoryCommand({ executionArn: arn }));
    expect(history?.flatMap(({ taskScheduledEventDetails }) => taskScheduledEventDetails?.region ?? [])).toEqual([
      'eu-west-1',
      'eu-west-1',
    ]);
    const took = ((execution.stopDate?.getTime() ?? 0) - (execution.startDate?.getTime() ?? 0)) / 1000;
    expect(took).toBeGreaterThanOrEqual(180);
    expect(took).toBeLessThan(220);
  });

  test('waits in virtual time, and its history shows each state entered', async () => {
    const states = { Pause: { Type: 'Wait', Seconds: 600, Next: 'Read' }, Read: getParameter() };
    const arn = await start(states, { name: '/allowed' });
    const execution = await ended(arn);
    expect((execution.stopDate?.getTime() ?? 0) - (execution.startDate?.getTime() ?? 0)).toBeGreaterThanOrEqual(
      600_000,
    );
    const { events: history } = await sfn.send(new GetExecutionHistoryCommand({ executionArn: arn }));
    expect(history?.flatMap((event) => event.stateEnteredEventDetails?.name ?? [])).toEqual(['Pause', 'Read']);
  });

  test('returns its history in pages, newest first and without state data on request', async () => {
    const names = Array.from({ length: 120 }, (_, at) => `S${at}`);
    const states = Object.fromEntries(
      names.map((name, at) => [name, { Type: 'Pass', ...(at === 119 ? { End: true } : { Next: `S${at + 1}` }) }]),
    );
    const arn = await start(states, { secret: 'of the input' });
    await ended(arn);
    const first = await sfn.send(new GetExecutionHistoryCommand({ executionArn: arn }));
    expect(first.events).toHaveLength(100);
    expect(first.events?.[0]?.stateEnteredEventDetails).toEqual({ name: 'S0', input: '{"secret":"of the input"}' });
    const rest = await sfn.send(new GetExecutionHistoryCommand({ executionArn: arn, nextToken: first.nextToken }));
    expect([rest.events?.length, rest.nextToken]).toEqual([20, undefined]);
    const newest = await sfn.send(
      new GetExecutionHistoryCommand({
        executionArn: arn,
        reverseOrder: true,
        includeExecutionData: false,
        maxResults: 2,
      }),
    );
    expect(newest.events?.map(({ id, stateEnteredEventDetails }) => [id, stateEnteredEventDetails])).toEqual([
      [120, { name: 'S119' }],
      [119, { name: 'S118' }],
    ]);
  });

  test('stops when it exceeds its time', async () => {
    const execution = await ended(
      await start({ Pause: { Type: 'Wait', Seconds: 3600, End: true } }, {}, { TimeoutSeconds: 60 }),
    );
    expect(execution).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
  });

  test('stops when a person stops it', async () => {
    const arn = await start({ Pause: { Type: 'Wait', Seconds: 3600, End: true } }, {});
    await sfn.send(new StopExecutionCommand({ executionArn: arn, error: 'Operator', cause: 'enough' }));
    expect(await ended(arn)).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'enough' });
  });

  test('keeps a deleted state machine until its last execution has ended, and ends that at its next state', async () => {
    const definition = JSON.stringify({
      StartAt: 'Pause',
      States: {
        Pause: { Type: 'Wait', Seconds: 3600, Next: 'Longer' },
        Longer: { Type: 'Wait', Seconds: 3600, End: true },
      },
    });
    const create = () => sfn.send(new CreateStateMachineCommand({ name: 'replaced', definition, roleArn }));
    const { stateMachineArn } = await create();
    // The clock does not skip the wait while something is at work.
    let release = () => undefined as unknown;
    const held = clock.working(
      new Promise<void>((resolve) => {
        release = resolve;
      }),
    );
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    const describe = () => sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect((await describe()).status).toBe('DELETING');
    await expect(create()).rejects.toMatchObject({ name: 'StateMachineDeleting' });
    await expect(sfn.send(new StartExecutionCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: 'StateMachineDeleting',
    });
    release();
    await held;
    await clock.advance(3_601_000);
    await expect(describe()).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    await expect(sfn.send(new DescribeExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
    });
    await create();
  });

  test("fails, whatever is caught, when a state's payload exceeds 256 KiB", async () => {
    const twice = { Type: 'Pass', Parameters: { 'a.$': '$.text', 'b.$': '$.text' }, Next: 'B' };
    const caught = {
      Type: 'Parallel',
      Branches: [{ StartAt: 'C', States: { C: { Type: 'Pass', End: true } } }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'D' }],
      End: true,
    };
    const states = { A: twice, B: caught, D: { Type: 'Succeed' } };
    expect(await ended(await start(states, { text: 'x'.repeat(140_000) }))).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
    });
    expect((await ended(await start(states, { text: 'x'.repeat(120_000) }))).status).toBe('SUCCEEDED');
  });

  test('refuses a definition that is none', async () => {
    const create = sfn.send(
      new CreateStateMachineCommand({
        name: 'broken',
        definition: '{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}',
        roleArn,
      }),
    );
    await expect(create).rejects.toMatchObject({ name: 'InvalidDefinition' });
  });

  test('the same name with another input is refused, with the same input it is the same execution', async () => {
    const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 600, End: true } } });
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name: 'once', definition, roleArn }));
    const send = (input: string) => sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'delivery-1', input }));
    const first = await send('{"a":1}');
    expect((await send('{"a":1}')).executionArn).toBe(first.executionArn);
    await expect(send('{"a":2}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  it('lists a bucket, as S3 counts', async () => {
    const { endpoint, region, administrator: credentials } = host.platform;
    const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    await s3.send(
      new CreateBucketCommand({ Bucket: 'files', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    await s3.send(new PutObjectCommand({ Bucket: 'files', Key: 'in/2030-03-01/a.csv', Body: 'x' }));
    s3.destroy();
    host.policies.putInlinePolicy(roleArn, 'List', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::files' }],
    });
    const list = {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:s3:listObjectsV2',
      Parameters: { Bucket: 'files', 'Prefix.$': '$.prefix', MaxKeys: 1 },
      ResultSelector: { 'count.$': '$.KeyCount' },
      End: true,
    };
    const execution = await ended(await start({ List: list }, { prefix: 'in/2030-03-01/' }));
    expect({
      status: execution.status,
      output: execution.output,
      cause: execution.cause,
      error: execution.error,
    }).toMatchObject({ status: 'SUCCEEDED', output: '{"count":1}' });
    expect((await ended(await start({ List: list }, { prefix: 'none/' }))).output).toBe('{"count":0}');
  });
});
