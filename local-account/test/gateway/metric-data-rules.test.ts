import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  type MetricDatum,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import type { PlatformHost } from '../../gateway/platform-host';
import { FixedClock, testPlatform } from '../fixtures/test-platform';

const hour = 3_600_000;
const outOfRange = 'The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks.';

describe('CloudWatch, before it takes a metric', () => {
  const clock = new FixedClock();
  let host: PlatformHost;
  let client: CloudWatchClient;

  beforeAll(async () => {
    host = await testPlatform({ clock });
    client = new CloudWatchClient({
      endpoint: host.platform.endpoint,
      region: host.platform.region,
      credentials: host.platform.administrator,
      maxAttempts: 1,
    });
  }, 60_000);

  afterAll(async () => {
    client.destroy();
    await host.stop();
  });

  const put = async (MetricData: MetricDatum[], Namespace = 'Mine'): Promise<string> => {
    try {
      await client.send(new PutMetricDataCommand({ Namespace, MetricData }));
      return 'taken';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const at = (hours: number): MetricDatum => ({
    MetricName: 'Rows',
    Value: 1,
    Timestamp: new Date(clock.now() + hours * hour),
  });

  it.each([
    [0, 'taken'],
    [1.9, 'taken'],
    [2.1, outOfRange],
    [-14 * 24 + 0.1, 'taken'],
    [-14 * 24 - 0.1, outOfRange],
  ])('checks a timestamp %d hours from now: %s', async (hours, answer) => {
    expect(await put([at(hours)])).toBe(answer);
  });

  it('refuses all data of a call for one of them, and names each that is wrong', async () => {
    expect(await put([at(0), at(-400), at(3)], 'Whole')).toBe(
      outOfRange.replace('1.', '2.') + '\n' + outOfRange.replace('1.', '3.'),
    );
    const range = {
      StartTime: new Date(clock.now() - hour),
      EndTime: new Date(clock.now() + hour),
      Period: 3600,
      Statistics: ['Sum' as const],
    };
    expect(
      (await client.send(new GetMetricStatisticsCommand({ Namespace: 'Whole', MetricName: 'Rows', ...range })))
        .Datapoints,
    ).toEqual([]);
  });

  it.each<[string, MetricDatum[], string]>([
    [
      'not a number',
      [{ MetricName: 'Rows', Value: Number.NaN }],
      'The value NaN for parameter MetricData.member.1.Value is invalid.',
    ],
    [
      'a number beyond 2^360',
      [{ MetricName: 'Rows', Value: 2 ** 361 }],
      'for parameter MetricData.member.1.Value is invalid.',
    ],
    [
      'more than 1,000 metrics',
      Array.from({ length: 1_001 }, () => ({ MetricName: 'Rows', Value: 1 })),
      'The collection MetricData must not have a size greater than 1000.',
    ],
    [
      'a dimension without a value',
      [{ MetricName: 'Rows', Value: 1, Dimensions: [{ Name: 'Endpoint', Value: ' ' }] }],
      'Dimensions.member.1.Value is invalid.',
    ],
    [
      'a dimension that is not ASCII',
      [{ MetricName: 'Rows', Value: 1, Dimensions: [{ Name: 'Endpoint', Value: 'Köln' }] }],
      'Dimensions.member.1.Value is invalid.',
    ],
  ])('refuses %s', async (_what, data, words) => {
    expect(await put(data)).toContain(words);
  });

  it('keeps its own namespaces to itself', async () => {
    expect(await put([at(0)], 'AWS/SageMaker')).toBe('The value AWS/SageMaker for parameter Namespace is invalid.');
  });
});
