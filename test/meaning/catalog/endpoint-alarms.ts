import { vcpusOf } from '../../../lib/monitoring/metrics/metrics';
import { coldStartMilliseconds } from '../../../lib/serving/serving-pattern';
import { at } from '../../gates/template';
import { type AlarmEntry, realTime, silence, type World, withEndpoint } from '../alarm-entry';
import {
  backlogMetric,
  endpointName,
  environmentOf,
  gauge,
  instanceMetric,
  instanceType,
  requestMetric,
  resource,
  traffic,
} from '../publishers';
import type { Phase } from '../timeline';

/** 1 for a request that failed, 0 for one that did not: the average is the share. Of 100 requests a minute. */
const failing = (world: World, metric: string, variant: string) => (minutes: number, share: number) =>
  traffic(requestMetric(world, metric, variant), minutes, { 0: 100 - share, 1: share });

/** The three alarms that roll a release back, for one variant. */
const rollbackAlarms = (construct: string, variant: string, where: AlarmEntry['in']): readonly AlarmEntry[] => [
  {
    alarm: `Serving/${construct}ServerErrors`,
    in: where,
    statistic: 'Average',
    before: (world) => [failing(world, 'Invocation5XXErrors', variant)(10, 0)],
    causes: (world) => {
      const failed = failing(world, 'Invocation5XXErrors', variant);
      return {
        'one request in ten fails': [failed(4, 10)],
        'requests fail, but not in each minute': [failed(1, 30), failed(1, 0), failed(1, 30)],
      };
    },
    repair: () => [silence(10)],
    normal: (world) => {
      const failed = failing(world, 'Invocation5XXErrors', variant);
      return {
        'one request in a hundred fails': [failed(30, 1)],
        'a worker crashes: for one minute everything fails': [failed(5, 0), failed(1, 100), failed(20, 0)],
        'no request comes at night': [failed(5, 0), silence(60)],
      };
    },
  },
  {
    alarm: `Serving/${construct}ClientErrors`,
    in: where,
    statistic: 'Average',
    before: (world) => [failing(world, 'Invocation4XXErrors', variant)(10, 3)],
    causes: (world) => ({
      'a new model refuses half of what the old one accepted': [failing(world, 'Invocation4XXErrors', variant)(4, 50)],
    }),
    repair: () => [silence(10)],
    normal: (world) => {
      const refused = failing(world, 'Invocation4XXErrors', variant);
      return {
        'one request in twenty is wrong': [refused(30, 5)],
        'a client sends wrong requests for a minute': [refused(5, 5), refused(1, 90), refused(20, 5)],
        'no request comes at night': [refused(5, 5), silence(60)],
      };
    },
  },
  {
    alarm: `Serving/${construct}Latency`,
    in: where,
    before: (world) => [latency(world, variant)(10, 0.4)],
    causes: (world) => ({
      'one request in ten takes half as long again as promised': [latency(world, variant)(4, 0.4, 1.5)],
    }),
    repair: () => [silence(10)],
    normal: (world) => ({
      'requests take half of what is promised': [latency(world, variant)(30, 0.5)],
      'one request in a hundred takes three times as long as promised': [latency(world, variant)(30, 0.4, 3, 1)],
      'a new instance is slow for a minute': [
        latency(world, variant)(5, 0.4),
        latency(world, variant)(1, 0.4, 5),
        latency(world, variant)(20, 0.4),
      ],
      'no request comes at night': [latency(world, variant)(5, 0.4), silence(60)],
    }),
  },
];

/** Most of 100 requests take one share of the promised response time, some take another. */
const latency =
  (world: World, variant: string) =>
  (minutes: number, usual: number, slow = usual, slowRequests = 10) => {
    const promised = world.problem.serving.maximumLatencyMilliseconds * 1_000;
    const metric = requestMetric(world, 'ModelLatency', variant);
    return traffic(
      metric,
      minutes,
      slow === usual
        ? { [usual * promised]: 100 }
        : { [usual * promised]: 100 - slowRequests, [slow * promised]: slowRequests },
    );
  };

/** SageMaker's part, in milliseconds: most of 100 requests take one time, some another. */
const overhead =
  (world: World) =>
  (minutes: number, usual: number, slow = usual + 1, slowRequests = 10) =>
    traffic(requestMetric(world, 'OverheadLatency'), minutes, {
      [usual * 1_000]: 100 - slowRequests,
      [slow * 1_000]: slowRequests,
    });

const cpu = (world: World) => (minutes: number, share: number) =>
  traffic(instanceMetric(world, 'CPUUtilization'), minutes, { [share * 100 * vcpusOf(instanceType(world))]: 2 });

/** Requests a minute and instance, as a share of what automatic scaling aims at. 1/instances is sent for each request. */
const load = (world: World) => (minutes: number, share: number) => {
  const policy = resource(world, 'Serving/LiveEndpointInstanceCountTargetRequests').properties;
  const target = Number(at(policy, 'TargetTrackingScalingPolicyConfiguration.TargetValue'));
  return traffic(requestMetric(world, 'InvocationsPerInstance'), minutes, { 0.5: Math.round(2 * share * target) });
};

const idle = (world: World, from: number, hours: number) => {
  const environment = environmentOf(world, 'Monitoring/IdleEndpointWatchFunction');
  const metric = {
    namespace: String(environment.METRIC_NAMESPACE),
    name: 'EndpointIdleHours',
    dimensions: { EndpointName: String(environment.ENDPOINT_NAME) },
  };
  return { minutes: hours * 60, every: 60, emit: (tick: number) => [{ metric, value: from + tick }] };
};

/** Cold starts: of 40 within five minutes, most take one share of what the pattern assumes, some another. */
const setup =
  (world: World) =>
  (minutes: number, share: number, slow = share, slowOnes = 8): Phase => {
    const metric = requestMetric(world, 'ModelSetupTime');
    const value = (one: number) => one * coldStartMilliseconds * 1_000;
    return {
      minutes,
      every: 5,
      emit: () => [
        { metric, value: value(share), count: 40 - slowOnes },
        { metric, value: value(slow), count: slowOnes },
      ],
    };
  };

const concurrency = (world: World) => (minutes: number, share: number) =>
  traffic(requestMetric(world, 'ServerlessConcurrentExecutionsUtilization'), minutes, { [share]: 20 });

const age = (world: World) => (minutes: number, share: number) =>
  gauge(
    backlogMetric(world, 'ApproximateAgeOfOldestRequest'),
    minutes,
    (share * world.problem.serving.maximumLatencyMilliseconds) / 1_000,
  );

export const endpointAlarms: readonly AlarmEntry[] = [
  ...rollbackAlarms('RollbackAlarms', 'live', withEndpoint),
  ...rollbackAlarms('ChallengerAlarms', 'challenger', ['variants']),
  {
    alarm: 'Monitoring/AlarmsOverhead',
    in: realTime,
    before: (world) => [overhead(world)(20, 10)],
    causes: (world) => ({ 'one request in ten waits 300 ms in SageMaker': [overhead(world)(20, 10, 300)] }),
    repair: () => [silence(20)],
    normal: (world) => ({
      'SageMaker adds 20 ms': [overhead(world)(60, 20)],
      'one request in a hundred waits for half a second': [overhead(world)(60, 10, 500, 1)],
      'new connections make five slow minutes': [
        overhead(world)(20, 10),
        overhead(world)(5, 10, 400),
        overhead(world)(30, 10),
      ],
      'no request comes at night': [overhead(world)(20, 10), silence(60)],
    }),
  },
  {
    alarm: 'Monitoring/AlarmsCpu',
    in: [...realTime, 'asynchronous'],
    statistic: 'Average',
    before: (world) => [cpu(world)(20, 0.3)],
    causes: (world) => ({ 'all vCPUs are busy for 20 minutes': [cpu(world)(20, 0.95)] }),
    repair: () => [silence(20)],
    normal: (world) => ({
      'the vCPUs are half busy': [cpu(world)(60, 0.55)],
      'they are busy for five minutes, until scaling helps': [
        cpu(world)(20, 0.3),
        cpu(world)(5, 1),
        cpu(world)(20, 0.4),
      ],
      'there is no instance': [cpu(world)(5, 0.3), silence(60)],
    }),
  },
  {
    alarm: 'Monitoring/AlarmsScalingAtMaximum',
    in: realTime,
    statistic: 'Sum',
    before: (world) => [load(world)(20, 0.5)],
    causes: (world) => ({
      'each instance gets a third more than scaling aims at, for half an hour': [load(world)(30, 1.33)],
    }),
    repair: (world) => [load(world)(5, 0.5), silence(20)],
    normal: (world) => ({
      'the load is what scaling aims at, or less': [load(world)(60, 0.9)],
      'twice the load until the new instances serve': [load(world)(20, 0.5), load(world)(8, 2), load(world)(20, 0.9)],
      'no request comes at night': [load(world)(20, 0.5), silence(60)],
    }),
  },
  {
    alarm: 'Monitoring/IdleEndpointEndpointIdle',
    in: realTime,
    statistic: 'Maximum',
    counts: true,
    causes: (world) => ({ 'nobody uses the endpoint for a day and a third': [idle(world, 0, 33)] }),
    lasts: (world) => [idle(world, 33, 12)],
    repair: (world) => [idle(world, 0, 2)],
    normal: (world) => ({
      'a night without requests': [idle(world, 0, 13), idle(world, 0, 3)],
      'there is no endpoint': [idle(world, 0, 2), silence(600)],
    }),
  },
  {
    alarm: 'Monitoring/ServerlessAlarmsColdStart',
    in: ['serverless'],
    causes: (world) => ({
      'one cold start in five takes twice as long as the pattern assumes': [setup(world)(15, 0.4, 2)],
    }),
    repair: () => [silence(20)],
    normal: (world) => ({
      'containers start in half the time': [setup(world)(60, 0.5)],
      'one cold start in forty is slow': [setup(world)(60, 0.5, 3, 1)],
      'the image is slow to load for some minutes': [setup(world)(10, 0.5), setup(world)(5, 3), setup(world)(30, 0.5)],
      'there is no cold start': [setup(world)(5, 0.5), silence(60)],
    }),
  },
  {
    alarm: 'Monitoring/ServerlessAlarmsConcurrencyAtMaximum',
    in: ['serverless'],
    statistic: 'Maximum',
    before: (world) => [concurrency(world)(5, 0.4)],
    causes: (world) => ({
      'all executions are in use for five minutes': [concurrency(world)(5, 1)],
      'they are in use in every other minute': [1, 0.6, 1, 0.6, 1].map((share) => concurrency(world)(1, share)),
    }),
    repair: () => [silence(10)],
    normal: (world) => ({
      'half of the executions are in use': [concurrency(world)(30, 0.5)],
      'a burst of a minute': [concurrency(world)(5, 0.4), concurrency(world)(1, 1), concurrency(world)(10, 0.4)],
      'no request comes at night': [concurrency(world)(5, 0.4), silence(60)],
    }),
  },
  {
    alarm: 'Monitoring/AsynchronousAlarmsRequestsWait',
    in: ['asynchronous'],
    statistic: 'Maximum',
    before: (world) => [age(world)(5, 0)],
    causes: (world) => ({ 'the oldest request waits half as long again as promised': [age(world)(5, 1.5)] }),
    repair: (world) => [age(world)(5, 0), silence(10)],
    normal: (world) => ({
      'requests wait half the promised time': [age(world)(30, 0.5)],
      'a new instance takes over a late queue': [age(world)(5, 0.5), age(world)(1, 1.2), age(world)(10, 0.2)],
      'there is no endpoint': [age(world)(5, 0), silence(60)],
    }),
  },
  {
    alarm: 'Monitoring/AsynchronousAlarmsInferenceFailures',
    in: ['asynchronous'],
    statistic: 'Sum',
    counts: true,
    // Written only when a request fails.
    causes: (world) => ({ 'two requests fail each minute': [gauge(backlogFailures(world), 5, 1, 0.5)] }),
    repair: () => [silence(10)],
    normal: (world) => ({
      'a single request is bad': [silence(5), gauge(backlogFailures(world), 1, 1), silence(20)],
      'requests succeed': [silence(30)],
    }),
  },
  {
    alarm: 'Serving/LiveBacklogWithoutCapacity',
    in: ['asynchronous'],
    statistic: 'Average',
    counts: true,
    // The endpoint publishes each minute, and the alarm scales instead of notifying.
    silence: 'nothing',
    before: (world) => [gauge(backlogMetric(world, 'HasBacklogWithoutCapacity'), 5, 0)],
    causes: (world) => ({
      'requests wait and no instance runs': [gauge(backlogMetric(world, 'HasBacklogWithoutCapacity'), 4, 1)],
    }),
    repair: (world) => [gauge(backlogMetric(world, 'HasBacklogWithoutCapacity'), 4, 0)],
    normal: (world) => ({
      'instances run, or nothing waits': [gauge(backlogMetric(world, 'HasBacklogWithoutCapacity'), 30, 0)],
      'there is no endpoint': [silence(30)],
    }),
  },
];

function backlogFailures(world: World) {
  return {
    namespace: 'AWS/SageMaker',
    name: 'InvocationFailures',
    dimensions: { EndpointName: endpointName(world), VariantName: 'live' },
  };
}
