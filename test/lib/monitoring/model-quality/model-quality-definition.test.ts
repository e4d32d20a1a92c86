import { modelQualityDefinition } from '../../../../lib/monitoring/model-quality/model-quality-definition';
import { runStateMachine } from '../../../fixtures/run-state-machine';

const definition = modelQualityDefinition({
  approvedModelParameterName: '/approved',
  captureBucketName: 'capture-bucket',
  groundTruthPrefix: 'ground-truth',
  lookBackDays: 7,
  selectFunctionArn: 'arn:select',
  publishFunctionArn: 'arn:publish',
  topicArn: 'arn:topic',
  jobNamePrefix: 'p-model-quality-',
  tags: { owner: 'o', costCenter: 'c', dataClass: 'd' },
  jobRoleArn: 'arn:role',
  imageUri: 'xgboost',
  codeUri: 's3://assets/abc.zip',
  codeFileName: 'abc.zip',
  dataKeyArn: 'arn:key',
  subnetIds: ['subnet-1'],
  securityGroupIds: ['sg-1'],
  instanceType: 'ml.m5.large',
  instanceCount: 1,
  volumeSizeInGb: 10,
  maxRuntimeSeconds: 1800,
});

const registered = {
  InferenceSpecification: { Containers: [{ ModelDataUrl: 's3://a/models/m/model.tar.gz' }] },
  DriftCheckBaselines: {
    ModelQuality: { Constraints: { S3Uri: 's3://a/quality/constraints.json' } },
    Bias: { PostTrainingConstraints: { S3Uri: 's3://a/bias/constraints.json' } },
    Explainability: { Constraints: { S3Uri: 's3://a/explainability/constraints.json' } },
  },
};

interface Job {
  readonly ProcessingJobName: string;
  readonly Environment: Record<string, string>;
  readonly NetworkConfig: unknown;
  readonly ProcessingInputs: { InputName: string; S3Input: { S3Uri: string; S3DataType: string } }[];
}

function world(
  change: {
    captures?: number;
    labels?: number;
    tooLarge?: string;
    live?: string;
    package?: unknown;
    violated?: string[];
  } = {},
) {
  const jobs: Job[] = [];
  const looked: unknown[] = [];
  const notices: string[] = [];
  const violated = change.violated ?? [];
  return {
    jobs,
    looked,
    notices,
    responses: {
      SelectCaptures: (p: Record<string, unknown>) => {
        looked.push(p.Payload);
        return {
          Payload: {
            captures: change.captures ?? 1,
            labels: change.labels ?? 1,
            manifest: 'monitoring/manifests/run.json',
            tooLarge: change.tooLarge ?? '',
          },
        };
      },
      ReadLivePackage: () => ({ Parameter: { Value: change.live ?? 'arn:package/3' } }),
      DescribePackage: () => change.package ?? registered,
      EvaluatePredictions: (p: Record<string, unknown>) => {
        jobs.push(p as unknown as Job);
        return {};
      },
      Publish: () => ({
        Payload: { published: 60, violations: Object.fromEntries(violated.map((kind) => [kind, 1])), violated },
      }),
      Notify: (p: Record<string, unknown>) => {
        notices.push(String(p.Subject));
        return {};
      },
    },
  };
}

const resultOf = (output: Record<string, unknown> | undefined) => (output?.outcome as Record<string, string>).result;
const event = { time: '2013-09-04T06:30:00Z', source: 'aws.events' };

describe('the model quality monitor', () => {
  test("runs isolated on captures, labels and the live model, against that model's own baselines, and looks a week back", async () => {
    const it = world();
    const run = await runStateMachine(definition, event, it.responses);
    expect(resultOf(run.output)).toBe('NoViolations');
    expect(it.looked).toEqual([{ start: '-P7D', end: expect.stringMatching(/^\d{4}-.*Z$/) as string, run: 'test' }]);
    const [job] = it.jobs;
    expect(job?.NetworkConfig).toMatchObject({ EnableNetworkIsolation: true, VpcConfig: { Subnets: ['subnet-1'] } });
    expect(job?.Environment).toMatchObject({ start_time: '-P7D', end_time: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect(Object.fromEntries((job?.ProcessingInputs ?? []).map((one) => [one.InputName, one.S3Input.S3Uri]))).toEqual({
      code: 's3://assets/abc.zip',
      endpoint: 's3://capture-bucket/monitoring/manifests/run.json',
      'ground-truth': 's3://capture-bucket/ground-truth/',
      model: 's3://a/models/m/model.tar.gz',
      quality: 's3://a/quality/constraints.json',
      bias: 's3://a/bias/constraints.json',
      explainability: 's3://a/explainability/constraints.json',
    });
    expect(
      job?.ProcessingInputs.map(({ InputName, S3Input }) => [InputName, S3Input.S3DataType]).filter(
        ([, type]) => type !== 'S3Prefix',
      ),
    ).toEqual([['endpoint', 'ManifestFile']]);
  });

  test('starts no job that would fill its volume, and notifies', async () => {
    const it = world({ tooLarge: '9 bytes are more than 8' });
    expect((await runStateMachine(definition, event, it.responses)).error).toBe('ModelQualityRunFailed');
    expect([it.jobs, it.notices]).toEqual([[], ['The model quality run FAILED']]);
  });

  test('evaluates the window that a person names', async () => {
    const it = world();
    await runStateMachine(definition, { start: '2013-09-03T14:00:00Z', end: '2013-09-03T15:00:00Z' }, it.responses);
    expect(it.jobs[0]?.Environment).toMatchObject({
      start_time: '2013-09-03T14:00:00Z',
      end_time: '2013-09-03T15:00:00Z',
    });
  });

  test('reports a violated constraint as a result, not as a failure', async () => {
    const it = world({ violated: ['Quality'] });
    const run = await runStateMachine(definition, event, it.responses);
    expect(run.output?.outcome).toEqual({ result: 'Violations', detail: 'Constraints violated: {"Quality":1}' });
    expect(it.notices).toEqual([]);
  });

  test.each([
    ['nothing was captured', { captures: 0 }],
    ['no outcome has arrived', { labels: 0 }],
    ['no model is live', { live: 'none' }],
  ])('ends well when %s', async (_name, change) => {
    const it = world(change);
    expect(resultOf((await runStateMachine(definition, event, it.responses)).output)).toBe('NothingToEvaluate');
    expect(it.jobs).toEqual([]);
  });

  test('fails and notifies when the live version has no baseline, and when the job fails', async () => {
    const { Bias: _, ...rest } = registered.DriftCheckBaselines;
    const bare = world({ package: { ...registered, DriftCheckBaselines: rest } });
    expect((await runStateMachine(definition, event, bare.responses)).error).toBe('ModelQualityRunFailed');
    expect(bare.jobs).toEqual([]);
    const it = world();
    const failing = () => {
      throw Object.assign(new Error('exit code 1'), { name: 'States.TaskFailed' });
    };
    expect((await runStateMachine(definition, event, { ...it.responses, EvaluatePredictions: failing })).error).toBe(
      'ModelQualityRunFailed',
    );
    expect(it.notices).toEqual(['The model quality run FAILED']);
  });
});
