import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutMetricFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { PlatformHost } from '../../gateway/platform-host';
import { clientOf, FixedClock, testPlatform } from '../fixtures/test-platform';

describe('reading logs', () => {
  const clock = new FixedClock();
  const start = clock.now();
  const arn = 'arn:aws:logs:eu-west-1:123456789012:log-group:/jobs/one';
  let host: PlatformHost;
  let logs: CloudWatchLogsClient;

  const found = async (input: Partial<FilterLogEventsCommandInput>): Promise<string[]> => {
    const asked = { logGroupName: '/jobs/one', ...input };
    return ((await logs.send(new FilterLogEventsCommand(asked))).events ?? []).map(({ message }) => message ?? '');
  };

  beforeAll(async () => {
    host = await testPlatform({ clock });
    logs = new CloudWatchLogsClient(clientOf(host));
    for (const logGroupName of ['/jobs/one', '/jobs/two', '/other'])
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
    const write = async (logStreamName: string, ...messages: [number, string][]): Promise<void> => {
      const stream = { logGroupName: '/jobs/one', logStreamName };
      await logs.send(new CreateLogStreamCommand(stream));
      const logEvents = messages.map(([at, message]) => ({ timestamp: start + at, message }));
      await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
    };
    await write('train/a', [0, '{"level":"ERROR","rows":3}'], [20, 'fine words'], [40, '{"level":"INFO","rows":9}']);
    await write('train/b', [10, 'fine'], [30, 'words -- "quoted"']);
    await write('serve/c', [5, 'ERROR in serving']);
  });
  afterAll(async () => {
    logs.destroy();
    await host.stop();
  });

  test('takes the streams that a prefix or a list names, in the order of time', async () => {
    const training = [
      '{"level":"ERROR","rows":3}',
      'fine',
      'fine words',
      'words -- "quoted"',
      '{"level":"INFO","rows":9}',
    ];
    expect(await found({ logStreamNamePrefix: 'train/' })).toEqual(training);
    expect(await found({ logStreamNames: ['train/b', 'serve/c'] })).toEqual([
      'ERROR in serving',
      'fine',
      'words -- "quoted"',
    ]);
    expect(await found({ logStreamNamePrefix: 'none' })).toEqual([]);
    await expect(found({ logStreamNamePrefix: 'train/', logStreamNames: ['train/a'] })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(found({ logStreamNames: ['nowhere'] })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('reads a filter pattern as it is written, or refuses it by name', async () => {
    expect(await found({ filterPattern: '{ $.rows > 5 }' })).toEqual(['{"level":"INFO","rows":9}']);
    expect(await found({ filterPattern: '?fine ?serving' })).toEqual(['ERROR in serving', 'fine', 'fine words']);
    expect(await found({ filterPattern: 'words -fine' })).toEqual(['words -- "quoted"']);
    await expect(found({ filterPattern: '[level, rows]' })).rejects.toThrow('is not supported by the local account');
    await expect(found({ filterPattern: '{ $.rows > 5' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test.each([
    ['the earliest first', true],
    ['the latest first', false],
  ])('comes in pages, %s, with and without a pattern', async (_, startFromHead) => {
    for (const filterPattern of [undefined, '-ERROR']) {
      const whole = await found({ filterPattern });
      const pages: string[] = [];
      let nextToken: string | undefined;
      do {
        const input = { logGroupName: '/jobs/one', filterPattern, startFromHead, limit: 2, nextToken };
        const page = await logs.send(new FilterLogEventsCommand(input));
        pages.push(...(page.events ?? []).map(({ message }) => message ?? ''));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      expect(pages).toEqual(startFromHead ? whole : whole.reverse());
    }
    await expect(found({ nextToken: 'made up' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('the end of a time range is part of FilterLogEvents and not of GetLogEvents', async () => {
    const range = { startTime: start + 20, endTime: start + 40 };
    expect(await found({ ...range, logStreamNames: ['train/a'] })).toHaveLength(2);
    const stream = { logGroupIdentifier: arn, logStreamName: 'train/a' };
    const { events } = await logs.send(new GetLogEventsCommand({ ...stream, ...range, startFromHead: true }));
    expect(events?.map(({ message }) => message)).toEqual(['fine words']);
  });

  test('a group is named by its name or by an identifier, not by both and not by neither', async () => {
    for (const logGroupIdentifier of [arn, '/jobs/one'])
      expect(await found({ logGroupName: undefined, logGroupIdentifier })).toHaveLength(6);
    const other = new DescribeLogStreamsCommand({ logGroupIdentifier: arn.replace('one', 'none') });
    await expect(logs.send(other)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(found({ logGroupIdentifier: arn })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(found({ logGroupName: undefined })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(found({ unmask: true })).rejects.toThrow('unmask is not supported by the local account');
  });

  test('lines are what was written, whatever a terminal or a page would make of them', async () => {
    const lines = [
      '\u001b[31mred\u001b[0m',
      '\u001b]0;title\u0007',
      '</script><script>alert(1)</script>',
      'a\nb\r\nc\td',
    ]
      .concat(['"quotes" and \\ and \u0001', '\u202Egnp.exe', '日本 🙂', '${jndi:ldap://x}', '{{7*7}}'])
      .map((message, at) => ({ message, timestamp: start + at }));
    const stream = { logGroupName: '/other', logStreamName: '<img src=x>/../"quoted"' };
    await logs.send(new CreateLogStreamCommand(stream));
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents: lines }));
    const { events } = await logs.send(new GetLogEventsCommand({ ...stream, startFromHead: true }));
    expect(events?.map(({ message }) => message)).toEqual(lines.map(({ message }) => message));
    expect(await found({ logGroupName: '/other', filterPattern: '"</script>"' })).toEqual([lines[2]?.message]);
  });

  test('groups are listed by prefix, by a part of their name, by identifier and by class', async () => {
    const groups = async (input: object) =>
      ((await logs.send(new DescribeLogGroupsCommand(input))).logGroups ?? []).map(({ logGroupName }) => logGroupName);
    expect(await groups({ logGroupNamePrefix: '/jobs/' })).toEqual(['/jobs/one', '/jobs/two']);
    expect(await groups({ logGroupNamePattern: 'o' })).toEqual(['/jobs/one', '/jobs/two', '/other']);
    expect(await groups({ logGroupNamePattern: 'tw' })).toEqual(['/jobs/two']);
    expect(await groups({ logGroupIdentifiers: [arn, '/other'] })).toEqual(['/jobs/one', '/other']);
    expect(await groups({ logGroupClass: 'DELIVERY' })).toEqual([]);
    await expect(groups({ logGroupNamePrefix: '/', logGroupNamePattern: 'o' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(groups({ includeLinkedAccounts: true })).rejects.toThrow('is not supported by the local account');
    const rare = new CreateLogGroupCommand({ logGroupName: '/rare', logGroupClass: 'INFREQUENT_ACCESS' });
    await expect(logs.send(rare)).rejects.toThrow('INFREQUENT_ACCESS is not supported by the local account');
    const metricTransformations = [{ metricName: 'm', metricNamespace: 'n', metricValue: '1' }];
    const filter = { logGroupName: '/other', filterName: 'f', filterPattern: 'x', metricTransformations };
    await logs.send(new PutMetricFilterCommand(filter));
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/other' }));
    expect(logGroups?.[0]).toMatchObject({ metricFilterCount: 1, logGroupClass: 'STANDARD' });
  });
});
