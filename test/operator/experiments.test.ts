import { compareRuns } from '../../operator/commands/compare-runs';
import { fitCurves } from '../../operator/commands/fit-curves';
import { awsError, fakeContext, type Responses, recordedOutput, type Sent } from './fake-clients';
import { packageArn } from './fake-registry';

const account = 'arn:aws:sagemaker:eu-central-1:123456789012';
const tuningJob = 'mla1ab-abcdefabcdef-abcdefghij-0';

/** A trial with its log; deeper trees fit the training rows better. */
const job = (name: string, more: Record<string, unknown> = {}) => ({
  TrainingJobName: name,
  TrainingJobArn: `${account}:training-job/${name}`,
  TrainingJobStatus: 'Completed',
  TuningJobArn: `${account}:hyper-parameter-tuning-job/${tuningJob}`,
  RoleArn: 'arn:aws:iam::123456789012:role/training',
  HyperParameters: {
    max_depth: '5',
    eta: '0.1',
    sagemaker_program: 'train.py',
    _tuning_objective_metric: 'validation:aucpr',
  },
  AlgorithmSpecification: { TrainingImage: '1.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-xgboost:3.0-5' },
  InputDataConfig: ['train', 'validation', 'code'].map((ChannelName) => ({
    ChannelName,
    DataSource: {
      S3DataSource: {
        S3Uri:
          ChannelName === 'code'
            ? 's3://assets/0123456789abcdef.gz'
            : `s3://a/pipeline/executionid0/prepare/${ChannelName}`,
      },
    },
  })),
  EnableManagedSpotTraining: true,
  CheckpointConfig: { S3Uri: 's3://a/checkpoints' },
  StoppingCondition: { MaxRuntimeInSeconds: 3600, MaxWaitTimeInSeconds: 7200 },
  TrainingStartTime: new Date('2013-07-01T10:00:00Z'),
  TrainingEndTime: new Date('2013-07-01T10:02:05Z'),
  ...more,
});

const logs: Readonly<Record<string, readonly (readonly [train: number, validation: number])[]>> = {
  'trial-a': [
    [0.3, 0.29],
    [0.35, 0.33],
    [0.36, 0.34],
  ],
  'trial-b': [
    [0.5, 0.31],
    [0.8, 0.36],
    [0.99, 0.28],
  ],
};

const lines = (name: string) => [
  'ignored arguments: --x',
  ...(logs[name] ?? logs['trial-b'] ?? []).map(
    ([train, validation], round) =>
      `[${round}]#011train-aucpr:${train.toFixed(5)}#011validation-aucpr:${validation.toFixed(5)}`,
  ),
  'threshold 0.31, rounds 2, cost 30000 per 1000',
];

const responses: Responses = {
  DescribeTrainingJobCommand: ({ TrainingJobName }: { TrainingJobName: string }) => job(TrainingJobName),
  DescribeLogStreamsCommand: ({ logStreamNamePrefix }: { logStreamNamePrefix: string }) => ({
    logStreams: [{ logStreamName: `${logStreamNamePrefix}1372672800` }],
  }),
  // Two pages, and the last is answered with the token that it was asked with.
  GetLogEventsCommand: ({ logStreamName, nextToken }: { logStreamName: string; nextToken?: string }) => {
    const all = lines(logStreamName.split('/')[0] ?? '').map((message) => ({ message }));
    return {
      events: nextToken === undefined ? all.slice(0, 2) : nextToken === 'f/1' ? all.slice(2) : [],
      nextForwardToken: nextToken === undefined ? 'f/1' : 'f/2',
    };
  },
  ListPipelineParametersForExecutionCommand: {
    PipelineParameters: [
      { Name: 'DataSnapshot', Value: 'd'.repeat(64) },
      { Name: 'Airports', Value: 'JFK' },
      { Name: 'Until', Value: '2013-07' },
    ],
  },
};

describe('compare-runs', () => {
  it('shows parameters, versions and metrics by round side by side, and marks what differs', async () => {
    const output = recordedOutput();
    const context = fakeContext({
      ...responses,
      DescribeTrainingJobCommand: ({ TrainingJobName: name }: { TrainingJobName: string }) =>
        name === 'trial-a' ? job(name, { HyperParameters: { max_depth: '1', eta: '0.1' } }) : job(name),
    });
    const { a, b, facts } = await compareRuns(context, { runs: ['trial-a', 'trial-b'] }, output);
    expect(facts.find(({ what }) => what === 'max_depth')).toEqual({ what: 'max_depth', a: '1', b: '5', same: false });
    expect(facts.filter(({ same }) => same).map(({ what }) => what)).toEqual(
      expect.arrayContaining(['data version', 'data of', 'code version', 'eta', 'took']),
    );
    expect(facts.find(({ what }) => what === 'data version')?.a).toBe('dddddddddddd');
    expect(facts.find(({ what }) => what === 'code version')?.a).toBe('0123456789ab');
    expect(facts.map(({ what }) => what)).not.toContain('sagemaker_program');
    expect(b.fit).toMatchObject({ bestRound: 1, validationAtBest: 0.36, trainAtBest: 0.8, validationAtEnd: 0.28 });
    expect(a.curves['train:aucpr']).toEqual([
      [0, 0.3],
      [1, 0.35],
      [2, 0.36],
    ]);
    expect(output.lines).toContainEqual(expect.stringMatching(/^\* +max_depth +1 +5$/));
    expect(output.lines).toContainEqual(expect.stringMatching(/^ +eta +0\.1 +0\.1$/));
    expect(output.lines).toContainEqual(expect.stringMatching(/^2 +0\.3600 +0\.9900 +0\.3400 +0\.2800$/));
    expect(output.lines.join('\n')).toMatch(/^0\.990 \|/m);
    expect(Math.max(...output.lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('takes the two newest versions by default', async () => {
    const context = fakeContext({
      ...responses,
      ListModelPackagesCommand: {
        ModelPackageSummaryList: [1, 3, 2].map((version) => ({
          ModelPackageVersion: version,
          ModelPackageArn: packageArn(version),
        })),
      },
      DescribeModelPackageCommand: ({ ModelPackageName: arn }: { ModelPackageName: string }) => ({
        InferenceSpecification: {
          Containers: [{ ModelDataUrl: `s3://a/models/of-version-${arn.split('/').at(-1)}/output/model.tar.gz` }],
        },
      }),
    });
    const { a, b } = await compareRuns(context, {}, recordedOutput());
    expect([a.name, b.name]).toEqual(['of-version-2', 'of-version-3']);
  });

  it('takes the next best trial where there is one version', async () => {
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        ...responses,
        ListModelPackagesCommand: {
          ModelPackageSummaryList: [{ ModelPackageVersion: 1, ModelPackageArn: packageArn(1) }],
        },
        DescribeModelPackageCommand: {
          InferenceSpecification: { Containers: [{ ModelDataUrl: 's3://a/models/best/output/model.tar.gz' }] },
        },
        DescribeHyperParameterTuningJobCommand: {
          HyperParameterTuningJobConfig: { HyperParameterTuningJobObjective: { Type: 'Maximize' } },
        },
        ListTrainingJobsForHyperParameterTuningJobCommand: {
          TrainingJobSummaries: [{ TrainingJobName: 'best' }, { TrainingJobName: 'second' }],
        },
      },
      sent,
    );
    const { a, b } = await compareRuns(context, {}, recordedOutput());
    expect([a.name, b.name]).toEqual(['second', 'best']);
    expect(sent).toContainEqual({
      name: 'ListTrainingJobsForHyperParameterTuningJobCommand',
      input: expect.objectContaining({ SortBy: 'FinalObjectiveMetricValue', SortOrder: 'Descending' }) as unknown,
    });
  });

  it('says which job there is not', async () => {
    const context = fakeContext({
      ...responses,
      DescribeTrainingJobCommand: () => {
        throw awsError('ValidationException', 'Requested resource not found.');
      },
    });
    await expect(compareRuns(context, { runs: ['no-job', 'trial-b'] }, recordedOutput())).rejects.toThrow(
      'There is no training job no-job',
    );
  });
});

describe('fit-curves', () => {
  const options = { like: 'trial-b', shallow: 1, deep: 12, rounds: 3 };

  it('trains two jobs like the run, of other depths, without early stopping, spot and checkpoint', async () => {
    const sent: Sent[] = [];
    const output = recordedOutput();
    const context = fakeContext(
      {
        ...responses,
        ListTagsCommand: {
          Tags: [
            { Key: 'project', Value: 'x' },
            { Key: 'aws:cloudformation:stack-id', Value: 'y' },
          ],
        },
        CreateTrainingJobCommand: {},
      },
      sent,
    );
    await fitCurves(context, options, output);
    const created = sent.filter(({ name }) => name === 'CreateTrainingJobCommand').map(({ input }) => input);
    expect(created.map((one) => one.HyperParameters)).toEqual(
      ['1', '12'].map((max_depth) => ({
        max_depth,
        eta: '0.1',
        sagemaker_program: 'train.py',
        num_round: '3',
        early_stopping_rounds: '3',
      })),
    );
    const [shallow] = created;
    // The teardown finds records and logs by the tuning job's prefix.
    expect(shallow?.TrainingJobName).toMatch(new RegExp(`^${tuningJob}-depth-1-[0-9a-f]{6}$`));
    expect(shallow).toMatchObject({
      RoleArn: 'arn:aws:iam::123456789012:role/training',
      InputDataConfig: job('x').InputDataConfig,
      StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      Tags: [{ Key: 'project', Value: 'x' }],
    });
    expect(shallow).not.toHaveProperty('CheckpointConfig');
    expect(shallow).not.toHaveProperty('EnableManagedSpotTraining');
    expect(output.lines).toContainEqual(expect.stringMatching(/^depth 12 +1 +0\.3600 +0\.8000 +0\.4400 +0\.2800$/));
    expect(output.lines).toContainEqual(expect.stringContaining('depth 5, chosen'));
  });

  it('stops both jobs when one fails', async () => {
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        ...responses,
        ListTagsCommand: {},
        CreateTrainingJobCommand: {},
        StopTrainingJobCommand: {},
        DescribeTrainingJobCommand: ({ TrainingJobName: name }: { TrainingJobName: string }) =>
          name.includes('-depth-12-')
            ? job(name, { TrainingJobStatus: 'Failed', FailureReason: 'AlgorithmError: out of memory' })
            : job(name, name === 'trial-b' ? {} : { TrainingJobStatus: 'InProgress' }),
      },
      sent,
    );
    await expect(fitCurves(context, options, recordedOutput())).rejects.toThrow('AlgorithmError: out of memory');
    expect(sent.filter(({ name }) => name === 'StopTrainingJobCommand')).toHaveLength(2);
  });
});
