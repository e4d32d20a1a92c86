import { driftAnalysisDefinition } from '../../../../lib/monitoring/drift/drift-analysis-definition';
import { runStateMachine } from '../../../fixtures/run-state-machine';

const definition = driftAnalysisDefinition({
  endpointName: 'ep',
  scheduleName: 'ep-data-quality',
  approvedModelParameterName: '/approved',
  captureBucketName: 'capture-bucket',
  selectCapturesFunctionArn: 'arn:select',
  publishMetricsFunctionArn: 'arn:publish',
  topicArn: 'arn:topic',
  jobNamePrefix: 'p-drift-',
  tags: { owner: 'o', costCenter: 'c', dataClass: 'd' },
  jobRoleArn: 'arn:role',
  imageUri: 'image',
  codeUri: 's3://assets/abc.zip',
  codeFileName: 'abc.zip',
  dataKeyArn: 'arn:key',
  subnetIds: ['subnet-1', 'subnet-2'],
  securityGroupIds: ['sg-1'],
  instanceType: 'ml.m5.large',
  instanceCount: 1,
  volumeSizeInGb: 10,
  maxRuntimeSeconds: 1800,
});

const baseline = (name: string) => ({
  ModelDataQuality: {
    Constraints: { S3Uri: `s3://a/${name}/constraints.json` },
    Statistics: { S3Uri: `s3://a/${name}/statistics.json` },
  },
});

function world(change: { captures?: number; live?: string; package?: unknown; violations?: number } = {}) {
  const selected: unknown[] = [];
  const jobs: Record<string, unknown>[] = [];
  const published: unknown[] = [];
  const notices: string[] = [];
  const select = (p: Record<string, unknown>) => {
    selected.push(p.Payload);
    return {
      Payload: {
        prefix: 'capture/ep/live/2013/09/03/14',
        start: '2013-09-03T14:00:00Z',
        end: '2013-09-03T15:00:00Z',
        captures: change.captures ?? 2,
      },
    };
  };
  return {
    selected,
    jobs,
    published,
    notices,
    responses: {
      SelectHour: select,
      SelectLastHour: select,
      ReadLivePackage: () => ({ Parameter: { Value: change.live ?? 'arn:package/3' } }),
      DescribePackage: () =>
        change.package ?? { DriftCheckBaselines: baseline('drift'), ModelMetrics: baseline('metrics') },
      Analyze: (p: Record<string, unknown>) => {
        jobs.push(p);
        return {};
      },
      Publish: (p: Record<string, unknown>) => {
        published.push(p.Payload);
        return {
          Payload: {
            violations: change.violations ?? 0,
            outputViolations: 0,
            features: ['carrier'],
            furthest: 'carrier 0.3000',
            published: 9,
          },
        };
      },
      Notify: (p: Record<string, unknown>) => {
        notices.push(String(p.Subject));
        return {};
      },
    },
  };
}

const resultOf = (output: Record<string, unknown> | undefined) => (output?.outcome as Record<string, string>).result;

describe('the drift analysis', () => {
  test("runs the analyzer isolated, on the hour's captures, against the live model's baseline", async () => {
    const it = world();
    const run = await runStateMachine(definition, { time: '2013-09-03T15:00:00Z' }, it.responses);
    expect(resultOf(run.output)).toBe('NoDrift');
    expect(it.selected).toEqual([{ time: '2013-09-03T15:00:00Z', now: '2026-11-23T10:00:00Z' }]);
    const job = it.jobs[0] as {
      ProcessingJobName: string;
      ProcessingInputs: { InputName: string; S3Input: { S3Uri: string } }[];
    };
    expect(job).toMatchObject({
      RoleArn: 'arn:role',
      NetworkConfig: {
        EnableNetworkIsolation: true,
        VpcConfig: { Subnets: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['sg-1'] },
      },
      ProcessingResources: { ClusterConfig: { VolumeKmsKeyId: 'arn:key' } },
      ProcessingOutputConfig: { KmsKeyId: 'arn:key' },
      AppSpecification: { ContainerEntrypoint: ['python3', '/opt/ml/processing/input/code/abc.zip', 'analyze'] },
      Environment: {
        sagemaker_endpoint_name: 'ep',
        start_time: '2013-09-03T14:00:00Z',
        end_time: '2013-09-03T15:00:00Z',
      },
    });
    expect(Object.fromEntries(job.ProcessingInputs.map((one) => [one.InputName, one.S3Input.S3Uri]))).toEqual({
      code: 's3://assets/abc.zip',
      endpoint: 's3://capture-bucket/capture/ep/live/2013/09/03/14/',
      constraints: 's3://a/drift/constraints.json',
      statistics: 's3://a/drift/statistics.json',
    });
    expect(it.published).toEqual([
      {
        resultPrefix: `monitoring/${job.ProcessingJobName}`,
        windowEnd: '2013-09-03T15:00:00Z',
        now: '2026-11-23T10:00:00Z',
      },
    ]);
  });

  test('reports drift as a result, not as a failure', async () => {
    const it = world({ violations: 2 });
    const run = await runStateMachine(definition, { time: '2013-09-03T15:00:00Z' }, it.responses);
    expect(run.output?.outcome).toEqual({ result: 'Drift', detail: '2 constraints violated: ["carrier"]' });
    expect(it.notices).toEqual([]);
  });

  test.each([
    ['nothing was captured', { captures: 0 }],
    ['no model is live', { live: 'none' }],
  ])('ends well when %s', async (_name, change) => {
    const it = world(change);
    const run = await runStateMachine(definition, { time: '2013-09-03T15:00:00Z' }, it.responses);
    expect(resultOf(run.output)).toBe('NothingToAnalyze');
    expect(it.jobs).toEqual([]);
  });

  test('analyzes the hour that a person names', async () => {
    const it = world();
    await runStateMachine(definition, { hour: '2013-09-03T14' }, it.responses);
    expect(it.selected).toEqual([{ hour: '2013-09-03T14', now: '2026-11-23T10:00:00Z' }]);
  });

  test("falls back to the baseline among the model's metrics", async () => {
    const it = world({ package: { ModelMetrics: baseline('metrics') } });
    await runStateMachine(definition, { hour: '2013-09-03T14' }, it.responses);
    expect(JSON.stringify(it.jobs)).toContain('s3://a/metrics/constraints.json');
  });

  test('fails and notifies without a baseline, and when the job fails', async () => {
    const bare = world({ package: {} });
    expect((await runStateMachine(definition, { hour: '2013-09-03T14' }, bare.responses)).error).toBe('AnalysisFailed');
    expect(bare.notices).toHaveLength(1);
    const it = world();
    const failing = () => {
      throw Object.assign(new Error('exit code 1'), { name: 'States.TaskFailed' });
    };
    expect(
      (await runStateMachine(definition, { hour: '2013-09-03T14' }, { ...it.responses, Analyze: failing })).error,
    ).toBe('AnalysisFailed');
    expect(it.notices).toEqual(['The drift analysis FAILED']);
  });
});
