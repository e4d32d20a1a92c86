import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker';
import { type Checkpoint, type CheckpointContext, expect, expectSome } from '../checkpoint';

const minute = 60_000;
/** The alarms evaluate three minutes; one more, because a minute's metrics may miss its evaluation. */
const minutesOfTraffic = 4;
const minutesToClear = 15;
const requestsPerMinute = 50;

interface Limit {
  /** Construct id of the alarm. */
  readonly alarm: string;
  readonly metric: string;
  readonly usual: number;
  readonly bad: number;
  /** Of 50 requests: this many bad ones are tolerated, and with this many the alarm must go off. */
  readonly tolerated: number;
  readonly tooMany: number;
}

/**
 * What an operator expects of the alarms that roll a canary back. Written down here, not read from the stacks: a
 * loosened threshold must fail this checkpoint.
 */
const limits: readonly Limit[] = [
  // 4 % of failing requests are tolerated, 6 % are not.
  { alarm: 'ServerErrors', metric: 'Invocation5XXErrors', usual: 0, bad: 1, tolerated: 2, tooMany: 3 },
  // 20 % of refused requests are tolerated, 40 % are not.
  { alarm: 'ClientErrors', metric: 'Invocation4XXErrors', usual: 0, bad: 1, tolerated: 10, tooMany: 20 },
  // Microseconds. The problem promises 200 ms: 2 % of requests may take 300 ms, 10 % may not.
  { alarm: 'Latency', metric: 'ModelLatency', usual: 20_000, bad: 300_000, tolerated: 1, tooMany: 5 },
];

export const alarmLimits: Checkpoint = {
  id: 'alarm-limits',
  sentence:
    'The alarms that roll a canary back tolerate a few bad requests and go off at 6 % failed, 40 % refused, or 10 % slow requests; then they clear.',
  topics: ['MON-01', 'SYMPTOM-04', 'SYMPTOM-05'],
  async run(stage) {
    const send = await trafficFor(stage);
    for (let at = 0; at < minutesOfTraffic; at += 1) await send(({ tolerated }) => tolerated);
    await expectStates(stage, 'OK', 'tolerable');
    for (let at = 0; at < minutesOfTraffic; at += 1) await send(({ tooMany }) => tooMany);
    await expectStates(stage, 'ALARM', 'bad');
    await stage.rehearsal.clock.advance(minutesToClear * minute);
    await expectStates(stage, 'OK', 'no');
    for (const { alarm, tooMany } of limits)
      stage.note(alarm, `goes off at ${(tooMany / requestsPerMinute) * 100} % of the requests`);
  },
};

/** Publishes a minute's metrics of the live variant, as SageMaker does: one value for each request. */
async function trafficFor(stage: CheckpointContext): Promise<(bad: (limit: Limit) => number) => Promise<void>> {
  const { platform } = stage.rehearsal;
  const EndpointName = await stage.operator.output('Serving', 'EndpointName');
  const endpoint = await stage.operator.clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
  const VariantName = expectSome(endpoint.ProductionVariants?.[0]?.VariantName, 'the live variant');
  return async (bad) => {
    for (const limit of limits)
      for (let request = 0; request < requestsPerMinute; request += 1)
        platform.putMetric({
          namespace: 'AWS/SageMaker',
          name: limit.metric,
          dimensions: { EndpointName, VariantName },
          value: request < bad(limit) ? limit.bad : limit.usual,
          at: platform.clock.now(),
        });
    await platform.clock.advance(minute);
  };
}

async function expectStates({ operator }: CheckpointContext, state: string, traffic: string): Promise<void> {
  const { MetricAlarms = [] } = await operator.clients.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: `${operator.stackPrefix}-Serving-RollbackAlarms` }),
  );
  for (const { alarm } of limits) {
    const found = expectSome(
      MetricAlarms.find(({ AlarmName }) => AlarmName?.includes(`RollbackAlarms${alarm}`)),
      `the alarm ${alarm}`,
    );
    expect(
      found.StateValue === state,
      `the alarm ${alarm} is ${found.StateValue} after ${traffic} traffic, not ${state}: ${found.StateReason ?? ''}`,
    );
  }
}
