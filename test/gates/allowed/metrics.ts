import { flightDisruption } from '../../../lib/problem/flight-disruption';

/** What an alarm may watch, and with which values the alarm still means something. */
export interface AllowedMetric {
  readonly statistic: 'Average' | 'Sum' | 'Maximum' | 'Minimum' | 'SampleCount' | 'p95';
  readonly is: '>' | '>=' | '<';
  /** Lowest and highest threshold. */
  readonly threshold: readonly [number, number];
  /** Seconds, of which one. */
  readonly period: readonly number[];
  /** How often in a row, at most. */
  readonly periods?: number;
  /**
   * `notBreaching` where no data means no requests; `missing` where silence is the fault and INSUFFICIENT_DATA notifies;
   * `ignore` where a finding stays until another run says otherwise.
   */
  readonly missing: 'notBreaching' | 'missing' | 'ignore';
  readonly dimensions: readonly string[];
}

const minutes = [60, 300];
/** Dimensions of what SageMaker publishes of an endpoint's variant, and of what the monitors publish. */
export const endpoint = ['EndpointName', 'VariantName'];
export const monitor = ['Endpoint', 'MonitoringSchedule'];
const common = { period: minutes, missing: 'notBreaching' } as const;
/** One is too many. */
const any = { ...common, statistic: 'Sum', is: '>=', threshold: [1, 1], periods: 1 } as const;
/** What a nightly or hourly run found, until the next run. */
const found = {
  statistic: 'Maximum',
  is: '>=',
  threshold: [1, 1],
  period: [3600],
  missing: 'ignore',
  periods: 1,
} as const;
const { maximumLatencyMilliseconds } = flightDisruption.serving;

/** `Namespace/Metric`, with a list where two alarms read the same metric in different ways. */
export const allowedMetrics: Readonly<Record<string, readonly AllowedMetric[]>> = {
  // The endpoint. A share of requests: 1 would need every request to fail.
  'AWS/SageMaker/Invocation5XXErrors': [
    { ...common, statistic: 'Average', is: '>', threshold: [0.001, 0.2], dimensions: endpoint },
  ],
  'AWS/SageMaker/Invocation4XXErrors': [
    { ...common, statistic: 'Average', is: '>', threshold: [0.01, 0.5], dimensions: endpoint },
  ],
  // Microseconds: what the problem allows, and for the slow patterns up to half an hour.
  'AWS/SageMaker/ModelLatency': [
    {
      ...common,
      statistic: 'p95',
      is: '>',
      threshold: [10_000, maximumLatencyMilliseconds * 1000],
      dimensions: endpoint,
    },
    { ...common, statistic: 'p95', is: '>', threshold: [30_000_000, 1_800_000_000], dimensions: endpoint },
  ],
  'AWS/SageMaker/OverheadLatency': [
    { ...common, statistic: 'p95', is: '>', threshold: [10_000, 1_000_000], dimensions: endpoint },
  ],
  'AWS/SageMaker/InvocationsPerInstance': [
    { ...common, statistic: 'Sum', is: '>', threshold: [600, 60_000], periods: 15, dimensions: endpoint },
  ],
  // Percent of one vCPU: 160 are 80 % of two.
  '/aws/sagemaker/Endpoints/CPUUtilization': [
    { ...common, statistic: 'Average', is: '>', threshold: [50, 1600], dimensions: endpoint },
  ],
  'AWS/SageMaker/ServerlessConcurrentExecutionsUtilization': [
    { ...common, statistic: 'Maximum', is: '>=', threshold: [0.5, 1], dimensions: endpoint },
  ],
  'AWS/SageMaker/ModelSetupTime': [
    { ...common, statistic: 'p95', is: '>', threshold: [1_000_000, 60_000_000], dimensions: endpoint },
  ],
  'AWS/SageMaker/InvocationFailures': [{ ...any, threshold: [1, 50], dimensions: endpoint }],
  'AWS/SageMaker/ApproximateAgeOfOldestRequest': [
    { ...common, statistic: 'Maximum', is: '>', threshold: [60, 3600], dimensions: ['EndpointName'] },
  ],
  // Calls an instance, not a person.
  'AWS/SageMaker/HasBacklogWithoutCapacity': [
    {
      statistic: 'Average',
      is: '>=',
      threshold: [1, 1],
      period: [60],
      missing: 'missing',
      periods: 3,
      dimensions: ['EndpointName'],
    },
  ],
  'MlaBlueprint/Logs/EndpointErrors': [{ ...any, threshold: [1, 50], dimensions: [] }],
  'MlaBlueprint/Endpoint/EndpointDeleted': [{ ...any, statistic: 'Minimum', missing: 'ignore', dimensions: [] }],
  'MlaBlueprint/Cost/EndpointIdleHours': [
    {
      ...common,
      statistic: 'Maximum',
      is: '>=',
      threshold: [1, 168],
      period: [3600],
      periods: 1,
      dimensions: ['EndpointName'],
    },
  ],
  // Pipeline, state machines, functions, queues, stream.
  'AWS/Sagemaker/ModelBuildingPipeline/ExecutionFailed': [{ ...any, dimensions: ['PipelineName'] }],
  'AWS/States/ExecutionsFailed': [{ ...any, dimensions: ['StateMachineArn'] }],
  'AWS/States/ExecutionsAborted': [{ ...any, dimensions: ['StateMachineArn'] }],
  'AWS/States/ExecutionsTimedOut': [{ ...any, dimensions: ['StateMachineArn'] }],
  // A monitor that does not run looks like a model that does not drift.
  'AWS/States/ExecutionsSucceeded': [
    {
      statistic: 'Sum',
      is: '<',
      threshold: [1, 1],
      period: [3600, 86_400],
      missing: 'missing',
      periods: 3,
      dimensions: ['StateMachineArn'],
    },
  ],
  'AWS/Lambda/Errors': [{ ...any, dimensions: ['FunctionName'] }],
  // Milliseconds: one minute to one hour behind.
  'AWS/Lambda/IteratorAge': [
    { ...common, statistic: 'Maximum', is: '>=', threshold: [60_000, 3_600_000], dimensions: ['FunctionName'] },
  ],
  'AWS/SQS/ApproximateNumberOfMessagesVisible': [{ ...any, statistic: 'Maximum', dimensions: ['QueueName'] }],
  'AWS/Kinesis/WriteProvisionedThroughputExceeded': [{ ...any, periods: 3, dimensions: ['StreamName'] }],
  'MlaBlueprint/Logs/FunctionErrors': [{ ...any, dimensions: [] }],
  // Data.
  'MlaBlueprint/Ingest/ObjectsQuarantined': [{ ...any, dimensions: ['Problem'] }],
  'MlaBlueprint/Ingest/RowsQuarantined': [{ ...any, threshold: [1, 100], dimensions: ['Problem'] }],
  // The model.
  'MlaBlueprint/Monitoring/ConstraintViolations': [
    { ...found, missing: 'notBreaching', periods: 2, dimensions: monitor },
    { ...found, dimensions: monitor },
  ],
  'MlaBlueprint/Monitoring/OutputViolations': [{ ...found, missing: 'notBreaching', periods: 2, dimensions: monitor }],
  'MlaBlueprint/Monitoring/QualityViolations': [{ ...found, dimensions: monitor }],
  'MlaBlueprint/Monitoring/CostViolations': [{ ...found, dimensions: monitor }],
  'MlaBlueprint/Monitoring/BiasViolations': [{ ...found, dimensions: monitor }],
  'MlaBlueprint/Monitoring/AttributionViolations': [{ ...found, dimensions: monitor }],
  'MlaBlueprint/Monitoring/PredictionsLabeled': [
    {
      statistic: 'Maximum',
      is: '<',
      threshold: [1, 100],
      period: [86_400],
      missing: 'notBreaching',
      periods: 3,
      dimensions: monitor,
    },
  ],
  // The release, and that its reconciler runs at all.
  'MlaBlueprint/Release/NeedsPerson': [
    {
      ...common,
      statistic: 'Maximum',
      is: '>=',
      threshold: [1, 1],
      period: [900],
      periods: 2,
      dimensions: ['ModelPackageGroup'],
    },
    {
      statistic: 'SampleCount',
      is: '<',
      threshold: [1, 1],
      period: [3600],
      missing: 'missing',
      periods: 1,
      dimensions: ['ModelPackageGroup'],
    },
  ],
  // What the audit trail must not show.
  'MlaBlueprint/Security/DeniedCalls': [{ ...any, threshold: [1, 5], dimensions: [] }],
  'MlaBlueprint/Security/RoleTakenByStranger': [{ ...any, dimensions: [] }],
  'MlaBlueprint/Security/ApprovedByWorkflow': [{ ...any, dimensions: [] }],
  'MlaBlueprint/Security/KeyDisabled': [{ ...any, dimensions: [] }],
  'MlaBlueprint/Security/TrailChanged': [{ ...any, dimensions: [] }],
};
