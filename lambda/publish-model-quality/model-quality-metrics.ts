import { type MetricDatum, type MetricSink, unitOf } from '../metrics/metric-sink';
import { type ObjectStore, readText } from '../storage/object-store';

/** One line of the model quality run's metrics.json. */
interface WrittenMetric {
  readonly namespace: string;
  readonly name: string;
  readonly value: number;
  readonly unit?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
}

export interface ModelQualityRequest {
  /** Key prefix of the model quality run's files. */
  readonly resultPrefix: string;
}

export interface ModelQualitySettings {
  readonly endpointName: string;
  readonly scheduleName: string;
}

export interface PublishedModelQuality {
  readonly published: number;
  /**
   * Number of violated constraints by kind (Quality, Cost, Bias, Attribution). Kinds that had too few labels are left
   * out.
   */
  readonly violations: Readonly<Record<string, number>>;
  /** Kinds with at least one violated constraint. */
  readonly violated: readonly string[];
}

const violationMetric = /^([A-Z][a-z]+)Violations$/;

/**
 * Publishes with the current time, not with the time of the requests: labels arrive days later, and alarms evaluate the
 * present. Kinds with too few labels are not in the file, and their alarms keep their state.
 */
export async function publishModelQuality(
  store: ObjectStore,
  sink: MetricSink,
  settings: ModelQualitySettings,
  request: ModelQualityRequest,
): Promise<PublishedModelQuality> {
  const metrics = await readMetrics(store, `${request.resultPrefix}/metrics.json`);
  const byNamespace = new Map<string, MetricDatum[]>();
  for (const metric of metrics) {
    const data = byNamespace.get(metric.namespace) ?? [];
    data.push(datumOf(metric, settings));
    byNamespace.set(metric.namespace, data);
  }
  for (const [namespace, data] of byNamespace) await sink.put(namespace, data);

  const violations: Record<string, number> = {};
  for (const { name, value } of metrics) {
    const kind = violationMetric.exec(name)?.[1];
    if (kind !== undefined) violations[kind] = value;
  }
  return {
    published: metrics.length,
    violations,
    violated: Object.keys(violations).filter((kind) => (violations[kind] ?? 0) > 0),
  };
}

function datumOf(metric: WrittenMetric, settings: ModelQualitySettings): MetricDatum {
  const dimensions = {
    Endpoint: settings.endpointName,
    MonitoringSchedule: settings.scheduleName,
    ...metric.dimensions,
  };
  return {
    MetricName: metric.name,
    Value: metric.value,
    Unit: unitOf(metric.unit),
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  };
}

async function readMetrics(store: ObjectStore, key: string): Promise<WrittenMetric[]> {
  const parsed: unknown = JSON.parse(await readText(store, key));
  if (!Array.isArray(parsed)) throw new Error(`${key} must hold a list of {namespace, name, value, unit, dimensions}`);
  // CloudWatch refuses NaN and infinities, and one refused datum refuses the whole call.
  return (parsed as WrittenMetric[]).filter(
    (one) => typeof one.name === 'string' && typeof one.namespace === 'string' && Number.isFinite(one.value),
  );
}
