import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';

import type { Platform, ServiceCall } from '../platform';
import { jsonSnapshot } from '../snapshot/snapshot';
import { type AlarmDefinition, type Evaluation, evaluateAlarm } from './alarm-evaluation';
import type { AlarmState } from './alarm-state';
import type { ScalingAlarm } from './autoscaling';
import { Delivery, type FunctionInvoker } from './delivery';
import { dataOf, type MetricDataInput } from './metric-input';
import { type Dimensions, MetricStore } from './metric-store';

export interface Alarm {
  readonly definition: AlarmDefinition;
  readonly arn: string;
  state: AlarmState;
  reason: string;
  /** Whether the store already returns this state; for a new alarm it returns OK. */
  stored: boolean;
}

const MINUTE = 60_000;

/** Scaling policies, which are alarm actions too. */
export interface ScalingActions {
  invoke(policyArn: string, alarm: ScalingAlarm): Promise<void>;
}

/**
 * Evaluates alarms each virtual minute, as CloudWatch does for periods of a minute and more. Definitions and states
 * live in the store behind the gateway (moto), which evaluates nothing; they are followed from the calls that pass.
 */
export class AlarmEvaluator {
  private readonly alarms = new Map<string, Alarm>();
  private readonly metrics = new MetricStore();
  private readonly delivery: Delivery;
  private cancel: () => void = () => undefined;
  private evaluating: Promise<void> = Promise.resolve();
  private readonly byHand = new Set<Promise<void>>();
  private stopped = false;

  constructor(
    private readonly platform: Platform,
    functions: FunctionInvoker,
    private readonly scaling: ScalingActions,
  ) {
    this.delivery = new Delivery(platform, functions);
  }

  start(): void {
    this.cancel = this.platform.clock.schedule(
      (after) => (Math.floor(after / MINUTE) + 1) * MINUTE,
      // Most minutes change nothing, and such a minute is over at once: virtual days would otherwise be long.
      (at) =>
        this.all.some((alarm) => this.acts(alarm, at))
          ? this.platform.clock.working((this.evaluating = this.evaluateAll(at)))
          : undefined,
    );
  }

  /** Resolves when the minute at work has ended: it must not reach for what is gone. */
  async stop(): Promise<void> {
    this.cancel();
    this.stopped = true;
    await Promise.all([this.evaluating, ...this.byHand]);
  }

  readonly snapshot = jsonSnapshot(
    'alarms',
    () => ({ alarms: this.all, metrics: this.metrics.state() }),
    ({ alarms, metrics }) => {
      for (const alarm of alarms) this.alarms.set(alarm.definition.AlarmName, { ...alarm });
      this.metrics.take(metrics);
    },
  );

  get all(): readonly Alarm[] {
    return [...this.alarms.values()];
  }

  /** A datum that an AWS service publishes. */
  metric(datum: { namespace: string; name: string; dimensions: Dimensions; value: number; at?: number }): void {
    const at = datum.at ?? this.platform.clock.now();
    this.metrics.put(datum.namespace, datum.name, datum.dimensions, { at, value: datum.value });
  }

  /** A call that the store has answered: definitions of alarms, and metrics of our own. */
  observe(call: ServiceCall): void {
    if (call.service !== 'cloudwatch' && call.service !== 'monitoring') return;
    switch (call.operation) {
      case 'PutMetricAlarm':
        return this.define(call.input as unknown as AlarmDefinition);
      case 'DeleteAlarms':
        for (const name of (call.input.AlarmNames as string[] | undefined) ?? []) this.alarms.delete(name);
        return;
      case 'PutMetricData':
        return this.putMetricData(call.input as unknown as MetricDataInput);
      case 'SetAlarmState': {
        const alarm = this.alarms.get(String(call.input.AlarmName));
        if (alarm) this.setByHand(alarm, call.input.StateValue as AlarmState, String(call.input.StateReason));
        return;
      }
      default:
    }
  }

  /**
   * A caller sets a state to test what follows: the actions of the new state run, once. The alarm's next evaluation
   * sets it back ("SetAlarmState"). What the evaluator itself stores comes by here, too, and changes nothing.
   */
  private setByHand(alarm: Alarm, state: AlarmState, reason: string): void {
    const { clock } = this.platform;
    if (state === alarm.state) {
      alarm.reason = reason;
      return;
    }
    const change = this.change(alarm, state, reason, clock.now(), true).catch((error: Error) =>
      this.platform.record({
        kind: 'defect',
        summary: `alarm ${alarm.definition.AlarmName} could not be set by hand: ${error.message}`,
      }),
    );
    this.byHand.add(change);
    void clock.working(change).finally(() => this.byHand.delete(change));
  }

  // AWS: cloudwatch/new-alarms-lack-data
  private define(definition: AlarmDefinition): void {
    const { partition, region, accountId } = this.platform;
    const before = this.alarms.get(definition.AlarmName);
    this.alarms.set(definition.AlarmName, {
      definition,
      arn: `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:${definition.AlarmName}`,
      state: before?.state ?? 'INSUFFICIENT_DATA',
      reason: before?.reason ?? 'Unchecked: Initial alarm creation',
      stored: false,
    });
  }

  private putMetricData(input: MetricDataInput): void {
    for (const { name, dimensions, datum } of dataOf(input, this.platform.clock.now()))
      this.metrics.put(input.Namespace, name, dimensions, datum);
  }

  /** Whether the alarm can be evaluated; if not, the event log says so. */
  private acts(alarm: Alarm, at: number): boolean {
    try {
      const { state } = this.evaluate(alarm, at);
      return (
        !alarm.stored ||
        state !== alarm.state ||
        (state === 'ALARM' && (alarm.definition.AlarmActions ?? []).some(isScalingPolicy))
      );
    } catch {
      return true;
    }
  }

  private async evaluateAll(at: number): Promise<void> {
    for (const alarm of [...this.alarms.values()]) {
      if (this.stopped) return;
      const { AlarmName } = alarm.definition;
      try {
        const { state, reason, newest } = this.evaluate(alarm, at);
        if (this.alarms.get(AlarmName) !== alarm) continue;
        if (state !== alarm.state) await this.change(alarm, state, reason, at);
        else if (!alarm.stored) await this.store(alarm);
        if (state === 'ALARM' && newest !== undefined) await this.scale(alarm.definition, newest);
      } catch (error) {
        // Deleted in the meantime: the store answers before the deletion is seen here.
        if (!(await this.exists(AlarmName))) continue;
        // One alarm that cannot be evaluated must not silence the others.
        this.platform.record({
          kind: 'defect',
          summary: `alarm ${AlarmName} could not be evaluated: ${(error as Error).message}`,
        });
      }
    }
  }

  /**
   * "If the action is an Auto Scaling action, the alarm continues to invoke it for every period that it remains in the
   * new state."
   */
  private async scale(
    { AlarmName, AlarmActions = [], ActionsEnabled, Threshold = 0 }: AlarmDefinition,
    value: number,
  ): Promise<void> {
    if (ActionsEnabled === false) return;
    for (const action of AlarmActions.filter(isScalingPolicy))
      await this.scaling.invoke(action, { name: AlarmName, value, threshold: Threshold });
  }

  private evaluate({ definition, state }: Alarm, at: number): Evaluation {
    return evaluateAlarm(definition, state, this.metrics, at);
  }

  /** As the store says; an alarm that it cannot tell of counts as existing. */
  private async exists(name: string): Promise<boolean> {
    const client = this.client();
    try {
      const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
      return MetricAlarms.length > 0;
    } catch {
      return true;
    } finally {
      client.destroy();
    }
  }

  private client(): CloudWatchClient {
    const { endpoint, region, internalCredentials } = this.platform;
    return new CloudWatchClient({ endpoint, region, credentials: internalCredentials, maxAttempts: 1 });
  }

  /** Writes the state to the store, which serves DescribeAlarms. */
  private async store(alarm: Alarm): Promise<void> {
    const client = this.client();
    try {
      await client.send(
        new SetAlarmStateCommand({
          AlarmName: alarm.definition.AlarmName,
          StateValue: alarm.state,
          StateReason: alarm.reason,
        }),
      );
      alarm.stored = true;
    } finally {
      client.destroy();
    }
  }

  private async change(alarm: Alarm, state: AlarmState, reason: string, at: number, isStored = false): Promise<void> {
    const previous = { value: alarm.state, reason: alarm.reason };
    Object.assign(alarm, { state, reason, stored: isStored });
    const { definition, arn } = alarm;
    const { region, accountId } = this.platform;
    if (!isStored) await this.store(alarm);
    const timestamp = new Date(at).toISOString().replace('Z', '+0000');
    this.platform.record({
      kind: 'alarm',
      summary: `${definition.AlarmName}: ${previous.value} -> ${state}: ${reason}`,
      detail: { name: definition.AlarmName, state },
    });
    this.platform.emit({
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      resources: [arn],
      detail: {
        alarmName: definition.AlarmName,
        state: { value: state, reason, timestamp },
        previousState: { ...previous, timestamp },
        configuration: {
          description: definition.AlarmDescription ?? '',
          metrics: [
            {
              id: 'm1',
              metricStat: {
                metric: {
                  namespace: definition.Namespace,
                  name: definition.MetricName,
                  dimensions: Object.fromEntries((definition.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
                },
                period: definition.Period,
                stat: definition.Statistic ?? definition.ExtendedStatistic,
              },
              returnData: true,
            },
          ],
        },
      },
    });
    if (definition.ActionsEnabled === false) return;
    const actions =
      {
        ALARM: definition.AlarmActions,
        OK: definition.OKActions,
        INSUFFICIENT_DATA: definition.InsufficientDataActions,
      }[state] ?? [];
    const message = JSON.stringify({
      AlarmName: definition.AlarmName,
      AlarmDescription: definition.AlarmDescription ?? null,
      AWSAccountId: accountId,
      NewStateValue: state,
      NewStateReason: reason,
      StateChangeTime: timestamp,
      Region: region,
      AlarmArn: arn,
      OldStateValue: previous.value,
    });
    for (const action of actions.filter((one) => !isScalingPolicy(one))) {
      await this.delivery
        .publish(
          'cloudwatch.amazonaws.com',
          arn,
          action,
          message,
          `${state}: "${definition.AlarmName}" in ${region}`.slice(0, 100),
        )
        .catch((error: Error) =>
          this.platform.record({
            kind: 'undelivered',
            summary: `alarm ${definition.AlarmName} could not notify ${action}: ${error.message}`,
          }),
        );
    }
  }
}

function isScalingPolicy(arn: string): boolean {
  return arn.split(':')[2] === 'autoscaling';
}
