import { type MetricDatum, type MetricSink, unitOf } from '../metrics/metric-sink';
import { type ObjectStore, readText } from '../storage/object-store';

/** One line of the analyzer's metrics.json. */
interface WrittenMetric {
  readonly name: string;
  readonly value: number;
  readonly unit?: string;
}

export interface Violation {
  readonly feature_name: string;
  readonly constraint_check_type: string;
  readonly description: string;
}

export interface PublishRequest {
  /** Key prefix of the analysis's result files. */
  readonly resultPrefix: string;
  /** End of the analyzed window. The metrics get the time of the requests, not the time of publishing. */
  readonly windowEnd: string;
  /**
   * Time of publishing. It is the timestamp if the window has not ended yet, because CloudWatch refuses future data.
   * @default the window's end
   */
  readonly now?: string;
  /** Schedule of the run. @default the schedule in the settings, which is our state machine's */
  readonly scheduleName?: string;
}

export interface PublishSettings {
  readonly endpointName: string;
  readonly scheduleName: string;
  /** Model Monitor's namespace, for the metrics that Model Monitor would write. */
  readonly featureNamespace: string;
  /** Our namespace, for the metrics that Model Monitor does not have. */
  readonly workflowNamespace: string;
  /** Columns of predictions. Their violations are counted separately. */
  readonly outputColumns: readonly string[];
  /** Features whose drift counts. Their largest distance is published as one metric. */
  readonly watchedFeatures: readonly string[];
  /** Whether each feature gets a metric, too: about forty metrics, each of which costs money. */
  readonly publishesFeatures: boolean;
  /** True with AWS's Model Monitor, which publishes the feature metrics and writes no distances. */
  readonly featuresPublishedElsewhere: boolean;
}

export interface PublishResult {
  /** Violations by features. A retraining can repair this kind of drift. */
  readonly violations: number;
  /** Violations by predictions. */
  readonly outputViolations: number;
  readonly published: number;
  readonly features: readonly string[];
  /** The watched feature that is furthest from the baseline, and its distance, as text. */
  readonly furthest: string;
}

/** The metrics that the alarms watch: constraints violated by the hour's requests, and by its predictions. */
export const violationsMetric = 'ConstraintViolations';
export const outputViolationsMetric = 'OutputViolations';
export const largestDistanceMetric = 'LargestFeatureDistance';
const distancePrefix = 'feature_baseline_drift_';

export async function publishDriftMetrics(
  store: ObjectStore,
  sink: MetricSink,
  settings: PublishSettings,
  request: PublishRequest,
): Promise<PublishResult> {
  const base = {
    Timestamp: timeOf(request),
    Dimensions: dimensionsOf(settings.endpointName, request.scheduleName ?? settings.scheduleName),
  };
  const found = await readViolations(store, `${request.resultPrefix}/constraint_violations.json`);
  const isOutput = ({ feature_name }: Violation): boolean => settings.outputColumns.includes(feature_name);
  const violations = found.filter((one) => !isOutput(one));
  const outputViolations = found.length - violations.length;

  // A window without violations publishes zero, so that the alarm returns to OK.
  const counts: MetricDatum[] = [
    { MetricName: violationsMetric, Value: violations.length, Unit: 'Count', ...base },
    { MetricName: outputViolationsMetric, Value: outputViolations, Unit: 'Count', ...base },
  ];
  let furthest: FeatureDistance | undefined;
  let published = 0;
  if (!settings.featuresPublishedElsewhere) {
    const metrics = await readMetrics(store, `${request.resultPrefix}/metrics.json`);
    furthest = furthestOf(metrics, settings.watchedFeatures);
    if (furthest !== undefined)
      counts.push({ MetricName: largestDistanceMetric, Value: furthest.distance, Unit: 'None', ...base });
    const data = metrics.map((metric) => ({
      MetricName: metric.name,
      Value: metric.value,
      Unit: unitOf(metric.unit),
      ...base,
    }));
    if (settings.publishesFeatures && data.length > 0) {
      await sink.put(settings.featureNamespace, data);
      published += data.length;
    }
  }
  await sink.put(settings.workflowNamespace, counts);
  return {
    violations: violations.length,
    outputViolations,
    published: published + counts.length,
    features: [...new Set(violations.map((one) => one.feature_name))],
    furthest: furthest === undefined ? 'none measured' : `${furthest.feature} ${furthest.distance.toFixed(4)}`,
  };
}

// AWS: cloudwatch/metric-data-limits
function timeOf({ windowEnd, now = windowEnd }: PublishRequest): Date {
  return new Date(Math.min(Date.parse(windowEnd), Date.parse(now)));
}

interface FeatureDistance {
  readonly feature: string;
  readonly distance: number;
}

function furthestOf(metrics: readonly WrittenMetric[], watched: readonly string[]): FeatureDistance | undefined {
  const distances = metrics
    .filter(({ name }) => name.startsWith(distancePrefix))
    .map(({ name, value }) => ({ feature: name.slice(distancePrefix.length), distance: value }))
    .filter(({ feature }) => watched.includes(feature));
  return distances.sort((a, b) => b.distance - a.distance)[0];
}

function dimensionsOf(endpointName: string, scheduleName: string): MetricDatum['Dimensions'] {
  return [
    { Name: 'Endpoint', Value: endpointName },
    { Name: 'MonitoringSchedule', Value: scheduleName },
  ];
}

async function readMetrics(store: ObjectStore, key: string): Promise<WrittenMetric[]> {
  const parsed: unknown = JSON.parse(await readText(store, key));
  if (!Array.isArray(parsed)) throw new Error(`${key} must hold a list of {name, value, unit}`);
  // CloudWatch refuses NaN and infinities, and one refused datum refuses the whole call.
  return (parsed as WrittenMetric[]).filter((one) => typeof one.name === 'string' && Number.isFinite(one.value));
}

async function readViolations(store: ObjectStore, key: string): Promise<Violation[]> {
  const parsed = JSON.parse(await readText(store, key)) as { violations?: Violation[] };
  if (!Array.isArray(parsed.violations)) throw new Error(`${key} has no list "violations"`);
  return parsed.violations;
}
