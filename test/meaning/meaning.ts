import { flightDisruption } from '../../lib/problem/flight-disruption';
import { otherPatterns } from '../fixtures/serving-patterns';
import type { Finding } from '../gates/finding';
import { caseByCase } from '../gates/security-check';
import type { ConfigurationName } from '../gates/synthesis';
import type { Templates } from '../gates/template';
import { alarmFindings } from './alarm-findings';
import { DeployedStacks } from './deployed';
import { ruleFindings, scheduleFindings } from './event-findings';
import { filterFindings } from './log-filters';

/**
 * What alarms, metric filters, rules, schedules and limits mean at the values of these templates: each must go off by
 * its cause and stay quiet in the normal case.
 */
export function findingsOfMeaning(configuration: ConfigurationName, templates: Templates): Finding[] {
  const { problem } =
    configuration in otherPatterns
      ? otherPatterns[configuration as keyof typeof otherPatterns]
      : { problem: flightDisruption };
  const world = { configuration, problem, stacks: new DeployedStacks(templates) };
  return [...alarmFindings(world), ...filterFindings(world.stacks), ...ruleFindings(world), ...scheduleFindings(world)];
}

export const meaning = caseByCase(
  'meaning',
  'each alarm, filter, rule, schedule and limit does its work at its deployed value',
  ({ synthesis, templates }) => findingsOfMeaning(synthesis.configuration, templates),
);
