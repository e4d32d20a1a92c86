import { type PublishRequest, publishDriftMetrics } from '../../lambda/publish-drift-metrics/drift-metrics';
import {
  type ModelQualityRequest,
  publishModelQuality,
} from '../../lambda/publish-model-quality/model-quality-metrics';
import { selectWindow, type WindowRequest } from '../../lambda/select-captures/window';
import {
  type ModelQualityRequest as SelectRequest,
  selectModelQuality,
} from '../../lambda/select-labeled-captures/select';
import { driftAnalysisDefinition } from '../../lib/monitoring/drift/drift-analysis-definition';
import { modelQualityDefinition } from '../../lib/monitoring/model-quality/model-quality-definition';
import { type FaultTable, tasksOf, testFaultTable } from './fault-table';
import { driftFaults, modelQualityFaults } from './monitoring-faults';
import { MonitoringWorld, type Surroundings } from './monitoring-world';
import type { FaultAt } from './run-with-fault';

const job = {
  topicArn: 'arn:topic',
  tags: { owner: 'o', costCenter: 'c', dataClass: 'd' },
  approvedModelParameterName: '/approved',
  captureBucketName: 'captures',
  jobRoleArn: 'arn:role',
  imageUri: 'image',
  codeUri: 's3://assets/steps.zip',
  codeFileName: 'steps.zip',
  dataKeyArn: 'arn:key',
  subnetIds: ['subnet'],
  securityGroupIds: ['group'],
  instanceType: 'ml.m5.large',
  instanceCount: 1,
  volumeSizeInGb: 10,
  maxRuntimeSeconds: 1800,
};
const names = { endpointName: 'endpoint', scheduleName: 'schedule' };
const hour = '2026-11-23T08';
const file = (name: string) => ({
  Constraints: { S3Uri: `s3://a/${name}/constraints.json` },
  Statistics: { S3Uri: `s3://a/${name}/statistics.json` },
});

const driftAnalysis: Surroundings = {
  definition: driftAnalysisDefinition({
    ...job,
    ...names,
    selectCapturesFunctionArn: 'arn:select',
    publishMetricsFunctionArn: 'arn:publish',
    jobNamePrefix: 'drift-',
  }),
  functions: {
    'arn:select': (store, _sink, payload) =>
      selectWindow(store, 'capture/endpoint/live', payload as unknown as WindowRequest),
    'arn:publish': (store, sink, payload) =>
      publishDriftMetrics(
        store,
        sink,
        {
          ...names,
          featureNamespace: 'features',
          workflowNamespace: 'workflow',
          outputColumns: ['probability'],
          watchedFeatures: ['carrier'],
          publishesFeatures: false,
          featuresPublishedElsewhere: false,
        },
        payload as unknown as PublishRequest,
      ),
  },
  captures: { 'capture/endpoint/live/2026/11/23/08/one.jsonl': '{}' },
  package: { DriftCheckBaselines: { ModelDataQuality: file('data') } },
  result: {
    'metrics.json': [{ name: 'feature_baseline_drift_carrier', value: 0.4 }],
    'constraint_violations.json': {
      violations: [
        { feature_name: 'carrier', constraint_check_type: 'categorical_values_check', description: 'unseen' },
      ],
    },
  },
};

const modelQuality: Surroundings = {
  definition: modelQualityDefinition({
    ...job,
    selectFunctionArn: 'arn:select',
    groundTruthPrefix: 'ground-truth',
    lookBackDays: 7,
    publishFunctionArn: 'arn:publish',
    jobNamePrefix: 'model-quality-',
  }),
  functions: {
    'arn:select': (store, _sink, payload) =>
      selectModelQuality(
        store,
        {
          bucket: 'captures',
          capturePrefix: 'capture/endpoint',
          groundTruthPrefix: 'ground-truth',
          maximumBytes: 1_000,
        },
        payload as unknown as SelectRequest,
      ),
    'arn:publish': (store, sink, payload) =>
      publishModelQuality(store, sink, names, payload as unknown as ModelQualityRequest),
  },
  captures: { 'capture/endpoint/live/2026/11/22/14/one.jsonl': '{}', 'ground-truth/2026/11/22/15/one.jsonl': '{}' },
  package: {
    InferenceSpecification: { Containers: [{ ModelDataUrl: 's3://a/model.tar.gz' }] },
    DriftCheckBaselines: {
      ModelQuality: file('quality'),
      Bias: { PostTrainingConstraints: file('bias').Constraints },
      Explainability: file('explainability'),
    },
  },
  result: { 'metrics.json': [{ namespace: 'workflow', name: 'QualityViolations', value: 1 }] },
};

interface Scenario {
  readonly input: object;
  readonly badCaptures?: boolean;
  /** What goes wrong as well. */
  readonly also?: FaultAt;
}

describe.each<
  [
    string,
    Surroundings,
    FaultTable,
    Readonly<Record<string, Scenario>>,
    { metric: string; alarm: string; monitor: string },
  ]
>([
  [
    'the drift analysis',
    driftAnalysis,
    driftFaults,
    {
      'the hour that just ended': { input: { time: '2026-11-23T09:20:00Z' } },
      'an hour that a person names': { input: { hour } },
      'an analysis that takes too long': { input: { hour }, also: { state: 'Analyze', fault: 'response lost' } },
      'captures that cannot be analyzed': { input: { hour }, badCaptures: true },
    },
    { metric: 'ConstraintViolations', alarm: 'Drift', monitor: 'Analysis' },
  ],
  [
    'the model quality run',
    modelQuality,
    modelQualityFaults,
    {
      'the last days': { input: { time: '2026-11-23T03:30:00Z' } },
      'a model quality run that takes too long': {
        input: {},
        also: { state: 'EvaluatePredictions', fault: 'response lost' },
      },
      'captures that cannot be evaluated': { input: {}, badCaptures: true },
    },
    { metric: 'QualityViolations', alarm: 'ModelQuality', monitor: 'ModelQualityRun' },
  ],
])('%s', (_name, surroundings, table, scenarios, { metric, alarm, monitor }) => {
  async function start(name: string, fault?: FaultAt) {
    const { input, badCaptures = false, also } = scenarios[name] as Scenario;
    const world = Object.assign(new MonitoringWorld(surroundings), { badCaptures });
    const run = await world.run(input, ...[fault, also].filter((one) => one !== undefined));
    return { world, run, input };
  }
  const counts = (world: MonitoringWorld) =>
    world.published.filter(({ MetricName }) => MetricName === metric).map(({ Value }) => Value);

  testFaultTable({
    table,
    ...tasksOf(surroundings.definition),
    page: 'failures-retraining.md',
    callsOf: async (scenario) => (await start(scenario)).run.states,
    consequence: async (scenario, state, fault) => {
      const { world, run, input } = await start(scenario, { state, fault });
      const notified = [
        ...(world.notices.length > 0 ? ['notified'] : []),
        ...(counts(world).length > 0 ? [`alarm ${alarm}`] : []),
        ...(run.end === 'stopped'
          ? [`alarm ${monitor}Aborted`]
          : run.failed && world.notices.length === 0
            ? [`alarm ${monitor}Failed`]
            : []),
      ];
      const left = world.running.length > 0 ? ['a job keeps running'] : [];
      // What went wrong is repaired, and the same is asked for again.
      world.badCaptures = false;
      const again = await world.run(input);
      expect(again.failed).toBe(false);
      // Whatever happened: no job runs forever, and a second publication says what the first one said. The alarms use
      // at the greatest.
      world.settle();
      expect(world.running).toEqual([]);
      expect(Math.max(...counts(world))).toBe(1);
      return [run.end, notified.join(', ') || 'not notified', ...left, `again: ${again.end}`].join('; ');
    },
  });
});
