import type { Platform, ServiceCall } from '../platform';
import { jsonSnapshot } from '../snapshot/snapshot';
import { type LogFilter, parseFilterPattern, select } from './filter-pattern';

interface Transformation {
  readonly metricName: string;
  readonly metricNamespace: string;
  /** A number, or a property such as $.rows. */
  readonly metricValue: string;
  readonly defaultValue?: number;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly unit?: string;
}

interface MetricFilter {
  /** The pattern of `matches`. */
  readonly pattern: string;
  readonly matches: LogFilter;
  readonly transformations: readonly Transformation[];
}

/**
 * Metric filters of CloudWatch Logs: makes metrics of log lines as they come in. Definitions are followed from the
 * calls to the store.
 */
export class MetricFilters {
  private readonly groups = new Map<string, Map<string, MetricFilter>>();

  constructor(private readonly platform: Platform) {}

  readonly snapshot = jsonSnapshot(
    'metric-filters',
    () =>
      [...this.groups].flatMap(([group, filters]) =>
        [...filters].map(([filterName, { pattern, transformations }]) => ({
          group,
          filter: { filterName, filterPattern: pattern, metricTransformations: [...transformations] },
        })),
      ),
    (saved) => {
      for (const { group, filter } of saved) this.put(group, filter);
    },
  );

  observe({ service, operation, input }: ServiceCall): void {
    if (service !== 'logs') return;
    const group = String(input.logGroupName);
    switch (operation) {
      case 'PutMetricFilter':
        return this.put(
          group,
          input as unknown as { filterName: string; filterPattern?: string; metricTransformations: Transformation[] },
        );
      case 'DeleteMetricFilter':
        this.groups.get(group)?.delete(String(input.filterName));
        return;
      case 'DeleteLogGroup':
        this.groups.delete(group);
        return;
      case 'PutLogEvents':
        return this.lines(
          group,
          (input.logEvents as { message: string }[]).map(({ message }) => message),
        );
      default:
    }
  }

  /** Lines that came into a group. */
  lines(group: string, lines: readonly string[]): void {
    for (const { matches, transformations } of this.groups.get(group)?.values() ?? []) {
      const found = lines.filter(matches);
      for (const one of transformations) {
        for (const line of found) this.publish(one, line);
        // "Metric value default": reported when log events came in and none matched.
        if (found.length === 0 && lines.length > 0 && one.defaultValue !== undefined)
          this.datum(one, one.defaultValue, {});
      }
    }
  }

  private put(
    group: string,
    {
      filterName,
      filterPattern = '',
      metricTransformations,
    }: { filterName: string; filterPattern?: string; metricTransformations: Transformation[] },
  ): void {
    const filters = this.groups.get(group) ?? new Map<string, MetricFilter>();
    this.groups.set(group, filters);
    try {
      filters.set(filterName, {
        pattern: filterPattern,
        matches: parseFilterPattern(filterPattern),
        transformations: metricTransformations,
      });
    } catch (error) {
      this.platform.record({
        kind: 'defect',
        summary: `metric filter ${filterName} of ${group}: ${(error as Error).message}`,
      });
    }
  }

  private publish(transformation: Transformation, line: string): void {
    const value = transformation.metricValue.startsWith('$')
      ? Number(select(JSON.parse(line), transformation.metricValue))
      : Number(transformation.metricValue);
    const dimensions = Object.entries(transformation.dimensions ?? {}).map(([name, path]) => [
      name,
      String(select(JSON.parse(line), path)),
    ]);
    // A line without the number that the metric is made of makes no datum.
    if (Number.isFinite(value))
      this.datum(transformation, value, Object.fromEntries(dimensions) as Record<string, string>);
  }

  private datum(
    { metricNamespace, metricName, unit }: Transformation,
    value: number,
    dimensions: Readonly<Record<string, string>>,
  ): void {
    this.platform.putMetric({ namespace: metricNamespace, name: metricName, dimensions, value, unit });
  }
}
