import type { MetricData, MetricDefinition } from '@aws-sdk/client-sagemaker';
import { validation } from '../errors';

/** Reads an algorithm's metrics from its log lines, as metric definitions say. */
export class TrainingMetrics {
  private readonly expressions: readonly (readonly [string, RegExp])[];
  private readonly last = new Map<string, MetricData>();

  constructor(readonly definitions: readonly MetricDefinition[]) {
    this.expressions = definitions.map(({ Name, Regex }) => {
      try {
        return [Name ?? '', new RegExp(Regex ?? '')] as const;
      } catch {
        throw validation(`The Regex '${Regex}' of metric definition ${Name} is not supported by the local account`);
      }
    });
  }

  /** The metrics in a log line. */
  read(line: string, at: Date): MetricData[] {
    return this.expressions.flatMap(([name, expression]) => {
      const value = Number(expression.exec(line)?.[1] ?? Number.NaN);
      if (!Number.isFinite(value)) {
        return [];
      }
      const datum = { MetricName: name, Value: value, Timestamp: at };
      this.last.set(name, datum);
      return [datum];
    });
  }

  /** Those of a snapshot. */
  static of({ definitions, final }: Pick<TrainingMetrics, 'definitions' | 'final'>): TrainingMetrics {
    const metrics = new TrainingMetrics(definitions);
    for (const datum of final) metrics.last.set(datum.MetricName ?? '', datum);
    return metrics;
  }

  /** FinalMetricDataList: the last value of each. */
  get final(): MetricData[] {
    return [...this.last.values()];
  }
}
