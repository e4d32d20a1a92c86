import { parseFilterPattern, select } from 'local-account/events/filter-pattern';

import type { Finding } from '../gates/finding';
import type { DeployedStacks } from './deployed';
import type { Metric } from './timeline';

interface Transformation {
  readonly MetricName: string;
  readonly MetricNamespace: string;
  readonly MetricValue: string;
}

/** Filters that no line of the catalog needs, and filters that count a line as anything else than one. */
export function filterFindings(stacks: DeployedStacks): Finding[] {
  return stacks.of('AWS::Logs::MetricFilter').flatMap(({ name, properties }) =>
    (properties.MetricTransformations as unknown as Transformation[])
      // An event that repairs what another broke counts 0.
      .filter(({ MetricValue }) => !['0', '1'].includes(MetricValue))
      .map(({ MetricValue }) => ({ place: `metric filter ${name}`, problem: `counts a line as ${MetricValue}` })),
  );
}

/** The metric filters of all stacks, matched as the local account matches them. */
export class LogFilters {
  private readonly parsed = new Map<string, (line: string) => boolean>();

  constructor(private readonly stacks: DeployedStacks) {}

  /** What a line of a log group adds to metrics. */
  match(logGroup: string, line: string): { metric: Metric; value: number; count?: number; age?: number }[] {
    return this.stacks
      .of('AWS::Logs::MetricFilter')
      .filter(({ properties: { LogGroupName } }) => LogGroupName === logGroup)
      .filter(({ properties: { FilterPattern } }) => this.filter(String(FilterPattern))(line))
      .flatMap(({ properties: { MetricTransformations } }) =>
        (MetricTransformations as unknown as Transformation[]).map(({ MetricNamespace, MetricName, MetricValue }) => ({
          metric: { namespace: MetricNamespace, name: MetricName, dimensions: {} },
          value: Number(MetricValue.startsWith('$') ? select(JSON.parse(line), MetricValue) : MetricValue),
        })),
      );
  }

  private filter(pattern: string): (line: string) => boolean {
    const known = this.parsed.get(pattern) ?? parseFilterPattern(pattern);
    this.parsed.set(pattern, known);
    return known;
  }
}
