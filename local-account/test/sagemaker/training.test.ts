import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CloudWatchLogsClient, DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateHyperParameterTuningJobCommand,
  type CreateHyperParameterTuningJobCommandInput,
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  DescribeHyperParameterTuningJobCommand,
  DescribeTrainingJobCommand,
  ListTrainingJobsCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { Header } from 'tar';
import { unpack } from '../../sagemaker/container/archive';
import { checkTuning, metricDefinitions } from '../../sagemaker/jobs/algorithm-rules';
import { BUCKET, REGION, ROLE, Workbench, XGBOOST } from './workbench';

const SCRIPT = `
import json, os, pathlib, sys, time
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
if "--fail" in options:
    sys.stderr.write("KeyError: no such column\\n"); sys.exit(3)
checkpoint = pathlib.Path(os.environ.get("SM_CHECKPOINT_DIR", "/nowhere"), "checkpoint.txt")
rounds = int(checkpoint.read_text()) if checkpoint.exists() else 0
if checkpoint.parent.exists(): checkpoint.write_text(str(rounds + 1))
eta = float(options.get("--eta", "0.5"))
print(f"[0]\\ttrain-auc:0.9\\tvalidation-auc:{1 - (eta - 0.7) ** 2:.6f}", flush=True)
pathlib.Path(os.environ["SM_MODEL_DIR"], "model.json").write_text(json.dumps({
    "options": options, "rounds": rounds, "train": sorted(os.listdir(os.environ["SM_CHANNEL_TRAIN"])), "hps": json.loads(os.environ["SM_HPS"]), "cpus": os.environ["SM_NUM_CPUS"],
}))
`;

/** An archive whose only file stands beside the folder that it is unpacked into. */
const escaping = (() => {
  const content = Buffer.from('print("outside")\n');
  const header = new Header({
    path: '../escaped.py',
    mode: 0o644,
    size: content.length,
    mtime: new Date(0),
    type: 'File',
  });
  const block = Buffer.alloc(512);
  header.encode(block);
  return gzipSync(Buffer.concat([block, content, Buffer.alloc(512 - content.length), Buffer.alloc(1024)]));
})();

describe('training and tuning jobs', () => {
  let bench: Workbench;

  beforeAll(async () => {
    bench = await Workbench.start();
    await bench.put('train/data.csv', 'a,b');
    await bench.putArchive('code/sourcedir.tar.gz', { 'train.py': SCRIPT });
  });
  afterAll(() => bench.stop());

  const channel = (ChannelName: string, S3Uri: string) => ({
    ChannelName,
    DataSource: {
      S3DataSource: { S3DataType: 'S3Prefix' as const, S3Uri, S3DataDistributionType: 'FullyReplicated' as const },
    },
  });
  const definition = () => ({
    RoleArn: ROLE,
    AlgorithmSpecification: { TrainingImage: XGBOOST, TrainingInputMode: 'File' as const },
    InputDataConfig: [
      channel('train', `s3://${BUCKET}/train/`),
      channel('code', `s3://${BUCKET}/code/sourcedir.tar.gz`),
    ],
    OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/models/`, KmsKeyId: bench.keyArn },
    ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large' as const, VolumeSizeInGB: 10 },
    StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 120 },
    EnableManagedSpotTraining: true,
    CheckpointConfig: { S3Uri: `s3://${BUCKET}/checkpoints` },
  });
  const script = {
    sagemaker_program: 'train.py',
    sagemaker_submit_directory: '/opt/ml/input/data/code/sourcedir.tar.gz',
  };

  async function train(
    TrainingJobName: string,
    HyperParameters: Record<string, string>,
    more: Partial<CreateTrainingJobCommandInput> = {},
  ) {
    await bench.sagemaker.send(
      new CreateTrainingJobCommand({
        TrainingJobName,
        ...definition(),
        HyperParameters: { ...script, ...HyperParameters },
        ...more,
      }),
    );
    return bench.until(
      () => bench.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName })),
      ({ TrainingJobStatus }) => TrainingJobStatus !== 'InProgress',
    );
  }

  async function model(job: string): Promise<Record<string, unknown>> {
    const folder = mkdtempSync(join(tmpdir(), 'local-account-model-'));
    writeFileSync(join(folder, 'model.tar.gz'), await bench.get(`models/${job}/output/model.tar.gz`));
    await unpack(join(folder, 'model.tar.gz'), folder);
    expect(statSync(join(folder, 'model.json')).isFile()).toBe(true);
    return JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Record<string, unknown>;
  }

  async function logOf(job: string): Promise<string[]> {
    await bench.host.settled();
    const logs = new CloudWatchLogsClient({
      endpoint: bench.host.platform.endpoint,
      region: REGION,
      credentials: bench.host.platform.administrator,
    });
    const logGroupName = '/aws/sagemaker/TrainingJobs';
    const { logStreams } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: `${job}/algo-1-` }),
    );
    const { events } = await logs.send(
      new GetLogEventsCommand({ logGroupName, logStreamName: logStreams?.[0].logStreamName, startFromHead: true }),
    );
    logs.destroy();
    return events?.map(({ message }) => message ?? '') ?? [];
  }

  it('runs script mode: hyperparameters as arguments, channels, model archive, metrics, log', async () => {
    const described = await train('first', { eta: '0.4', x: '1', flag: '"text"' });
    expect(described).toMatchObject({
      TrainingJobStatus: 'Completed',
      SecondaryStatus: 'Completed',
      ModelArtifacts: { S3ModelArtifacts: `s3://${BUCKET}/models/first/output/model.tar.gz` },
      FinalMetricDataList: [
        { MetricName: 'train:auc', Value: expect.closeTo(0.9, 4) as number },
        { MetricName: 'validation:auc', Value: expect.closeTo(0.91, 4) as number },
      ],
    });
    expect(described.SecondaryStatusTransitions?.map(({ Status }) => Status)).toEqual([
      'Starting',
      'Downloading',
      'DownloadingTrainingImage',
      'Training',
      'Uploading',
      'Completed',
    ]);
    expect(await model('first')).toMatchObject({
      options: { '--eta': '0.4', '-x': '1', '--flag': 'text' },
      hps: { eta: 0.4, x: 1, flag: 'text' },
      train: ['data.csv'],
      rounds: 0,
    });
    const lines = await logOf('first');
    expect(lines.at(-1)).toBe('[0]#011train-auc:0.9#011validation-auc:0.910000');
    expect(lines).toContainEqual(expect.stringContaining('SM_MODEL_DIR=/opt/ml/model'));
    expect(lines).toContainEqual(
      expect.stringMatching(/^\/miniconda3\/bin\/python3 -m train --eta 0\.4 --flag text -x 1$/),
    );
    expect(lines).toContainEqual(expect.stringContaining('Successfully installed train-1.0.0'));
  });

  it('resumes from the checkpoint in S3', async () => {
    await train('again', {});
    expect((await model('again')).rounds).toBe(1);
    expect((await bench.get('checkpoints/checkpoint.txt')).toString()).toBe('2');
  });

  it('reports only the command of a failed script: the error is in the log', async () => {
    expect(await train('failed', { fail: '1' })).toMatchObject({
      TrainingJobStatus: 'Failed',
      FailureReason:
        'AlgorithmError: ExecuteUserScriptError:\nCommand "/miniconda3/bin/python3 -m train --fail 1", exit code: 1',
    });
    const log = await logOf('failed');
    expect(log).toContain('KeyError: no such column');
    expect(log.join(' ')).toContain('sagemaker-containers ERROR    ExecuteUserScriptError:');
  });

  it('has no credentials in an isolated container, so code cannot come straight from S3', async () => {
    const described = await train(
      'outside',
      { sagemaker_submit_directory: `s3://${BUCKET}/code/sourcedir.tar.gz` },
      { EnableNetworkIsolation: true },
    );
    expect(described.FailureReason).toMatch(
      /^AlgorithmError: framework error: \nTraceback [^]*\/miniconda3\/lib[^]*, exit code: 1$/,
    );
    expect((await logOf('outside')).join(' ')).toContain('botocore.exceptions.NoCredentialsError');
  });

  it('ends a script whose requirements the network would have to bring', async () => {
    await bench.putArchive('needs/sourcedir.tar.gz', { 'train.py': SCRIPT, 'requirements.txt': 'polars==1.0.0\n' });
    const described = await train(
      'needs',
      {},
      {
        InputDataConfig: [
          channel('train', `s3://${BUCKET}/train/`),
          channel('code', `s3://${BUCKET}/needs/sourcedir.tar.gz`),
        ],
      },
    );
    expect(described.FailureReason).toMatch(
      /^AlgorithmError: InstallModuleError:\nCommand "\/miniconda3\/bin\/python3 -m pip install \. -r requirements\.txt", exit code: 1$/,
    );
    expect((await logOf('needs')).join(' ')).toContain('No matching distribution found for polars==1.0.0');
  });

  it('refuses an archive with files outside the container', async () => {
    await bench.put('outside/sourcedir.tar.gz', escaping);
    const described = await train(
      'escapes',
      {},
      {
        InputDataConfig: [
          channel('train', `s3://${BUCKET}/train/`),
          channel('code', `s3://${BUCKET}/outside/sourcedir.tar.gz`),
        ],
      },
    );
    expect(described.TrainingJobStatus).toBe('Failed');
    expect((await logOf('escapes')).join(' ')).toContain('OutsideDestinationError');
  });

  it.each(['Random', 'Bayesian'] as const)('tunes by %s search and names the best job', async (Strategy) => {
    const name = `tune-${Strategy.toLowerCase()}`;
    // Bayesian search starts with random trials; only later ones use its model.
    const trials = Strategy === 'Random' ? 3 : 5;
    const request: CreateHyperParameterTuningJobCommandInput = {
      HyperParameterTuningJobName: name,
      HyperParameterTuningJobConfig: {
        Strategy,
        RandomSeed: 7,
        ResourceLimits: { MaxNumberOfTrainingJobs: trials, MaxParallelTrainingJobs: 2 },
        HyperParameterTuningJobObjective: { Type: 'Maximize', MetricName: 'validation:auc' },
        ParameterRanges: {
          ContinuousParameterRanges: [{ Name: 'eta', MinValue: '0', MaxValue: '1', ScalingType: 'Linear' }],
        },
      },
      TrainingJobDefinition: { ...definition(), StaticHyperParameters: script },
    };
    await bench.sagemaker.send(new CreateHyperParameterTuningJobCommand(request));
    const described = await bench.until(
      () => bench.sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name })),
      ({ HyperParameterTuningJobStatus }) => HyperParameterTuningJobStatus !== 'InProgress',
    );
    await expect(bench.sagemaker.send(new CreateHyperParameterTuningJobCommand(request))).rejects.toMatchObject({
      name: 'ResourceInUse',
      message: `A hyperparameter tuning job with the name, ${name}, already exists. Choose a different name.`,
    });
    expect(described).toMatchObject({
      HyperParameterTuningJobStatus: 'Completed',
      TrainingJobStatusCounters: { Completed: trials, InProgress: 0 },
      ObjectiveStatusCounters: { Succeeded: trials },
    });
    const { TrainingJobSummaries = [] } = await bench.sagemaker.send(
      new ListTrainingJobsForHyperParameterTuningJobCommand({
        HyperParameterTuningJobName: name,
        SortBy: 'FinalObjectiveMetricValue',
        SortOrder: 'Descending',
      }),
    );
    const values = TrainingJobSummaries.map((job) => job.FinalHyperParameterTuningJobObjectiveMetric?.Value ?? 0);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(described.BestTrainingJob?.TrainingJobName).toBe(TrainingJobSummaries[0].TrainingJobName);
    expect(described.BestTrainingJob?.TrainingJobName).toMatch(new RegExp(`^${name}-00\\d-[a-z0-9]{8}$`));
    // Each trial had a checkpoint folder of its own.
    expect((await bench.keys('checkpoints/tune-')).length).toBeGreaterThanOrEqual(trials);
  });

  it('refuses a spot job that may wait for less time than it may run', async () => {
    const StoppingCondition = { MaxRuntimeInSeconds: 600, MaxWaitTimeInSeconds: 599 };
    await expect(train('impatient', {}, { EnableManagedSpotTraining: true, StoppingCondition })).rejects.toThrow(
      /MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds/,
    );
  });

  it('lets only spot jobs wait', async () => {
    await expect(train('patient', {}, { EnableManagedSpotTraining: false })).rejects.toThrow(
      'Invalid MaxWaitTimeInSeconds. It is only supported when EnableManagedSpotTraining is set to true',
    );
    await expect(train('endless', {}, { StoppingCondition: { MaxRuntimeInSeconds: 60 } })).rejects.toThrow(
      /MaxWaitTimeInSeconds. It must be present/,
    );
  });

  it("shows what SageMaker adds to a tuning job: the algorithm's metric definitions, and which is the objective", async () => {
    const { TrainingJobDefinition, BestTrainingJob } = await bench.sagemaker.send(
      new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'tune-random' }),
    );
    const definitions = TrainingJobDefinition?.AlgorithmSpecification?.MetricDefinitions ?? [];
    const regexOf = (name: string) => definitions.find(({ Name }) => Name === name)?.Regex;
    expect(regexOf('ObjectiveMetric')).toBe(regexOf('validation:auc'));
    expect(TrainingJobDefinition?.StaticHyperParameters).toMatchObject({ _tuning_objective_metric: 'validation:auc' });
    const best = await bench.sagemaker.send(
      new DescribeTrainingJobCommand({ TrainingJobName: BestTrainingJob?.TrainingJobName }),
    );
    const final = Object.fromEntries(
      (best.FinalMetricDataList ?? []).map(({ MetricName, Value }) => [MetricName, Value]),
    );
    expect(final.ObjectiveMetric).toBe(final['validation:auc']);
  });

  /** A tuning job of one trial. */
  const tuning = (
    objective: { Type: 'Maximize' | 'Minimize'; MetricName: string },
    tuned: string,
    MetricDefinitions?: { Name: string; Regex: string }[],
  ) => {
    const TrainingJobDefinition = { ...definition(), StaticHyperParameters: script };
    return bench.sagemaker.send(
      new CreateHyperParameterTuningJobCommand({
        HyperParameterTuningJobName: 'refused',
        HyperParameterTuningJobConfig: {
          Strategy: 'Random',
          ResourceLimits: { MaxNumberOfTrainingJobs: 1, MaxParallelTrainingJobs: 1 },
          HyperParameterTuningJobObjective: objective,
          ParameterRanges: { ContinuousParameterRanges: [{ Name: tuned, MinValue: '0', MaxValue: '1' }] },
        },
        TrainingJobDefinition: {
          ...TrainingJobDefinition,
          AlgorithmSpecification: { ...TrainingJobDefinition.AlgorithmSpecification, MetricDefinitions },
        },
      }),
    );
  };
  const ours = [{ Name: 'validation:pr_auc', Regex: 'validation-pr_auc:([0-9.]+)' }];
  const overridden =
    "You can't override the metric definitions for Amazon SageMaker algorithms. Please retry the request without specifying metric definitions.";

  it('reports missing and ended jobs with the messages that clients match', async () => {
    const { sagemaker } = bench;
    await expect(sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'nowhere' }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^Requested resource not found/) as string,
    });
    await expect(
      sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'nowhere' })),
    ).rejects.toMatchObject({
      name: 'ResourceNotFound',
      message: expect.stringMatching(/^Amazon SageMaker can't find a tuning job/) as string,
    });
    const { TrainingJobSummaries: [done] = [] } = await sagemaker.send(
      new ListTrainingJobsCommand({ StatusEquals: 'Completed' }),
    );
    await expect(
      sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: done?.TrainingJobName })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'The request was rejected because the training job is in status Completed.',
    });
  });

  it("refuses metric definitions of our own for an algorithm of AWS's, in a tuning job and in a training job", async () => {
    await expect(tuning({ Type: 'Maximize', MetricName: 'validation:pr_auc' }, 'eta', ours)).rejects.toThrow(
      overridden,
    );
    await expect(tuning({ Type: 'Maximize', MetricName: 'validation:auc' }, 'eta', ours)).rejects.toThrow(overridden);
    const request = { TrainingJobName: 'refused', ...definition(), HyperParameters: script };
    const own = new CreateTrainingJobCommand({
      ...request,
      AlgorithmSpecification: { ...request.AlgorithmSpecification, MetricDefinitions: ours },
    });
    await expect(bench.sagemaker.send(own)).rejects.toThrow(overridden);
  });

  it('refuses an objective that the algorithm does not have, or has the other way round', async () => {
    await expect(tuning({ Type: 'Maximize', MetricName: 'validation:pr_auc' }, 'eta')).rejects.toThrow(
      /The objective metric \[validation:pr_auc\] isn't valid for the \[.*sagemaker-xgboost:3\.0-5\] algorithm/,
    );
    await expect(tuning({ Type: 'Maximize', MetricName: 'validation:logloss' }, 'eta')).rejects.toThrow(
      /The objective metric type, \[Maximize\], .* \[validation:logloss\]/,
    );
  });

  it("refuses to tune a hyperparameter that is the script's and not the algorithm's", async () => {
    await expect(tuning({ Type: 'Maximize', MetricName: 'validation:auc' }, 'rare_rows')).rejects.toThrow(
      /untunable hyperparameters: \[rare_rows\].*you can tune only \[alpha, /,
    );
  });

  it('wants the objective among the definitions for an image that it knows nothing about', () => {
    const unknown = { algorithm: () => undefined };
    const objective = { Type: 'Maximize' as const, MetricName: 'validation:pr_auc' };
    const specification = { TrainingImage: 'ours', TrainingInputMode: 'File' as const };
    expect(() => checkTuning(unknown, specification, objective, ['anything'])).toThrow(
      'A metric is required for this hyperparameter tuning job objective. Provide a metric in the metric definitions.',
    );
    expect(() =>
      checkTuning(unknown, { ...specification, MetricDefinitions: ours }, objective, ['anything']),
    ).not.toThrow();
    expect(metricDefinitions(unknown, { ...specification, MetricDefinitions: ours })).toEqual(ours);
  });
});
