import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalAccount, startLocalAccount } from '../local-account';
import { testContainerPython, testPython } from './fixtures/test-platform';
import { callerOf } from './pages/caller';
import { type Caller, SEEDS } from './pages/seeds';

/** Times that a caller gave, or that AWS gives for something that it has of its own. */
const given = /^(cloudwatch:GetMetric|sagemaker:|service-quotas:)/;

/** What the lists do not show. */
const ALSO: readonly (readonly [string, string, object])[] = [
  ['iam', 'GetRole', { RoleName: 'list-1' }],
  ['iam', 'GetPolicy', { PolicyArn: 'arn:aws:iam::123456789012:policy/list-1' }],
  ['cloudwatch', 'ListDashboards', {}],
  ['athena', 'GetWorkGroup', { WorkGroup: 'primary' }],
  ['athena', 'ListWorkGroups', {}],
  ['kms', 'DescribeKey', { KeyId: 'alias/list-1' }],
  ['s3', 'HeadObject', { Bucket: 'list-1', Key: 'dated' }],
  ['sqs', 'GetQueueAttributes', { QueueUrl: 'list-1', AttributeNames: ['All'] }],
  ['cloudformation', 'DescribeStacks', { StackName: 'dated' }],
  ['cloudformation', 'DescribeStackEvents', { StackName: 'dated' }],
  ['lambda', 'GetFunctionConfiguration', { FunctionName: 'list-1' }],
  [
    'states',
    'DescribeStateMachine',
    { stateMachineArn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:list-1' },
  ],
  ['ssm', 'GetParameter', { Name: 'dated' }],
];

/** Every time in an answer, in milliseconds, by its member. */
function timesIn(value: unknown, name = ''): [string, number][] {
  if (value instanceof Date) return [[name, value.getTime()]];
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) =>
      key === '$metadata' ? [] : timesIn(inner, /^\d+$/.test(key) ? name : key),
    );
  if (!/(time|timestamp|date|modified)$/i.test(name)) return [];
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return [[name, Date.parse(value)]];
  if (/^1\d{9}(\.\d+)?$/.test(String(value))) return [[name, Number(value) * 1000]];
  return /^1\d{12}$/.test(String(value)) ? [[name, Number(value)]] : [];
}

describe('every time that a service tells is on the clock of the account:', () => {
  const folder = mkdtempSync(join(tmpdir(), 'local-account-times-'));
  let account: LocalAccount;
  let call: Caller;
  let destroy = (): void => undefined;

  beforeAll(async () => {
    const [python, containerPython] = [await testPython(), await testContainerPython()];
    account = await startLocalAccount({ folder, python, containerPython });
    ({ call, destroy } = callerOf(account.client));
    // Far from the computer's.
    await account.clock.advance(5 * 24 * 3_600_000);
  }, 120_000);
  afterAll(async () => {
    destroy();
    await account.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('what is made now was made now', async () => {
    const began = account.clock.now();
    const wrong: string[] = [];
    let number = 0;
    const look = (operation: string, answer: unknown): void => {
      for (const [name, at] of timesIn(answer)) {
        number += 1;
        // Some services tell whole seconds.
        if (at < began - 1_000 || at > account.clock.now() + 1_000)
          wrong.push(`${operation} ${name}: ${new Date(at).toISOString()}`);
      }
    };
    for (const [name, seed] of Object.entries(SEEDS)) {
      const [service = '', operation = ''] = name.split(':');
      const input = await seed(call, account);
      if (!given.test(name)) look(name, await call(service, operation, input));
    }
    await call('cloudwatch', 'PutDashboard', { DashboardName: 'dated', DashboardBody: '{"widgets":[]}' });
    await call('ssm', 'PutParameter', { Name: 'dated', Value: 'x', Type: 'String' });
    await call('s3', 'PutObject', { Bucket: 'list-1', Key: 'dated', Body: 'x' });
    const template = { Resources: { Queue: { Type: 'AWS::SQS::Queue' } } };
    await call('cloudformation', 'CreateStack', { StackName: 'dated', TemplateBody: JSON.stringify(template) });
    for (const [service, operation, input] of ALSO)
      look(`${service}:${operation}`, await call(service, operation, input));
    expect(wrong).toEqual([]);
    expect(number).toBeGreaterThan(100);
  }, 120_000);
});
