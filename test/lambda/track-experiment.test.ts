import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CreateMlflowAppCommand, DescribeMlflowAppCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { ensurePython, mlflowRequirements } from 'local-account/python/environment';
import { testEnvironments } from 'local-account/test/fixtures/test-platform';
import { callMlflow } from 'local-account/test/sagemaker/sign-request';
import { ACCOUNT, BUCKET, JOB_STATEMENTS, REGION, ROLE, Workbench } from 'local-account/test/sagemaker/workbench';
import { handler } from '../../lambda/track-experiment/handler';

const ROUNDS = 600;
const trial = 'mla1ab-abcdefabcdef-token-0-001-12345678';
const tuningJob = 'mla1ab-abcdefabcdef-token-0';
const arn = (rest: string) => `arn:aws:sagemaker:${REGION}:${ACCOUNT}:${rest}`;
const version = arn('model-package/group/4');

/** What SageMaker and CloudWatch Logs answer; MLflow is the real one. */
const answers: Record<string, (input: Record<string, string>) => unknown> = {
  DescribeTrainingJobCommand: ({ TrainingJobName = '' }) => ({
    TrainingJobName,
    TrainingJobStatus: 'Completed',
    TuningJobArn: arn(`hyper-parameter-tuning-job/${tuningJob}`),
    TrainingStartTime: new Date(1_000),
    TrainingEndTime: new Date(61_000),
    TrainingTimeInSeconds: 60,
    BillableTimeInSeconds: 18,
    HyperParameters: { max_depth: '4', sagemaker_program: 'train.py', _tuning_objective_metric: 'validation:aucpr' },
    CheckpointConfig: { S3Uri: 's3://artifacts/pipeline/abcdefabcdef/checkpoints' },
    FinalMetricDataList: [{ MetricName: 'validation:aucpr', Value: Math.fround(0.4) }],
    ModelArtifacts: { S3ModelArtifacts: `s3://artifacts/models/${TrainingJobName}/output/model.tar.gz` },
    InputDataConfig: [
      ['train', 's3://artifacts/pipeline/123456abcdef/prepare/train'],
      ['code', 's3://assets/0123456789abcdef.gz'],
    ].map(([ChannelName, S3Uri]) => ({ ChannelName, DataSource: { S3DataSource: { S3Uri } } })),
  }),
  DescribeHyperParameterTuningJobCommand: ({ HyperParameterTuningJobName }) => ({
    HyperParameterTuningJobName,
    HyperParameterTuningJobStatus: 'Completed',
    CreationTime: new Date(0),
    HyperParameterTuningEndTime: new Date(99_000),
    HyperParameterTuningJobConfig: { Strategy: 'Random' },
    BestTrainingJob: {
      TrainingJobName: trial,
      FinalHyperParameterTuningJobObjectiveMetric: { MetricName: 'validation:aucpr', Value: 0.41 },
    },
  }),
  ListPipelineParametersForExecutionCommand: ({ PipelineExecutionArn = '' }) => ({
    PipelineParameters: [{ Name: 'DataSnapshot', Value: `data of ${PipelineExecutionArn.split('/').at(-1)}` }],
  }),
  DescribeLogStreamsCommand: ({ logStreamNamePrefix }) => ({
    logStreams: [{ logStreamName: `${logStreamNamePrefix}1` }],
  }),
  GetLogEventsCommand: ({ nextToken }) => ({
    nextForwardToken: 'f/1',
    events:
      nextToken === undefined
        ? Array.from({ length: ROUNDS }, (_, round) => ({
            message: `[${round}]#011train-aucpr:${(0.3 + round / 1000).toFixed(5)}#011validation-aucpr:0.40000`,
            timestamp: 2_000 + round,
          }))
        : [],
  }),
  DescribeModelPackageCommand: () => ({
    ModelPackageArn: version,
    ModelPackageVersion: 4,
    InferenceSpecification: {
      Containers: [{ ModelDataUrl: `s3://artifacts/models/${trial}/output/model.tar.gz` }],
    },
  }),
  AddTagsCommand: (input) => {
    tagged.push(input);
    return {};
  },
};
const tagged: unknown[] = [];

interface Run {
  readonly info: { readonly run_id: string; readonly status: string; readonly run_name: string };
  readonly data: Readonly<Record<'params' | 'tags' | 'metrics', readonly { key: string; value: string | number }[]>>;
}

describe('track-experiment, with a real MLflow', () => {
  let bench: Workbench;
  let app: string;
  const before = { ...process.env };

  beforeAll(async () => {
    await ensurePython({ environments: testEnvironments, requirements: mlflowRequirements, progress: () => undefined });
    bench = await Workbench.start();
    bench.allow({ data: JOB_STATEMENTS.data });
    const { platform } = bench.host;
    const { Arn = '' } = await bench.sagemaker.send(
      new CreateMlflowAppCommand({ Name: 'flights', ArtifactStoreUri: `s3://${BUCKET}/mlflow`, RoleArn: ROLE }),
    );
    app = Arn;
    await bench.until(
      () => bench.sagemaker.send(new DescribeMlflowAppCommand({ Arn })),
      ({ Status }) => Status === 'Created',
    );
    Object.assign(process.env, {
      MLFLOW_APP_ARN: Arn,
      EXPERIMENT: 'flight-disruption',
      PIPELINE_ARN: arn('pipeline/p'),
      AWS_ENDPOINT_URL: platform.endpoint,
      AWS_ACCESS_KEY_ID: platform.administrator.accessKeyId,
      AWS_SECRET_ACCESS_KEY: platform.administrator.secretAccessKey,
    });
    delete process.env.AWS_SESSION_TOKEN;
    for (const client of [SageMakerClient, CloudWatchLogsClient]) {
      jest.spyOn(client.prototype, 'send').mockImplementation((command: object) => {
        const { name } = command.constructor;
        const { input } = command as { input: Record<string, string> };
        const answer = answers[name];
        if (answer === undefined) throw new Error(`no answer to ${name}`);
        return Promise.resolve(answer(input)) as never;
      });
    }
  }, 300_000);

  afterAll(async () => {
    jest.restoreAllMocks();
    process.env = before;
    await bench.stop();
  });

  const call = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const { endpoint, administrator: credentials } = bench.host.platform;
    return (await callMlflow({ endpoint, region: REGION, arn: app, credentials }, 'POST', path, body)).body;
  };
  const runs = async (): Promise<Run[]> => {
    const { experiments } = await call('/api/2.0/mlflow/experiments/search', {
      max_results: 1,
      filter: "name = 'flight-disruption'",
    });
    const [{ experiment_id }] = experiments as [{ experiment_id: string }];
    const found = await call('/api/2.0/mlflow/runs/search', { experiment_ids: [experiment_id], max_results: 100 });
    return (found.runs ?? []) as Run[];
  };
  const valuesOf = (run: Run | undefined, kind: 'params' | 'tags' | 'metrics') =>
    Object.fromEntries((run?.data[kind] ?? []).map(({ key, value }) => [key, value]));

  it('writes one run for a trial and one for its tuning job, also when the event comes twice at once', async () => {
    const event = { detail: { TrainingJobName: trial } };
    await Promise.all([handler(event), handler(event)]);
    await handler(event);
    await handler({ detail: { HyperParameterTuningJobName: tuningJob } });
    const all = await runs();
    expect(all.map(({ info }) => info.run_name).sort()).toEqual([tuningJob, trial]);
    const [run, parent] = [trial, tuningJob].map((name) => all.find(({ info }) => info.run_name === name));
    expect(run?.info.status).toBe('FINISHED');
    expect(valuesOf(run, 'params')).toEqual({ max_depth: '4' });
    expect(valuesOf(run, 'tags')).toMatchObject({
      training_job: trial,
      tuning_job: tuningJob,
      data_version: 'data of 123456abcdef',
      code_version: '0123456789abcdef',
      pipeline_execution: 'abcdefabcdef',
      model_artifact: `s3://artifacts/models/${trial}/output/model.tar.gz`,
      'mlflow.parentRunId': parent?.info.run_id,
    });
    expect(valuesOf(run, 'metrics')).toMatchObject({ 'validation:aucpr': 0.4, billable_seconds: 18 });
    expect(valuesOf(parent, 'metrics')).toEqual({ best_objective: 0.41 });
    expect(valuesOf(parent, 'tags')).toMatchObject({ best_training_job: trial });
    const { endpoint, administrator: credentials } = bench.host.platform;
    const history = await callMlflow(
      { endpoint, region: REGION, arn: app, credentials },
      'GET',
      `/api/2.0/mlflow/metrics/get-history?run_id=${run?.info.run_id}&metric_key=train%3Aaucpr&max_results=5000`,
    );
    const { metrics } = history.body as { metrics: { step: number; value: number; timestamp: number }[] };
    expect(metrics).toHaveLength(ROUNDS);
    expect(metrics.at(-1)).toMatchObject({ step: ROUNDS - 1, value: 0.899, timestamp: 2_000 + ROUNDS - 1 });
  }, 120_000);

  it('links a registered version with the run of its training', async () => {
    const run = await handler({ detail: { ModelPackageArn: version } });
    expect(tagged).toEqual([{ ResourceArn: version, Tags: [{ Key: 'mlflow-run-id', Value: run }] }]);
    const found = (await runs()).find(({ info }) => info.run_id === run);
    expect(valuesOf(found, 'tags')).toMatchObject({ training_job: trial, model_version: '4' });
  }, 60_000);

  it('fails while the log of a completed job is not there, or not whole, so that Lambda calls again', async () => {
    const partial = [{ message: '[0]\ttrain-aucpr:0.30000\tvalidation-aucpr:0.20000', timestamp: 1 }];
    for (const events of [[], partial]) {
      answers.GetLogEventsCommand = () => ({ events });
      await expect(handler({ detail: { TrainingJobName: `${trial}-late` } })).rejects.toThrow('is not there yet');
    }
    expect(await runs()).toHaveLength(2);
  }, 60_000);
});
