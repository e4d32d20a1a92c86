import { matches, parsePattern } from 'local-account/events/event-pattern';
import { parseSchedule } from 'local-account/events/schedule-expression';

import type { Finding } from '../gates/finding';
import { at, type Value } from '../gates/template';
import { day, type World } from './alarm-entry';
import { type Event, rules } from './catalog/rules';
import { schedules } from './catalog/schedules';
import type { Deployed } from './deployed';
import { ticksOf } from './timeline';

/** Rules that do not match the event they are for, or match another; rules without an entry, and entries without rule. */
export function ruleFindings(world: World): Finding[] {
  const deployed = world.stacks
    .of('AWS::Events::Rule')
    .filter(({ properties }) => properties.EventPattern !== undefined);
  const entries = rules.filter((entry) => entry.in.includes(world.configuration));
  return [
    ...unlisted(
      deployed,
      entries.map(({ rule }) => rule),
      'test/meaning/catalog/rules.ts',
    ),
    ...entries.flatMap(({ rule, ...entry }): Finding[] =>
      deployed
        .filter(({ name }) => name === rule)
        .flatMap(({ name, properties }) => {
          const place = `rule ${name}`;
          try {
            const pattern = parsePattern(JSON.stringify(properties.EventPattern));
            const wanted = entry.matches(world);
            return [
              ...wanted
                .filter((event) => !matches(pattern, event))
                .map((event) => ({ place, problem: `does not match ${about(event)}` })),
              ...[...entry.ignores(world), ...wanted.flatMap(similar)]
                .filter((event) => matches(pattern, event))
                .map((event) => ({ place, problem: `matches what it is not for: ${about(event)}` })),
            ];
          } catch (error) {
            return [{ place, problem: `cannot be evaluated: ${(error as Error).message}` }];
          }
        }),
    ),
  ];
}

/** What somebody else could send, and other events of the same service. */
function similar(event: Event): Event[] {
  return [
    { ...event, source: 'custom.application' },
    { ...event, 'detail-type': 'Another Change' },
    { ...event, detail: {} },
  ];
}

function about(event: Event): string {
  return `${event.source} "${event['detail-type']}" ${JSON.stringify(event.detail)}`;
}

/** Schedules that run too seldom or too often. */
export function scheduleFindings(world: World): Finding[] {
  const deployed = world.stacks
    .of('AWS::Events::Rule', 'AWS::SageMaker::MonitoringSchedule', 'AWS::Scheduler::Schedule')
    .filter((one) => expressionOf(one) !== undefined);
  const entries = schedules.filter((entry) => entry.in.includes(world.configuration));
  return [
    ...unlisted(
      deployed,
      entries.map(({ schedule }) => schedule),
      'test/meaning/catalog/schedules.ts',
    ),
    ...deployed.flatMap((one): Finding[] => {
      const entry = entries.find(({ schedule }) => schedule === one.name);
      if (entry === undefined) return [];
      const place = `schedule ${one.name}`;
      const state = one.properties.State ?? 'ENABLED';
      if (state !== 'ENABLED') return [{ place, problem: `is ${String(state)}` }];
      try {
        const runs = ticksOf(parseSchedule(String(expressionOf(one))), 30);
        const gaps = runs.slice(1).map((run, index) => run - (runs[index] ?? 0));
        if (gaps.length === 0 || Math.max(...gaps, runs[0] ?? 0) > Math.max(entry.atLeastEvery, day))
          return [{ place, problem: `does not run every ${entry.atLeastEvery} minutes: ${entry.why}` }];
        if (Math.max(...gaps) > entry.atLeastEvery)
          return [
            {
              place,
              problem: `runs only every ${Math.max(...gaps)} minutes, not every ${entry.atLeastEvery}: ${entry.why}`,
            },
          ];
        if (Math.min(...gaps) < entry.atMostEvery)
          return [
            {
              place,
              problem: `runs every ${Math.min(...gaps)} minutes, more often than every ${entry.atMostEvery}: ${entry.why}`,
            },
          ];
        return [];
      } catch (error) {
        return [{ place, problem: (error as Error).message }];
      }
    }),
  ];
}

function expressionOf({ properties }: Deployed): Value | undefined {
  return properties.ScheduleExpression ?? at(properties, 'MonitoringScheduleConfig.ScheduleConfig.ScheduleExpression');
}

function unlisted(deployed: readonly Deployed[], listed: readonly string[], file: string): Finding[] {
  const names = deployed.map(({ name }) => name);
  return [
    ...names
      .filter((name) => !listed.includes(name))
      .map((place) => ({ place, problem: `${file} does not say what it is for` })),
    ...listed
      .filter((name) => !names.includes(name))
      .map((place) => ({ place, problem: `is listed in ${file} and not deployed` })),
  ];
}
