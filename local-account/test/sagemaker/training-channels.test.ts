import { gzipSync } from 'node:zlib';
import { CloudWatchLogsClient, DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  type Channel,
  CreateHyperParameterTuningJobCommand,
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
  StopTrainingJobCommand,
  type TrainingInputMode,
} from '@aws-sdk/client-sagemaker';
import { BUCKET, JOB_STATEMENTS, REGION, ROLE, SCIKIT_LEARN, Workbench, XGBOOST } from './workbench';

const HEAD = `
import hashlib, json, os, pathlib, subprocess, sys, time
base = pathlib.Path("/opt/ml")
data = base / "input/data"
def report(what):
    print("REPORT " + json.dumps(what), flush=True)

`;

describe('input modes of training jobs', () => {
  let bench: Workbench;
  let jobs = 0;

  beforeAll(async () => {
    bench = await Workbench.start();
    for (const name of ['a', 'b', 'c']) {
      await bench.put(`plain/${name}.csv`, `${name}1\n${name}2\n`);
      await bench.put(`zipped/${name}.csv.gz`, gzipSync(`${name}1\n${name}2\n`));
    }
    await bench.put('plain/deep/d.csv', 'd1\n');
    await bench.put('list.json', JSON.stringify([{ prefix: `s3://${BUCKET}/plain/` }, 'c.csv', 'a.csv']));
  });
  afterAll(() => bench.stop());
  afterEach(() => bench.allow(JOB_STATEMENTS));

  const channel = (prefix: string, more: Partial<Channel> & { sharded?: boolean; type?: string } = {}): Channel => {
    const { sharded, type, ...rest } = more;
    return {
      ChannelName: 'train',
      ContentType: 'text/csv',
      DataSource: {
        S3DataSource: {
          S3DataType: (type ?? 'S3Prefix') as 'S3Prefix',
          S3Uri: `s3://${BUCKET}/${prefix}`,
          S3DataDistributionType: sharded ? 'ShardedByS3Key' : 'FullyReplicated',
        },
      },
      ...rest,
    };
  };

  const request = (
    TrainingInputMode: TrainingInputMode,
    channels: Channel[],
    hosts = 1,
  ): CreateTrainingJobCommandInput => ({
    TrainingJobName: `channels-${++jobs}`,
    RoleArn: ROLE,
    AlgorithmSpecification: {
      TrainingImage: SCIKIT_LEARN,
      TrainingInputMode,
      ContainerEntrypoint: ['python3', '/opt/ml/input/data/code/main.py'],
    },
    InputDataConfig: [...channels, channel(`code/${jobs}/`, { ChannelName: 'code', InputMode: 'File' })],
    OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/models/` },
    ResourceConfig: { InstanceCount: hosts, InstanceType: 'ml.m5.large', VolumeSizeInGB: 10 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  });

  async function start(input: CreateTrainingJobCommandInput, script: string): Promise<void> {
    await bench.put(`code/${jobs}/main.py`, HEAD + script);
    await bench.sagemaker.send(new CreateTrainingJobCommand(input));
  }

  const described = ({ TrainingJobName }: CreateTrainingJobCommandInput) =>
    bench.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));

  async function ended(input: CreateTrainingJobCommandInput, script = ''): Promise<DescribeTrainingJobCommandOutput> {
    await start(input, script);
    return bench.until(
      () => described(input),
      ({ TrainingJobStatus }) => TrainingJobStatus !== 'InProgress',
    );
  }

  /** What the script of each host reported. */
  async function reports<T>(input: CreateTrainingJobCommandInput, script: string): Promise<T[]> {
    expect(await ended(input, script)).toMatchObject({ TrainingJobStatus: 'Completed' });
    await bench.host.settled();
    const logs = new CloudWatchLogsClient({
      endpoint: bench.host.platform.endpoint,
      region: REGION,
      credentials: bench.host.platform.administrator,
    });
    const logGroupName = '/aws/sagemaker/TrainingJobs';
    const { logStreams = [] } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: `${input.TrainingJobName}/` }),
    );
    const found = await Promise.all(
      logStreams.map(async ({ logStreamName }) => {
        const { events = [] } = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName }));
        return events.map(({ message = '' }) => message).find((message) => message.startsWith('REPORT '));
      }),
    );
    logs.destroy();
    return found.map((line) => JSON.parse(line?.slice('REPORT '.length) ?? 'null') as T);
  }

  describe('Pipe', () => {
    const epochs = `
found = []
for epoch in range(int(os.environ.get("EPOCHS", "2"))):
    pipe = data / f"train_{epoch}"
    while not pipe.exists(): time.sleep(0.01)
    found.append(pipe.read_bytes().decode("latin-1"))
report({"epochs": found, "folder": (data / "train").exists(), "config": json.loads((base / "input/config/inputdataconfig.json").read_text())["train"]})
`;
    interface Read {
      epochs: string[];
      folder: boolean;
      config: Record<string, unknown>;
    }

    it('has a pipe for each epoch, with the objects one after the other', async () => {
      const [read] = await reports<Read>(request('Pipe', [channel('plain/')]), epochs);
      const whole = 'a1\na2\nb1\nb2\nc1\nc2\nd1\n';
      expect(read).toEqual({
        epochs: [whole, whole],
        folder: false,
        config: {
          ContentType: 'text/csv',
          TrainingInputMode: 'Pipe',
          S3DistributionType: 'FullyReplicated',
          RecordWrapperType: 'None',
        },
      });
    });

    it('takes the order of a manifest', async () => {
      const [read] = await reports<Read>(request('Pipe', [channel('list.json', { type: 'ManifestFile' })]), epochs);
      expect(read.epochs[0]).toBe('c1\nc2\na1\na2\n');
    });

    it('decompresses gzip, and the channel has its own mode', async () => {
      const zipped = channel('zipped/', { InputMode: 'Pipe', CompressionType: 'Gzip' });
      const [read] = await reports<Read>(request('File', [zipped]), epochs);
      expect(read.epochs).toEqual(['a1\na2\nb1\nb2\nc1\nc2\n', 'a1\na2\nb1\nb2\nc1\nc2\n']);
    });

    it('wraps each object in a RecordIO record', async () => {
      const [read] = await reports<Read>(
        request('Pipe', [channel('plain/a', { RecordWrapperType: 'RecordIO' })]),
        epochs,
      );
      const record = Buffer.from(read.epochs[0], 'latin1');
      expect(record.readUInt32LE(0)).toBe(0xced7230a);
      expect(record.readUInt32LE(4)).toBe(6);
      expect(record.subarray(8).toString('latin1')).toBe('a1\na2\n\0\0');
    });

    it('shares the objects among hosts, and shuffles them anew for each epoch', async () => {
      const shuffled = channel('plain/', { sharded: true, ShuffleConfig: { Seed: 7 } });
      const hosts = await reports<Read>({ ...request('Pipe', [shuffled], 2), Environment: { EPOCHS: '6' } }, epochs);
      const lines = (epoch: number): string[] =>
        hosts.flatMap(({ epochs: read }) => read[epoch].split('\n')).filter(Boolean);
      for (let epoch = 0; epoch < 6; epoch++) {
        expect(lines(epoch).sort()).toEqual(['a1', 'a2', 'b1', 'b2', 'c1', 'c2', 'd1']);
      }
      expect(new Set(hosts[0].epochs).size).toBeGreaterThan(1);
    });

    it('goes on with the next epoch when a script closes a pipe early, and ends with the script', async () => {
      await bench.put('large/a.bin', Buffer.alloc(4_000_000, 'x'));
      const [read] = await reports<string[]>(
        request('Pipe', [channel('large/')]),
        `
with open(data / "train_0", "rb") as pipe: first = len(pipe.read(10))
while not (data / "train_1").exists(): time.sleep(0.01)
with open(data / "train_1", "rb") as pipe: second = len(pipe.read(20))
report([first, second])
`,
      );
      expect(read).toEqual([10, 20]);
    });

    it('fails the job when an object cannot be read, though the script waits for more', async () => {
      bench.allow({
        ...JOB_STATEMENTS,
        secret: { Effect: 'Deny', Action: ['s3:GetObject'], Resource: [`arn:aws:s3:::${BUCKET}/plain/b.csv`] },
      });
      const failed = await ended(
        request('Pipe', [channel('plain/')]),
        '(data / "train_0").read_bytes()\nwhile True: time.sleep(1)\n',
      );
      expect(failed).toMatchObject({
        TrainingJobStatus: 'Failed',
        FailureReason: expect.stringMatching(/^ClientError: .*not authorized to perform: s3:GetObject/) as string,
      });
    });

    it('stops while a script waits for an epoch', async () => {
      const input = request('Pipe', [channel('plain/')]);
      await start(input, 'time.sleep(600)\n');
      const { TrainingJobName } = input;
      await bench.until(
        () => described(input),
        ({ SecondaryStatus }) => SecondaryStatus === 'Training',
      );
      await bench.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName }));
      const { TrainingJobStatus } = await bench.until(
        () => described(input),
        ({ TrainingJobStatus: status }) => status === 'Stopped' || status === 'Failed',
      );
      expect(TrainingJobStatus).toBe('Stopped');
    });
  });

  describe('FastFile', () => {
    it('shows every object as a file, and is File to the container', async () => {
      const [read] = await reports<unknown>(
        request('FastFile', [channel('plain/')]),
        `
files = sorted(str(p.relative_to(data)) for p in data.rglob("*.csv") if p.is_file())
report({"files": files, "sizes": [(data / f).stat().st_size for f in files], "d": (data / "train/deep/d.csv").read_text(),
  "native": subprocess.run(["tail", "-n", "1", str(data / "train/b.csv")], capture_output=True, text=True).stdout,
  "config": json.loads((base / "input/config/inputdataconfig.json").read_text())["train"]["TrainingInputMode"]})
`,
      );
      expect(read).toEqual({
        files: ['train/a.csv', 'train/b.csv', 'train/c.csv', 'train/deep/d.csv'],
        sizes: [6, 6, 6, 3],
        d: 'd1\n',
        native: 'b2\n',
        config: 'File',
      });
    });

    it('fetches an object when its file is opened, and no other', async () => {
      const before = fetched().length;
      await reports(request('FastFile', [channel('plain/')]), 'report((data / "train/c.csv").read_text())\n');
      expect(fetched().slice(before)).toEqual(process.platform === 'linux' ? ['plain/c.csv'] : expect.any(Array));
    });

    it('gives each host its share', async () => {
      const hosts = await reports<string[]>(
        request('FastFile', [channel('plain/', { sharded: true })], 2),
        'report([p.read_text() for p in sorted(data.rglob("*.csv"))])\n',
      );
      expect(hosts).toEqual([
        ['a1\na2\n', 'c1\nc2\n'],
        ['b1\nb2\n', 'd1\n'],
      ]);
    });

    it('fails the job when an object cannot be read', async () => {
      bench.allow({
        ...JOB_STATEMENTS,
        secret: { Effect: 'Deny', Action: ['s3:GetObject'], Resource: [`arn:aws:s3:::${BUCKET}/plain/b.csv`] },
      });
      const failed = await ended(
        request('FastFile', [channel('plain/')]),
        '(data / "train/b.csv").read_bytes()\nwhile True: time.sleep(1)\n',
      );
      expect(failed).toMatchObject({
        TrainingJobStatus: 'Failed',
        FailureReason: expect.stringMatching(/^ClientError: .*not authorized to perform: s3:GetObject/) as string,
      });
    });

    it("refuses a part of a folder's name", async () => {
      expect(await ended(request('FastFile', [channel('pla')]))).toMatchObject({
        TrainingJobStatus: 'Failed',
        FailureReason: expect.stringContaining("is part of a folder's name: it also matches plain/a.csv") as string,
      });
    });
  });

  it('resolves the names of its hosts, for every program', async () => {
    const script = `
import socket
report([socket.gethostbyname("algo-1") != socket.gethostbyname("algo-2") or sys.platform != "linux",
  subprocess.run(["getent", "hosts", "algo-2", "localhost"], capture_output=True, text=True).returncode])
`;
    const hosts = await reports<unknown>(request('File', [], 2), script);
    expect(hosts).toEqual([
      [true, 0],
      [true, 0],
    ]);
  });

  it('refuses what the mode does not allow', async () => {
    const refused: [TrainingInputMode, Channel, RegExp][] = [
      [
        'File',
        channel('zipped/', { CompressionType: 'Gzip' }),
        /^Invalid compression type for channel train: File mode only supports NONE, got Gzip instead$/,
      ],
      [
        'Pipe',
        channel('zipped/', { InputMode: 'FastFile', CompressionType: 'Gzip' }),
        /FastFile mode only supports NONE/,
      ],
      [
        'File',
        channel('plain/', { RecordWrapperType: 'RecordIO' }),
        /File mode only supports NONE, got RecordIO instead/,
      ],
      ['FastFile', channel('list.json', { type: 'ManifestFile' }), /FastFile mode only supports S3DataType S3Prefix/],
      ['File', channel('list.json', { type: 'AugmentedManifestFile' }), /can only be used with Pipe mode, got File/],
      ['Pipe', channel('list.json', { type: 'AugmentedManifestFile' }), /is not supported by the local account/],
      ['File', { ChannelName: 'train', DataSource: {} }, /without S3DataSource is not supported by the local account/],
    ];
    for (const [mode, asked, words] of refused) {
      const input = request(mode, [asked]);
      await expect(bench.sagemaker.send(new CreateTrainingJobCommand(input))).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringMatching(words) as string,
      });
    }
  });

  it('refuses it in the jobs of a tuning job, too', async () => {
    const tuning = new CreateHyperParameterTuningJobCommand({
      HyperParameterTuningJobName: 'zipped',
      HyperParameterTuningJobConfig: {
        Strategy: 'Random',
        HyperParameterTuningJobObjective: { Type: 'Maximize', MetricName: 'validation:auc' },
        ResourceLimits: { MaxParallelTrainingJobs: 1, MaxNumberOfTrainingJobs: 1 },
        ParameterRanges: { ContinuousParameterRanges: [{ Name: 'eta', MinValue: '0.1', MaxValue: '0.9' }] },
      },
      TrainingJobDefinition: {
        RoleArn: ROLE,
        AlgorithmSpecification: { TrainingImage: XGBOOST, TrainingInputMode: 'File' },
        InputDataConfig: [channel('zipped/', { CompressionType: 'Gzip' })],
        OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/models/` },
        ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 10 },
        StoppingCondition: { MaxRuntimeInSeconds: 60 },
      },
    });
    await expect(bench.sagemaker.send(tuning)).rejects.toThrow(/File mode only supports NONE, got Gzip instead/);
  });

  it('refuses pipes and gzip of processing jobs', async () => {
    const create = (S3Input: { S3InputMode: 'File' | 'Pipe'; S3CompressionType?: 'Gzip' }) =>
      bench.sagemaker.send(
        new CreateProcessingJobCommand({
          ProcessingJobName: 'modes',
          RoleArn: ROLE,
          AppSpecification: { ImageUri: SCIKIT_LEARN, ContainerEntrypoint: ['python3', '-c', ''] },
          ProcessingResources: {
            ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 10 },
          },
          ProcessingInputs: [
            {
              InputName: 'data',
              S3Input: {
                S3Uri: `s3://${BUCKET}/plain/`,
                LocalPath: '/opt/ml/processing/input/data',
                S3DataType: 'S3Prefix',
                ...S3Input,
              },
            },
          ],
        }),
      );
    await expect(create({ S3InputMode: 'Pipe' })).rejects.toThrow(
      'Input data: S3InputMode Pipe is not supported by the local account',
    );
    await expect(create({ S3InputMode: 'File', S3CompressionType: 'Gzip' })).rejects.toThrow(
      'Input data: S3CompressionType Gzip can only be used when S3InputMode is Pipe',
    );
  });

  /** Keys of the objects that jobs have read, in order. */
  function fetched(): string[] {
    return bench.host.decisions
      .filter(({ action, resource }) => action === 's3:GetObject' && resource.includes('/plain/'))
      .map(({ resource }) => resource.replace(`arn:aws:s3:::${BUCKET}/`, ''));
  }
});
