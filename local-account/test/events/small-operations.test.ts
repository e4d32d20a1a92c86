import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, CreateLogGroupCommand, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  EventBridgeClient,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListTagsForResourceCommand as ListRuleTagsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateFunctionCommand,
  GetAccountSettingsCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListVersionsByFunctionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  CreateStateMachineCommand,
  ListStateMachineVersionsCommand,
  ListTagsForResourceCommand,
  SFNClient,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import {
  AssumeRoleCommand,
  type Credentials,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { strToU8, zipSync } from 'fflate';
import { type EventServices, startEvents } from '../../events/start-events';
import type { PlatformHost } from '../../gateway/platform-host';
import { testPlatform } from '../fixtures/test-platform';

const Role = 'arn:aws:iam::123456789012:role/Function';
const trust = (principal: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
});
const failure = async (work: Promise<unknown>): Promise<[string, string]> =>
  work.then(
    () => ['no error', ''],
    (error: Error) => [error.name, error.message],
  );

describe('small operations', () => {
  let host: PlatformHost;
  let services: EventServices;
  let client: { endpoint: string; region: string; credentials: PlatformHost['platform']['administrator'] };

  beforeAll(async () => {
    host = await testPlatform();
    services = startEvents(host);
    const { endpoint, region, administrator: credentials } = host.platform;
    client = { endpoint, region, credentials };
    host.policies.putRole({ arn: Role, trust: trust({ Service: ['lambda.amazonaws.com', 'states.amazonaws.com'] }) });
    host.policies.putRole({
      arn: 'arn:aws:iam::123456789012:role/Person',
      trust: trust({ AWS: 'arn:aws:iam::123456789012:root' }),
    });
  });

  afterAll(async () => {
    await services.stop();
    await host.stop();
  });

  describe('of EventBridge', () => {
    const event = {
      id: '1',
      account: '123456789012',
      source: 'lake',
      time: '2030-01-01T00:00:00Z',
      region: 'eu-west-1',
      resources: [],
      'detail-type': 'Arrived',
      detail: { rows: 3 },
    };
    const test = (pattern: object, of: object) =>
      new EventBridgeClient(client).send(
        new TestEventPatternCommand({ EventPattern: JSON.stringify(pattern), Event: JSON.stringify(of) }),
      );

    it('tests a pattern on an event that has all its fields', async () => {
      expect((await test({ source: ['lake'], detail: { rows: [{ numeric: ['>', 2] }] } }, event)).Result).toBe(true);
      expect((await test({ source: ['sea'] }, event)).Result).toBe(false);
      expect((await failure(test({ source: 'lake' }, event)))[0]).toBe('InvalidEventPatternException');
      expect((await failure(test({ source: ['lake'] }, { source: 'lake' })))[0]).toBe('ValidationException');
    });

    it('finds the rules of a target, the only bus, and tags', async () => {
      const events = new EventBridgeClient(client);
      const Arn = 'arn:aws:sqs:eu-west-1:123456789012:q';
      const { RuleArn: ResourceARN } = await events.send(
        new PutRuleCommand({ Name: 'daily', ScheduleExpression: 'rate(1 day)', Tags: [{ Key: 'team', Value: 'ml' }] }),
      );
      await events.send(new PutTargetsCommand({ Rule: 'daily', Targets: [{ Id: 'q', Arn }] }));
      expect((await events.send(new ListRuleNamesByTargetCommand({ TargetArn: Arn }))).RuleNames).toEqual(['daily']);
      expect((await events.send(new ListRuleNamesByTargetCommand({ TargetArn: `${Arn}2` }))).RuleNames).toEqual([]);
      expect((await events.send(new ListEventBusesCommand({}))).EventBuses).toEqual([
        { Name: 'default', Arn: 'arn:aws:events:eu-west-1:123456789012:event-bus/default' },
      ]);
      expect((await events.send(new ListRuleTagsCommand({ ResourceARN }))).Tags).toEqual([
        { Key: 'team', Value: 'ml' },
      ]);
      const other = new PutRuleCommand({ Name: 'x', ScheduleExpression: 'rate(1 day)', EventBusName: 'mine' });
      expect(await failure(events.send(other))).toEqual([
        'ResourceNotFoundException',
        'Event bus mine does not exist.',
      ]);
    });

    it('has no schedules of the Scheduler', async () => {
      const scheduler = new SchedulerClient(client);
      expect((await scheduler.send(new ListSchedulesCommand({}))).Schedules).toEqual([]);
      expect((await failure(scheduler.send(new GetScheduleCommand({ Name: 'x' }))))[0]).toBe(
        'ResourceNotFoundException',
      );
    });
  });

  describe('of Lambda', () => {
    const FunctionName = 'echo';
    const code = zipSync({ 'index.js': strToU8("exports.handler = async () => { console.log('hello'); return 1; };") });
    const create = (more: object = {}) =>
      new CreateFunctionCommand({
        FunctionName,
        Role,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: code },
        Tags: { team: 'ml' },
        ...more,
      });

    it('describe a function: code hash, versions, concurrency, tags, usage', async () => {
      const lambda = new LambdaClient(client);
      const made = await lambda.send(create());
      expect([made.CodeSha256, made.CodeSize]).toEqual([expect.stringMatching(/^[\w+/]{43}=$/), code.length]);
      const { Versions } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
      expect(Versions?.map(({ Version, FunctionArn }) => [Version, FunctionArn])).toEqual([
        ['$LATEST', `${made.FunctionArn}:$LATEST`],
      ]);
      const { ReservedConcurrentExecutions } = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }));
      expect(ReservedConcurrentExecutions).toBeUndefined();
      expect((await lambda.send(new ListEventSourceMappingsCommand({}))).EventSourceMappings).toEqual([]);
      expect((await lambda.send(new GetFunctionCommand({ FunctionName }))).Tags).toEqual({ team: 'ml' });
      const { AccountUsage } = await lambda.send(new GetAccountSettingsCommand({}));
      expect(AccountUsage).toEqual({ TotalCodeSize: code.length, FunctionCount: 1 });
    });

    it('tell a change by revision and time, and the end of a log', async () => {
      const lambda = new LambdaClient(client);
      const before = (await lambda.send(new GetFunctionCommand({ FunctionName }))).Configuration;
      await host.platform.clock.advance(60_000);
      const after = await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9 }));
      expect(after.RevisionId).not.toBe(before?.RevisionId);
      expect(after.LastModified! > before!.LastModified!).toBe(true);
      const again = (await lambda.send(new GetFunctionCommand({ FunctionName }))).Configuration;
      expect(again?.RevisionId).toBe(after.RevisionId);
      const { LogResult } = await lambda.send(new InvokeCommand({ FunctionName, LogType: 'Tail' }));
      expect(Buffer.from(LogResult ?? '', 'base64').toString()).toMatch(/^START .*hello.*REPORT .*\n$/s);
    });

    it('refuse by name what would not be done', async () => {
      const lambda = new LambdaClient({ ...client, maxAttempts: 1 });
      const layers = create({ FunctionName: 'x', Layers: ['arn:aws:lambda:eu-west-1:123456789012:layer:l:1'] });
      expect(await failure(lambda.send(layers))).toEqual([
        'UnsupportedOperation',
        'lambda: Layers is not supported by the local account',
      ]);
    });
  });

  it('of Step Functions: definitions are checked, versions listed, tags kept, Express refused', async () => {
    const sfn = new SFNClient({ ...client, maxAttempts: 1 });
    const definition = JSON.stringify({ StartAt: 'End', States: { End: { Type: 'Succeed' } } });
    expect(await sfn.send(new ValidateStateMachineDefinitionCommand({ definition }))).toMatchObject({ result: 'OK' });
    const wrong = await sfn.send(new ValidateStateMachineDefinitionCommand({ definition: '{"StartAt":"A"}' }));
    expect([wrong.result, wrong.diagnostics?.[0].code]).toEqual(['FAIL', 'SCHEMA_VALIDATION_FAILED']);
    const machine = { name: 'm', definition, roleArn: Role, tags: [{ key: 'team', value: 'ml' }] };
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand(machine));
    expect((await sfn.send(new ListStateMachineVersionsCommand({ stateMachineArn }))).stateMachineVersions).toEqual([]);
    expect((await sfn.send(new ListTagsForResourceCommand({ resourceArn: stateMachineArn }))).tags).toEqual(
      machine.tags,
    );
    const express = new CreateStateMachineCommand({ ...machine, name: 'e', type: 'EXPRESS' });
    expect((await failure(sfn.send(express)))[1]).toBe('states: type EXPRESS is not supported by the local account');
  });

  it('gives session tokens to users, and to no session', async () => {
    const sts = new STSClient({ ...client, maxAttempts: 1 });
    const as = (keys: Credentials | undefined) =>
      new STSClient({
        ...client,
        maxAttempts: 1,
        credentials: {
          accessKeyId: keys?.AccessKeyId ?? '',
          secretAccessKey: keys?.SecretAccessKey ?? '',
          sessionToken: keys?.SessionToken,
        },
      });
    const session = as((await sts.send(new GetSessionTokenCommand({}))).Credentials);
    expect((await session.send(new GetCallerIdentityCommand({}))).Arn).toContain(':user/administrator');
    const role = { RoleArn: 'arn:aws:iam::123456789012:role/Person', RoleSessionName: 'me' };
    const person = as((await sts.send(new AssumeRoleCommand(role))).Credentials);
    expect(await failure(person.send(new GetSessionTokenCommand({})))).toEqual([
      'AccessDenied',
      'Cannot call GetSessionToken with session credentials',
    ]);
  });

  it('of the store that it would only pretend are refused by name', async () => {
    const query = { Id: 'e1', Expression: "SEARCH('{AWS/Lambda} Errors', 'Sum', 60)" };
    const asked = new GetMetricDataCommand({
      MetricDataQueries: [query],
      StartTime: new Date(0),
      EndTime: new Date(1),
    });
    expect((await failure(new CloudWatchClient({ ...client, maxAttempts: 1 }).send(asked)))[1]).toContain(
      'an Expression (metric math, SEARCH, Metrics Insights) is not supported by the local account',
    );
    const logs = new CloudWatchLogsClient({ ...client, maxAttempts: 1 });
    await logs.send(new CreateLogGroupCommand({ logGroupName: 'g' }));
    const ask = (queryString: string) =>
      failure(logs.send(new StartQueryCommand({ logGroupName: 'g', startTime: 0, endTime: 1, queryString })));
    expect((await ask('fields @message | sort @timestamp desc | limit 5'))[0]).toBe('no error');
    expect((await ask('fields @message | filter @message like /x/'))[1]).toContain(
      'the command filter of a query is not supported by the local account',
    );
  });
});
