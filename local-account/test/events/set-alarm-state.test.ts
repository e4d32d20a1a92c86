import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { type EventServices, startEvents } from '../../events/start-events';
import type { PlatformHost } from '../../gateway/platform-host';
import type { BusEvent } from '../../platform';
import { testPlatform } from '../fixtures/test-platform';

describe('CloudWatch', () => {
  let host: PlatformHost;
  let services: EventServices;
  let cloudwatch: CloudWatchClient;
  const onBus: BusEvent[] = [];

  beforeAll(async () => {
    host = await testPlatform();
    services = startEvents(host);
    host.onEvent((event) => onBus.push(event));
    const { endpoint, region, administrator: credentials } = host.platform;
    cloudwatch = new CloudWatchClient({ endpoint, region, credentials, maxAttempts: 1 });
  });

  afterAll(async () => {
    cloudwatch.destroy();
    await services.stop();
    await host.stop();
  });

  it("runs an alarm's actions with the words of SetAlarmState, and keeps them", async () => {
    const AlarmName = 'tested';
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: 'Rows',
        MetricName: 'Bad',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        AlarmActions: ['arn:aws:sns:eu-west-1:123456789012:nobody'],
      }),
    );
    await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'a fire drill' }));
    const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
    expect(MetricAlarms?.map(({ StateValue, StateReason }) => [StateValue, StateReason])).toEqual([
      ['ALARM', 'a fire drill'],
    ]);
    expect(onBus.map(({ detail }) => detail)).toMatchObject([
      { alarmName: AlarmName, state: { value: 'ALARM', reason: 'a fire drill' } },
    ]);
    await services.alarms.stop();
    expect(host.eventLog.filter(({ kind }) => kind === 'undelivered').map(({ summary }) => summary)).toEqual([
      expect.stringContaining('alarm tested could not notify arn:aws:sns:eu-west-1:123456789012:nobody'),
    ]);
  });

  it('lists each metric once, by namespace, name and dimensions', async () => {
    const datum = (MetricName: string, Value: string) => ({
      MetricName,
      Value: 1,
      ...(Value ? { Dimensions: [{ Name: 'Endpoint', Value }] } : {}),
    });
    for (let time = 0; time < 3; time += 1) {
      await cloudwatch.send(
        new PutMetricDataCommand({
          Namespace: 'Flights',
          MetricData: [datum('Delays', ''), datum('Delays', 'one'), datum('Delays', 'two'), datum('Rows', 'one')],
        }),
      );
    }
    const list = async (more: object) => {
      const { Metrics = [] } = await cloudwatch.send(new ListMetricsCommand({ Namespace: 'Flights', ...more }));
      return Metrics.map(({ MetricName, Dimensions = [] }) => `${MetricName} ${Dimensions[0]?.Value ?? ''}`).sort();
    };
    expect(await list({})).toEqual(['Delays ', 'Delays one', 'Delays two', 'Rows one']);
    expect(await list({ MetricName: 'Delays', Dimensions: [{ Name: 'Endpoint' }] })).toEqual([
      'Delays one',
      'Delays two',
    ]);
    expect(await list({ Dimensions: [{ Name: 'Endpoint', Value: 'one' }] })).toEqual(['Delays one', 'Rows one']);
    expect(await list({ RecentlyActive: 'PT3H' })).toHaveLength(4);
    await host.platform.clock.advance(4 * 3_600_000);
    expect(await list({ RecentlyActive: 'PT3H' })).toEqual([]);
    expect(await list({})).toHaveLength(4);
  });
});
