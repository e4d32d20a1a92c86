import { train } from '../../operator/commands/train';
import { fakeContext, outputs, recordedOutput, type Sent } from './fake-clients';
import { packageArn } from './fake-registry';

/** Curated files of the airports' first three months of 2013. */
const quarter = (...airports: string[]) => ({
  Versions: airports.flatMap((airport) =>
    ['01', '02', '03'].map((month) => ({
      Key: `curated/flights/airport=${airport}/month=2013-${month}/f.csv.gz`,
      ETag: 'e',
      IsLatest: true,
    })),
  ),
});

describe('train', () => {
  const started = { PipelineExecutionArn: 'arn:execution' };

  it("compares with the live model's artifact", async () => {
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        GetParameterCommand: { Parameter: { Value: packageArn(3) } },
        DescribeModelPackageCommand: {
          InferenceSpecification: { Containers: [{ ModelDataUrl: 's3://artifacts/models/three.tar.gz' }] },
        },
        ListObjectVersionsCommand: quarter('JFK', 'LGA'),
        PutObjectCommand: {},
        StartPipelineExecutionCommand: started,
      },
      sent,
    );
    await train(context, { airports: ['JFK', 'LGA'], until: '2013-11', wait: false }, recordedOutput());
    expect(sent.find((one) => one.name === 'StartPipelineExecutionCommand')?.input.PipelineParameters).toEqual([
      { Name: 'Airports', Value: 'JFK+LGA' },
      { Name: 'From', Value: '0000-00' },
      { Name: 'Until', Value: '2013-11' },
      { Name: 'DataSnapshot', Value: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      { Name: 'LiveModelUri', Value: 's3://artifacts/models/three.tar.gz' },
    ]);
  });

  it('reads the states that the stream recorded, once there are some', async () => {
    const stateUri = async (...keys: string[]) => {
      const sent: Sent[] = [];
      const Outputs = Object.entries({ ...outputs, FeatureGroupName: 'airport-state' }).map(
        ([OutputKey, OutputValue]) => ({
          OutputKey,
          OutputValue,
        }),
      );
      const responses = {
        DescribeStacksCommand: { Stacks: [{ Outputs }] },
        DescribeFeatureGroupCommand: {
          OfflineStoreConfig: { S3StorageConfig: { ResolvedOutputS3Uri: 's3://curated/features/store/data' } },
        },
        ListObjectsV2Command: ({ Bucket, Prefix }: { Bucket: string; Prefix: string }) => ({
          Contents: Bucket === 'curated' && Prefix === 'features/store/data/' ? keys.map((Key) => ({ Key })) : [],
        }),
        GetParameterCommand: { Parameter: { Value: 'none' } },
        ListObjectVersionsCommand: quarter('JFK'),
        PutObjectCommand: {},
        StartPipelineExecutionCommand: started,
      };
      const options = { airports: ['JFK'], until: '2013-04', wait: false };
      await train(fakeContext(responses, sent), options, recordedOutput());
      const { PipelineParameters } = sent.find((one) => one.name === 'StartPipelineExecutionCommand')?.input as {
        PipelineParameters: { Name: string; Value: string }[];
      };
      return PipelineParameters.find(({ Name }) => Name === 'StateUri')?.Value;
    };
    expect(await stateUri('features/store/data/year=2013/a.parquet')).toBe('s3://curated/features/store/data');
    // A job's input without objects fails.
    expect(await stateUri()).toBeUndefined();
    expect(await stateUri('features/store/data/amazon_sagemaker_internal/a.json')).toBeUndefined();
  });

  it('names an execution of many airports within the 82 characters that SageMaker takes', async () => {
    const nameFor = async (airports: string[]) => {
      const sent: Sent[] = [];
      const responses = {
        GetParameterCommand: { Parameter: { Value: 'none' } },
        ListObjectVersionsCommand: quarter('JFK', 'LGA'),
        PutObjectCommand: {},
        StartPipelineExecutionCommand: started,
      };
      await train(fakeContext(responses, sent), { airports, until: '2013-04', wait: false }, recordedOutput());
      return sent.find((one) => one.name === 'StartPipelineExecutionCommand')?.input.PipelineExecutionDisplayName;
    };
    const seventeen = Array.from({ length: 17 }, () => 'JFK');
    expect(await nameFor(seventeen)).toBe(`manual-${seventeen.join('-')}-2013-04`);
    expect(await nameFor([...seventeen, 'LGA'])).toBe('manual-18-airports-2013-04');
  });

  it('tells the pipeline when a file it will read has changed, and only then', async () => {
    const snapshotOf = async (files: Record<string, string>) => {
      const sent: Sent[] = [];
      const Versions = [
        ...quarter('JFK').Versions,
        ...Object.entries(files).map(([Key, ETag]) => ({ Key, ETag, IsLatest: true })),
      ];
      const responses = {
        GetParameterCommand: { Parameter: { Value: 'none' } },
        ListObjectVersionsCommand: { Versions },
        PutObjectCommand: {},
        StartPipelineExecutionCommand: started,
      };
      await train(fakeContext(responses, sent), { airports: ['JFK'], until: '2013-05', wait: false }, recordedOutput());
      const { PipelineParameters } = sent.find((one) => one.name === 'StartPipelineExecutionCommand')?.input as {
        PipelineParameters: { Name: string; Value: string }[];
      };
      return PipelineParameters.find(({ Name }) => Name === 'DataSnapshot')?.Value;
    };
    const file = (month: string) => `curated/flights/airport=JFK/month=2013-${month}/f.csv.gz`;
    const first = await snapshotOf({ [file('04')]: 'a' });
    expect(await snapshotOf({ [file('04')]: 'corrected' })).not.toBe(first);
    expect(await snapshotOf({ [file('04')]: 'a', [file('05')]: 'b' })).toBe(first);
  });

  it("shows the failed step's reason, its last log lines and where the whole log is", async () => {
    const output = recordedOutput();
    const context = fakeContext({
      GetParameterCommand: { Parameter: { Value: 'none' } },
      ListObjectVersionsCommand: quarter('JFK'),
      PutObjectCommand: {},
      StartPipelineExecutionCommand: started,
      DescribePipelineExecutionCommand: { PipelineExecutionStatus: 'Failed' },
      ListPipelineExecutionStepsCommand: {
        PipelineExecutionSteps: [
          {
            StepName: 'PrepareData',
            StepStatus: 'Failed',
            FailureReason: 'AlgorithmError: exit code 1',
            Metadata: {
              ProcessingJob: { Arn: 'arn:aws:sagemaker:eu-central-1:123456789012:processing-job/prepare-1' },
            },
          },
        ],
      },
      DescribeLogStreamsCommand: { logStreams: [{ logStreamName: 'prepare-1/algo-1-1' }] },
      GetLogEventsCommand: { events: [{ message: 'only 1 month(s) of curated data' }] },
    });
    const result = await train(context, { airports: ['JFK'], until: '2013-07' }, output);
    expect(result).toMatchObject({ status: 'Failed', failureReason: 'AlgorithmError: exit code 1' });
    const text = output.lines.join('\n');
    expect(text).toContain('Failed at PrepareData: AlgorithmError: exit code 1');
    expect(text).toContain('only 1 month(s) of curated data');
    expect(text).toContain('/aws/sagemaker/ProcessingJobs, stream prepare-1/algo-1-1');
  });
});

describe('a training that cannot succeed', () => {
  const account = (sent: Sent[]) =>
    fakeContext(
      {
        GetParameterCommand: { Parameter: { Value: 'none' } },
        ListObjectVersionsCommand: quarter('JFK'),
        PutObjectCommand: {},
      },
      sent,
    );
  const uploads = (sent: readonly Sent[]) => sent.filter(({ name }) => /^(Put|Start)/.test(name));

  it.each<[string, { airports: string[]; from?: string; until: string }, RegExp]>([
    [
      'of an airport that the workflow does not know',
      { airports: ['JFK', 'SFO'], until: '2013-04' },
      /does not know SFO: its airports are JFK, LGA/,
    ],
    [
      'of an airport without curated flights',
      { airports: ['JFK', 'LGA'], until: '2013-04' },
      /no curated flights of LGA until 2013-04/,
    ],
    [
      'on months that are not there',
      { airports: ['JFK'], from: '2014-01', until: '2014-07' },
      /no curated flights of JFK from 2014-01 until 2014-07/,
    ],
    [
      'on fewer months than the split needs',
      { airports: ['JFK'], until: '2013-03' },
      /only 2 months of curated flights until 2013-03/,
    ],
  ])('%s is refused before anything is started', async (_, options, message) => {
    const sent: Sent[] = [];
    await expect(train(account(sent), { ...options, wait: false }, recordedOutput())).rejects.toThrow(message);
    expect(uploads(sent)).toEqual([]);
  });
});
