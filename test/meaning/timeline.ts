import { type AlarmDefinition, evaluateAlarm } from 'local-account/events/alarm-evaluation';
import type { AlarmState } from 'local-account/events/alarm-state';
import { MetricStore } from 'local-account/events/metric-store';

import type { Deployed, DeployedStacks } from './deployed';
import { LogFilters } from './log-filters';

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What is published at one time: values of a metric, or lines of a log group. */
export type Emission =
  | {
      readonly metric: Metric;
      readonly value: number;
      readonly count?: number;
      /** Minutes between its timestamp and the time when it is published. @default 0 */
      readonly age?: number;
    }
  | { readonly logGroup: string; readonly line: string };

/** Part of a timeline: what is published, from its beginning on, every so many minutes. */
export interface Phase {
  readonly minutes: number;
  /** @default 1 */
  readonly every?: number;
  /** What is published at a tick; they count from 0. @default nothing: silence */
  readonly emit?: (tick: number) => readonly Emission[];
}

const minute = 60_000;
const start = Date.parse('2030-01-15T00:00:00Z');

/**
 * The states of an alarm over the phases, by the local account's own evaluation of alarms and matching of log lines.
 * The last state of each phase, every state that the phase had, and whether data became missing in it.
 */
export function statesOf(
  alarm: Deployed,
  stacks: DeployedStacks,
  phases: readonly Phase[],
): { readonly last: AlarmState; readonly had: ReadonlySet<AlarmState>; readonly lapsed: boolean }[] {
  const definition = { ...alarm.properties, AlarmName: alarm.name } as unknown as AlarmDefinition;
  const metrics = new MetricStore();
  const filters = new LogFilters(stacks);
  const total = phases.reduce((sum, { minutes }) => sum + minutes, 0);
  // CloudWatch evaluates each minute. Over days, every ten minutes show the same.
  const step = total > 1_000 ? 10 : 1;
  let state: AlarmState = 'INSUFFICIENT_DATA';
  let from = 0;
  const results = [];
  for (const { minutes, every = 1, emit = () => [] } of phases) {
    const had = new Set<AlarmState>();
    let lapsed = false;
    let tick = 0;
    for (let now = step; now <= minutes; now += step) {
      for (; tick * every < now; tick += 1) {
        const at = start + (from + tick * every) * minute + 1_000;
        for (const one of emit(tick)) {
          const data = 'metric' in one ? [one] : filters.match(one.logGroup, one.line);
          for (const { metric, value, count, age = 0 } of data)
            metrics.put(metric.namespace, metric.name, metric.dimensions, { at: at - age * minute, value, count });
        }
      }
      const { state: next } = evaluateAlarm(definition, state, metrics, start + (from + now) * minute);
      lapsed ||= next === 'INSUFFICIENT_DATA' && state !== next;
      state = next;
      had.add(state);
    }
    results.push({ last: state, had, lapsed });
    from += minutes;
  }
  return results;
}

/** Minutes of a day, from midnight UTC, at which a schedule fires over so many days. */
export function ticksOf(next: (after: number) => number | undefined, days: number): number[] {
  const ticks: number[] = [];
  const end = start + days * 1_440 * minute;
  for (let at = next(start - 1); at !== undefined && at < end; at = next(at)) {
    ticks.push(Math.round((at - start) / minute));
    if (ticks.length > 5_000) break;
  }
  return ticks;
}
