import type { BusEvent, LocalService, Platform, ServiceCall } from '../platform';
import type { ServiceModels } from '../service-model';
import type { Snapshot } from '../snapshot/snapshot';
import { AlarmEvaluator } from './alarms';
import { AutoScalingService } from './autoscaling';
import { EventBus } from './event-bus';
import { FirehoseService } from './firehose/service';
import { KinesisService } from './kinesis/service';
import { LambdaService } from './lambda/service';
import { MetricFilters } from './metric-filters';
import { QueueDepth } from './queue-depth';
import { schedulerService } from './scheduler';
import { StatesService } from './states/service';

/** What of the platform's host the event-driven services are connected to. */
export interface EventHost {
  readonly platform: Platform;
  readonly models: ServiceModels;
  registerService(service: LocalService): void;
  onEvent(listener: (event: BusEvent) => void): unknown;
  onCall(listener: (call: ServiceCall) => void): unknown;
  onLog(listener: (group: string, stream: string, lines: readonly string[]) => void): unknown;
  onMetric(listener: (datum: Parameters<Platform['putMetric']>[0]) => void): unknown;
}

export interface EventServices {
  readonly bus: EventBus;
  readonly functions: LambdaService;
  readonly streams: KinesisService;
  readonly machines: StatesService;
  readonly alarms: AlarmEvaluator;
  /** Of what they follow from calls to the store. */
  readonly snapshots: readonly Snapshot[];
  /** Resolves when nothing of them is at work any more. */
  stop(): Promise<void>;
}

/** Starts Lambda, Kinesis, Firehose, EventBridge, Step Functions, alarms, metric filters and Application Auto Scaling on a platform. */
export function startEvents(
  host: EventHost,
  functionEnvironment: Readonly<Record<string, string>> = {},
): EventServices {
  const { platform } = host;
  const streams = new KinesisService(platform);
  const functions = new LambdaService(platform, functionEnvironment, streams);
  const deliveries = new FirehoseService(platform, streams);
  const bus = new EventBus(platform, functions);
  const machines = new StatesService(platform, host.models);
  const scaling = new AutoScalingService(platform);
  const alarms = new AlarmEvaluator(platform, functions, scaling);
  for (const service of [functions, bus, machines, scaling, streams, deliveries, schedulerService(platform)])
    host.registerService(service);
  host.onEvent(
    (event) =>
      void bus.deliver(event).catch((error: Error) => platform.record({ kind: 'undelivered', summary: error.message })),
  );
  host.onCall((call) => alarms.observe(call));
  host.onMetric((datum) => alarms.metric(datum));
  const filters = new MetricFilters(platform);
  host.onCall((call) => filters.observe(call));
  host.onLog((group, _, lines) => filters.lines(group, lines));
  const depth = new QueueDepth(platform);
  host.onCall((call) => depth.observe(call));
  depth.start();
  alarms.start();
  return {
    bus,
    functions,
    streams,
    machines,
    alarms,
    snapshots: [alarms.snapshot, filters.snapshot, depth.snapshot],
    stop: async () => {
      // A minute at work may wait for what the others do; it ends when they end.
      const ended = [alarms.stop(), depth.stop()];
      bus.stop();
      machines.stop();
      functions.stop();
      await Promise.all([...ended, deliveries.stop()]);
    },
  };
}
