import { unitOf, type MetricDatum, type MetricSink } from '../metrics/metric-sink';
import { readText, type ObjectStore } from '../storage/object-store';

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
  /** Key prefix of the analysis' three files and metrics.json. */
  readonly resultPrefix: string;
  /** End of the analyzed window: the metrics belong to the traffic's time, not to the time of publishing. */
  readonly windowEnd: string;
  /** Whose run it was. @default the schedule of the settings, which is our machine's */
  readonly scheduleName?: string;
}

export interface PublishSettings {
  readonly endpointName: string;
  readonly scheduleName: string;
  /** Model Monitor's namespace, for the metrics that it would write too. */
  readonly featureNamespace: string;
  /** Our namespace, for the one number that Model Monitor has no metric for. */
  readonly workflowNamespace: string;
  /** Columns of the endpoint's answers: what is wrong with them is counted by itself. */
  readonly outputColumns: readonly string[];
  /** Model Monitor itself publishes the metrics of features; then only the violations are left to us. */
  readonly featuresPublishedElsewhere: boolean;
}

export interface PublishResult {
  /** Of the features; drift of the input is what a retraining can mend. */
  readonly violations: number;
  /** Of the answers. */
  readonly outputViolations: number;
  readonly published: number;
  readonly features: readonly string[];
}

/** The numbers that the alarms watch: how many constraints the hour's requests broke, and how many its answers. */
export const violationsMetric = 'ConstraintViolations';
export const outputViolationsMetric = 'OutputViolations';

export async function publishDriftMetrics(
  store: ObjectStore,
  sink: MetricSink,
  settings: PublishSettings,
  request: PublishRequest,
): Promise<PublishResult> {
  const base = { Timestamp: new Date(request.windowEnd), Dimensions: dimensionsOf(settings.endpointName, request.scheduleName ?? settings.scheduleName) };
  const found = await readViolations(store, `${request.resultPrefix}/constraint_violations.json`);
  const isOutput = ({ feature_name }: Violation): boolean => settings.outputColumns.includes(feature_name);
  const violations = found.filter((one) => !isOutput(one));
  const outputViolations = found.length - violations.length;

  let published = 2;
  if (!settings.featuresPublishedElsewhere) {
    const metrics = await readMetrics(store, `${request.resultPrefix}/metrics.json`);
    const data = metrics.map((metric) => ({ MetricName: metric.name, Value: metric.value, Unit: unitOf(metric.unit), ...base }));
    if (data.length > 0) await sink.put(settings.featureNamespace, data);
    published += data.length;
  }
  // A window without violations publishes its zero: that is what lets the alarm return to OK.
  await sink.put(settings.workflowNamespace, [
    { MetricName: violationsMetric, Value: violations.length, Unit: 'Count', ...base },
    { MetricName: outputViolationsMetric, Value: outputViolations, Unit: 'Count', ...base },
  ]);
  return { violations: violations.length, outputViolations, published, features: [...new Set(violations.map((one) => one.feature_name))] };
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
