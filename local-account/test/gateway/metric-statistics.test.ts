import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type Dimension,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  type GetMetricStatisticsCommandInput,
  type MetricDatum,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import type { PlatformHost } from '../../gateway/platform-host';
import { latencies, noStatistics, statisticCases } from '../fixtures/metric-statistics';
import { FixedClock, testPlatform } from '../fixtures/test-platform';

const minute = 60_000;

describe('CloudWatch, asked for statistics', () => {
  const clock = new FixedClock();
  const start = Math.floor(clock.now() / minute) * minute - 10 * minute;
  let host: PlatformHost;
  let client: CloudWatchClient;

  beforeAll(async () => {
    host = await testPlatform({ clock });
    const { endpoint, region, administrator: credentials } = host.platform;
    client = new CloudWatchClient({ endpoint, region, credentials, maxAttempts: 1 });
    await put(
      'Latency',
      latencies.map((Value) => ({ Value })),
      [{ Name: 'Variant', Value: 'a' }],
    );
    await put('Latency', [{ Value: 9000 }], [{ Name: 'Variant', Value: 'b' }]);
    await put('Sets', [{ StatisticValues: { SampleCount: 2, Sum: 30, Minimum: 10, Maximum: 20 } }]);
    await put('Sets', [{ StatisticValues: { SampleCount: 3, Sum: 30, Minimum: 10, Maximum: 10 } }], [], 1);
    await put('Below', [{ Values: [-1, 5], Counts: [1, 20] }]);
  }, 60_000);

  afterAll(async () => {
    client.destroy();
    await host.stop();
  });

  const put = (MetricName: string, data: Omit<MetricDatum, 'MetricName'>[], Dimensions: Dimension[] = [], after = 0) =>
    client.send(
      new PutMetricDataCommand({
        Namespace: 'Mine',
        MetricData: data.map((one) => ({
          ...one,
          MetricName,
          Dimensions,
          Timestamp: new Date(start + after * minute + 20_000),
        })),
      }),
    );
  const metric = (MetricName: string, variant?: string) => ({
    Namespace: 'Mine',
    MetricName,
    ...(variant === undefined ? {} : { Dimensions: [{ Name: 'Variant', Value: variant }] }),
  });
  const data = (
    Metric: ReturnType<typeof metric>,
    stats: readonly string[],
    more: Partial<GetMetricDataCommandInput> = {},
  ) =>
    client.send(
      new GetMetricDataCommand({
        StartTime: new Date(start + 30_000),
        EndTime: new Date(start + 5 * minute),
        MetricDataQueries: stats.map((Stat, index) => ({ Id: `m${index}`, MetricStat: { Metric, Stat, Period: 60 } })),
        ...more,
      }),
    );
  const statistics = (Metric: ReturnType<typeof metric>, more: Partial<GetMetricStatisticsCommandInput>) =>
    client.send(
      new GetMetricStatisticsCommand({
        ...Metric,
        Period: 300,
        StartTime: new Date(start),
        EndTime: new Date(start + 10 * minute),
        ...more,
      }),
    );

  it('computes each of them of one metric alone, in periods from the whole minute on', async () => {
    const { MetricDataResults = [] } = await data(
      metric('Latency', 'a'),
      statisticCases.map(([stat]) => stat),
    );
    const found = MetricDataResults.map(({ Values, Timestamps }) => [Values?.[0], Timestamps?.[0]?.getTime()]);
    statisticCases.forEach(([stat, expected], index) => {
      const [value, at] = found[index] ?? [];
      expect([stat, value === undefined ? undefined : Math.round(value * 1e6) / 1e6]).toEqual([stat, expected]);
      expect(at).toBe(expected === undefined ? undefined : start);
    });
  });

  it('names what is no statistic', async () => {
    await expect(data(metric('Latency', 'a'), ['p50', ...noStatistics])).rejects.toMatchObject({
      name: expect.stringMatching(/^Validation/),
      message: noStatistics
        .map(
          (one, at) =>
            `The value ${one} for parameter MetricDataQueries.member.${at + 2}.MetricStat.Stat is not a valid statistic.`,
        )
        .join('\n'),
    });
    await expect(statistics(metric('Latency', 'a'), { ExtendedStatistics: ['p50', 'p101'] })).rejects.toMatchObject({
      name: expect.stringContaining('InvalidParameterValue'),
    });
  });

  it('has no percentile of statistic sets whose values are unknown, nor of negative values', async () => {
    const values = async (name: string, stats: string[]) =>
      (await data(metric(name), stats, { ScanBy: 'TimestampAscending' })).MetricDataResults?.map((one) => one.Values);
    expect(await values('Sets', ['p50', 'Average'])).toEqual([[10], [15, 10]]);
    expect(await values('Below', ['p50', 'tm99', 'Minimum'])).toEqual([[], [], [-1]]);
  });

  it('gives percentiles beside their period in GetMetricStatistics, and refuses both kinds at once', async () => {
    const { Datapoints } = await statistics(metric('Latency', 'a'), { ExtendedStatistics: ['p50', 'p95', 'tm90'] });
    expect(Datapoints).toEqual([
      { Timestamp: new Date(start), Unit: 'None', ExtendedStatistics: { p50: 50, p95: 100, tm90: 50 } },
    ]);
    const simple = await statistics(metric('Latency', 'b'), { Statistics: ['Average', 'SampleCount'] });
    expect(simple.Datapoints).toEqual([{ Timestamp: new Date(start), Unit: 'None', Average: 9000, SampleCount: 1 }]);
    await expect(
      statistics(metric('Latency', 'a'), { Statistics: ['Sum'], ExtendedStatistics: ['p50'] }),
    ).rejects.toMatchObject({ name: expect.stringContaining('InvalidParameterCombination') });
  });

  it('takes a metric without dimensions for a metric of its own', async () => {
    expect((await statistics(metric('Latency'), { Statistics: ['Sum'] })).Datapoints).toEqual([]);
  });

  it('refuses more than 1,440 data points', async () => {
    const StartTime = new Date(start - 24 * 60 * minute);
    await expect(statistics(metric('Latency', 'a'), { Period: 60, StartTime, Statistics: ['Sum'] })).rejects.toThrow(
      'You have requested up to 1450 datapoints, which exceeds the limit of 1440.',
    );
  });

  it('refuses to page by name', async () => {
    await expect(data(metric('Latency', 'a'), ['p50'], { MaxDatapoints: 1 })).rejects.toThrow(
      'MaxDatapoints and NextToken are not supported by the local account',
    );
  });

  it('keeps the extended statistic of an alarm as it was given', async () => {
    await client.send(
      new PutMetricAlarmCommand({
        ...metric('Latency', 'a'),
        AlarmName: 'trimmed',
        ExtendedStatistic: 'TM(10%:90%)',
        EvaluateLowSampleCountPercentile: 'ignore',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['trimmed'] }));
    expect(MetricAlarms).toMatchObject([
      { ExtendedStatistic: 'TM(10%:90%)', EvaluateLowSampleCountPercentile: 'ignore' },
    ]);
  });
});
