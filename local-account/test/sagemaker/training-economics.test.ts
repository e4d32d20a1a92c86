import {
  CreateHyperParameterTuningJobCommand,
  type CreateHyperParameterTuningJobCommandInput,
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  DescribeHyperParameterTuningJobCommand,
  DescribeTrainingJobCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { moveControl } from './economics-control';
import { BUCKET, ROLE, Workbench, XGBOOST } from './workbench';

/** Counts rounds, keeps its count, and waits in round `pause` until somebody ends it. */
const COUNTING = `
import json, os, pathlib, signal, sys, time
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
folder = pathlib.Path(os.environ.get("SM_CHECKPOINT_DIR", "/opt/ml/checkpoints"))
kept = folder / "count"
done = int(kept.read_text()) if kept.exists() else 0
def save(count, name="count"):
    partial = folder / "partial"
    partial.write_text(str(count))
    os.replace(partial, folder / name)
def ended(*_):
    save(done, "heard")
    sys.exit(143)
signal.signal(signal.SIGTERM, ended)
eta = float(options.get("--eta", "0.5"))
first = done
while done < int(options.get("--rounds", "6")):
    if done == int(options.get("--pause", "-1")) and first == 0:
        time.sleep(60)
    print(f"[{done}]\\ttrain-auc:0.9\\tvalidation-auc:{min(eta, 0.1 * (done + 1)):.6f}", flush=True)
    done += 1
    save(done)
    time.sleep(float(options.get("--seconds", "0")))
model = pathlib.Path(os.environ.get("SM_MODEL_DIR", "/opt/ml/model"))
(model / "model.json").write_text(json.dumps({"first": first, "done": done}))
`;

describe('what training costs', () => {
  let bench: Workbench;

  beforeAll(async () => {
    bench = await Workbench.start();
    await bench.put('train/data.csv', 'a,b');
    await bench.put('script/train.py', COUNTING);
    await bench.putArchive('code/sourcedir.tar.gz', { 'train.py': COUNTING });
  });
  afterAll(() => bench.stop());

  const channel = (ChannelName: string, S3Uri: string) => ({
    ChannelName,
    DataSource: {
      S3DataSource: { S3DataType: 'S3Prefix' as const, S3Uri, S3DataDistributionType: 'FullyReplicated' as const },
    },
  });
  const definition = (checkpoints: string) => ({
    RoleArn: ROLE,
    AlgorithmSpecification: { TrainingImage: XGBOOST, TrainingInputMode: 'File' as const },
    InputDataConfig: [
      channel('train', `s3://${BUCKET}/train/`),
      channel('code', `s3://${BUCKET}/code/sourcedir.tar.gz`),
      channel('script', `s3://${BUCKET}/script/`),
    ],
    OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/models/`, KmsKeyId: bench.keyArn },
    ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large' as const, VolumeSizeInGB: 10 },
    StoppingCondition: { MaxRuntimeInSeconds: 3600, MaxWaitTimeInSeconds: 7200 },
    EnableManagedSpotTraining: true,
    CheckpointConfig: { S3Uri: `s3://${BUCKET}/checkpoints/${checkpoints}` },
  });
  const script = {
    sagemaker_program: 'train.py',
    sagemaker_submit_directory: '/opt/ml/input/data/code/sourcedir.tar.gz',
  };
  const describeJob = (TrainingJobName: string) =>
    bench.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
  const start = (
    TrainingJobName: string,
    HyperParameters: Record<string, string>,
    more: Partial<CreateTrainingJobCommandInput> = {},
  ) =>
    bench.sagemaker.send(
      new CreateTrainingJobCommand({
        TrainingJobName,
        ...definition(TrainingJobName),
        HyperParameters: { ...script, ...HyperParameters },
        ...more,
      }),
    );
  const ended = (name: string) =>
    bench.until(
      () => describeJob(name),
      ({ TrainingJobStatus }) => TrainingJobStatus !== 'InProgress' && TrainingJobStatus !== 'Stopping',
    );
  /** When its third round is in S3; it waits in the fourth. */
  const thirdRound = (name: string) =>
    bench.until(
      async () =>
        (await bench.keys(`checkpoints/${name}/`)).includes(`checkpoints/${name}/count`)
          ? (await bench.get(`checkpoints/${name}/count`)).toString()
          : '',
      (count) => count === '3',
    );
  const statuses = async (name: string) =>
    (await describeJob(name)).SecondaryStatusTransitions?.map(({ Status }) => Status);

  it('copies checkpoints to S3 while training runs, and goes on from them when spot capacity was taken away', async () => {
    await start('interrupted', { pause: '3' });
    await thirdRound('interrupted');
    bench.service.interruptSpot('interrupted', 'now', 600_000);
    const job = await ended('interrupted');
    expect(job).toMatchObject({ TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed' });
    expect(await statuses('interrupted')).toEqual([
      ...['Starting', 'Downloading', 'DownloadingTrainingImage', 'Training', 'Interrupted'],
      ...['Starting', 'Downloading', 'DownloadingTrainingImage', 'Training', 'Uploading', 'Completed'],
    ]);
    expect(await bench.modelOf('interrupted')).toEqual({ first: 3, done: 6 });
    // The wait for capacity is no training, and nobody pays for it.
    const [interrupted, again] = [4, 5].map((index) => job.SecondaryStatusTransitions?.[index].StartTime?.getTime());
    expect((again ?? 0) - (interrupted ?? 0)).toBeGreaterThanOrEqual(600_000);
    expect(job.TrainingTimeInSeconds).toBeLessThan(600);
    expect(job.BillableTimeInSeconds).toBe(job.TrainingTimeInSeconds);
  });

  it('takes capacity away as soon as a checkpoint is in S3', async () => {
    await start('after-checkpoint', { seconds: '0.5' });
    await moveControl(bench, 'interrupt=after-checkpoint&after=checkpoint');
    expect(await ended('after-checkpoint')).toMatchObject({ TrainingJobStatus: 'Completed' });
    expect(await statuses('after-checkpoint')).toContain('Interrupted');
    expect((await bench.modelOf('after-checkpoint')) as { first: number }).toMatchObject({ done: 6 });
    expect(((await bench.modelOf('after-checkpoint')) as { first: number }).first).toBeGreaterThan(0);
  });

  it('tells only the first process of a container that it ends: a script that is one can save at once', async () => {
    const ContainerEntrypoint = ['python3', '/opt/ml/input/data/script/train.py'];
    const alone = { TrainingImage: XGBOOST, TrainingInputMode: 'File' as const, ContainerEntrypoint };
    await start(
      'listens',
      {},
      {
        AlgorithmSpecification: { ...alone, ContainerArguments: ['--pause', '3'] },
      },
    );
    await thirdRound('listens');
    bench.service.interruptSpot('listens', 'now', 0);
    await ended('listens');
    expect((await bench.get('checkpoints/listens/heard')).toString()).toBe('3');
    // In script mode the toolkit is first, and passes nothing on.
    expect(await bench.keys('checkpoints/interrupted/heard')).toEqual([]);
  });

  it('ends a job whose capacity stays away for longer than it may wait', async () => {
    await start('waits', { pause: '3' });
    await thirdRound('waits');
    bench.service.interruptSpot('waits', 'now', 24 * 3_600_000);
    expect(await ended('waits')).toMatchObject({
      TrainingJobStatus: 'Stopped',
      SecondaryStatus: 'MaxWaitTimeExceeded',
    });
    expect((await statuses('waits'))?.slice(-3)).toEqual(['Interrupted', 'Stopping', 'MaxWaitTimeExceeded']);
  });

  it('interrupts only what runs on spot instances', async () => {
    await start(
      'on-demand',
      { pause: '0' },
      {
        EnableManagedSpotTraining: false,
        StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      },
    );
    expect(() => bench.service.interruptSpot('on-demand', 'now', 0)).toThrow('it has no spot instances');
    expect(() => bench.service.interruptSpot('waits', 'now', 0)).toThrow('is in status Stopped');
    expect(() => bench.service.interruptSpot('nowhere', 'now', 0)).toThrow('Requested resource not found');
    await bench.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'on-demand' }));
    expect(await ended('on-demand')).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' });
  });

  const tuning = (
    name: string,
    config: Partial<NonNullable<CreateHyperParameterTuningJobCommandInput['HyperParameterTuningJobConfig']>>,
    more: Partial<CreateHyperParameterTuningJobCommandInput> = {},
    statics: Record<string, string> = {},
  ) =>
    bench.sagemaker.send(
      new CreateHyperParameterTuningJobCommand({
        HyperParameterTuningJobName: name,
        HyperParameterTuningJobConfig: {
          Strategy: 'Random',
          RandomSeed: 3,
          ResourceLimits: { MaxNumberOfTrainingJobs: 4, MaxParallelTrainingJobs: 1 },
          HyperParameterTuningJobObjective: { Type: 'Maximize', MetricName: 'validation:auc' },
          ParameterRanges: { ContinuousParameterRanges: [{ Name: 'eta', MinValue: '0', MaxValue: '0.6' }] },
          ...config,
        },
        TrainingJobDefinition: {
          ...definition(name),
          StaticHyperParameters: { ...script, rounds: '6', seconds: '0.1', ...statics },
        },
        ...more,
      }),
    );
  const tuned = async (name: string) => {
    const job = await bench.until(
      () => bench.sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name })),
      ({ HyperParameterTuningJobStatus }) => HyperParameterTuningJobStatus !== 'InProgress',
    );
    const { TrainingJobSummaries = [] } = await bench.sagemaker.send(
      new ListTrainingJobsForHyperParameterTuningJobCommand({
        HyperParameterTuningJobName: name,
        SortBy: 'FinalObjectiveMetricValue',
        SortOrder: 'Descending',
      }),
    );
    return { job, trials: TrainingJobSummaries };
  };

  it('stops a trial that is worse than the median of the completed ones at the same epoch', async () => {
    await tuning('median', { TrainingJobEarlyStoppingType: 'Auto' });
    const { job, trials } = await tuned('median');
    // Seed 3 begins with a good trial; eta is the ceiling that a trial's objective reaches.
    const stopped = trials.filter(({ TrainingJobStatus }) => TrainingJobStatus === 'Stopped');
    expect(stopped.length).toBeGreaterThan(0);
    expect(job.TrainingJobStatusCounters?.Stopped).toBe(stopped.length);
    expect(job.ObjectiveStatusCounters).toEqual({ Succeeded: 4, Pending: 0, Failed: 0 });
    expect(job.BestTrainingJob?.TrainingJobStatus).toBe('Completed');
    for (const { TrainingJobName: name = '', ObjectiveStatus, ...trial } of stopped) {
      expect(ObjectiveStatus).toBe('Succeeded');
      expect(trial.FinalHyperParameterTuningJobObjectiveMetric?.Value).toBeCloseTo(
        Number(trial.TunedHyperParameters?.eta),
        2,
      );
      // It was not there to write a model.
      expect(await bench.keys(`models/${name}/`)).toEqual([]);
    }
  });

  it('lets every trial finish without early stopping', async () => {
    await tuning('off', {}, {}, { seconds: '0' });
    expect((await tuned('off')).job.TrainingJobStatusCounters).toMatchObject({ Completed: 4, Stopped: 0 });
  });

  it('stops trials by Hyperband, none before MinResource', async () => {
    const StrategyConfig = { HyperbandStrategyConfig: { MinResource: 2, MaxResource: 7 } };
    await tuning('hyperband', { Strategy: 'Hyperband', StrategyConfig });
    const { job, trials } = await tuned('hyperband');
    expect(job.TrainingJobStatusCounters?.Stopped).toBeGreaterThan(0);
    expect(job.BestTrainingJob?.TrainingJobName).toBe(
      trials.find(({ TrainingJobStatus }) => TrainingJobStatus === 'Completed')?.TrainingJobName,
    );
    for (const { TrainingJobName, TrainingJobStatus } of trials) {
      const rounds = (await bench.get(`checkpoints/hyperband/${TrainingJobName}/count`)).toString();
      expect(Number(rounds)).toBeGreaterThanOrEqual(TrainingJobStatus === 'Completed' ? 6 : 1);
    }
  });

  it.each([
    ['its own early stopping', { Strategy: 'Hyperband', TrainingJobEarlyStoppingType: 'Auto' }, /must be Off/],
    ['resources that nobody gave', { Strategy: 'Hyperband' }, /needs MaxResource/],
    [
      'resources of another strategy',
      { StrategyConfig: { HyperbandStrategyConfig: { MaxResource: 9 } } },
      /for the strategy Hyperband/,
    ],
    [
      'too many resources',
      { Strategy: 'Hyperband', StrategyConfig: { HyperbandStrategyConfig: { MaxResource: 20_001 } } },
      /to 20000/,
    ],
    ['a grid', { Strategy: 'Grid' }, /not Grid/],
    [
      'completion criteria',
      { TuningJobCompletionCriteria: { TargetObjectiveMetricValue: 0.9 } },
      /TuningJobCompletionCriteria of a tuning job is not supported/,
    ],
  ] as const)('refuses Hyperband with, or a search by, %s', async (_, config, message) => {
    await expect(tuning('refused', config)).rejects.toThrow(message);
  });
});
