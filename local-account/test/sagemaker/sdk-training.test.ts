import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  DescribeEndpointCommand,
  DescribeTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { unpack } from '../../sagemaker/container/archive';
import { BUCKET, REGION, ROLE, SCIKIT_LEARN, Workbench, XGBOOST } from './workbench';

/** 200 records of which the label is the first column, and depends on the second. */
const csv = Array.from({ length: 200 }, (_, index) => `${index % 2},${index % 2},${(index * 7) % 10}`).join('\n');
const libsvm = Array.from({ length: 200 }, (_, index) => `${index % 2} 0:${index % 2} 1:${(index * 7) % 10}`).join(
  '\n',
);

describe('training jobs as the SageMaker Python SDK makes them', () => {
  let bench: Workbench;
  let logs: CloudWatchLogsClient;

  beforeAll(async () => {
    bench = await Workbench.start();
    logs = new CloudWatchLogsClient({
      endpoint: bench.host.platform.endpoint,
      region: REGION,
      credentials: bench.host.platform.administrator,
    });
    for (const name of ['train', 'validation']) {
      await bench.put(`csv/${name}/part.csv`, csv);
      await bench.put(`libsvm/${name}/part.txt`, libsvm);
    }
  });
  afterAll(async () => {
    logs.destroy();
    await bench.stop();
  });

  const channel = (
    format: string,
    name: string,
    ContentType: string,
    S3DataDistributionType: 'FullyReplicated' | 'ShardedByS3Key' = 'FullyReplicated',
  ) => ({
    ChannelName: name,
    ContentType,
    DataSource: {
      S3DataSource: {
        S3DataType: 'S3Prefix' as const,
        S3Uri: `s3://${BUCKET}/${format}/${name}/`,
        S3DataDistributionType,
      },
    },
  });

  async function train(TrainingJobName: string, more: Partial<CreateTrainingJobCommandInput>) {
    await bench.sagemaker.send(
      new CreateTrainingJobCommand({
        TrainingJobName,
        RoleArn: ROLE,
        AlgorithmSpecification: { TrainingImage: XGBOOST, TrainingInputMode: 'File' },
        InputDataConfig: ['train', 'validation'].map((name) => channel('csv', name, 'text/csv')),
        OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/models/` },
        ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 10 },
        StoppingCondition: { MaxRuntimeInSeconds: 600 },
        ...more,
      }),
    );
    return bench.until(
      () => bench.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName })),
      ({ TrainingJobStatus }) => TrainingJobStatus !== 'InProgress',
    );
  }

  async function artifact(job: string, file: string): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'local-account-model-'));
    writeFileSync(join(folder, 'model.tar.gz'), await bench.get(`models/${job}/output/model.tar.gz`));
    await unpack(join(folder, 'model.tar.gz'), folder);
    return readFileSync(join(folder, file), 'utf8');
  }

  async function lines(job: string): Promise<string[]> {
    const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/aws/sagemaker/TrainingJobs' }));
    return (events ?? []).flatMap(({ logStreamName, message }) =>
      logStreamName?.startsWith(`${job}/`) ? (message ?? []) : [],
    );
  }

  describe("XGBoost's built-in algorithm", () => {
    const HyperParameters = {
      objective: 'binary:logistic',
      num_round: '5',
      max_depth: '3',
      eval_metric: 'auc,logloss',
    };

    it('trains on CSV without a script and writes xgboost-model', async () => {
      expect(await train('csv', { HyperParameters })).toMatchObject({
        TrainingJobStatus: 'Completed',
        FinalMetricDataList: expect.arrayContaining([
          expect.objectContaining({ MetricName: 'validation:auc', Value: 1 }),
          expect.objectContaining({ MetricName: 'train:logloss' }),
        ]) as unknown,
      });
      expect((await artifact('csv', 'xgboost-model')).length).toBeGreaterThan(500);
    });

    it('serves what it has trained, without a script', async () => {
      const PrimaryContainer = { Image: XGBOOST, ModelDataUrl: `s3://${BUCKET}/models/csv/output/model.tar.gz` };
      await bench.sagemaker.send(
        new CreateModelCommand({ ModelName: 'built-in', ExecutionRoleArn: ROLE, PrimaryContainer }),
      );
      const ProductionVariants = [
        { VariantName: 'live', ModelName: 'built-in', InstanceType: 'ml.m5.large' as const, InitialInstanceCount: 1 },
      ];
      await bench.sagemaker.send(
        new CreateEndpointConfigCommand({ EndpointConfigName: 'built-in', ProductionVariants }),
      );
      await bench.sagemaker.send(
        new CreateEndpointCommand({ EndpointName: 'built-in', EndpointConfigName: 'built-in' }),
      );
      const { EndpointStatus, FailureReason } = await bench.until(
        () => bench.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'built-in' })),
        (described) => described.EndpointStatus !== 'Creating',
      );
      expect([EndpointStatus, FailureReason]).toEqual(['InService', undefined]);
      const ask = async (ContentType: string, body: string, Accept?: string) => {
        const { Body } = await bench.runtime.send(
          new InvokeEndpointCommand({ EndpointName: 'built-in', ContentType, Accept, Body: Buffer.from(body) }),
        );
        return Buffer.from(Body).toString();
      };
      const [one, zero] = (await ask('text/csv', '1,3\n0,3')).split('\n').map(Number);
      expect(one).toBeGreaterThan(0.5);
      expect(zero).toBeLessThan(0.5);
      expect(JSON.parse(await ask('text/libsvm', '0:1 1:3\n0:0 1:3', 'application/json'))).toEqual({
        predictions: [{ score: one }, { score: zero }],
      });
      await expect(ask('text/csv', '1,3,5')).rejects.toMatchObject({
        OriginalStatusCode: 400,
        OriginalMessage: 'The model has 2 features, and the records have 3',
      });
      await expect(ask('application/x-recordio-protobuf', 'x')).rejects.toMatchObject({
        OriginalStatusCode: 415,
        OriginalMessage: expect.stringContaining(
          'application/x-recordio-protobuf is not supported by the local',
        ) as string,
      });
      await expect(ask('text/csv', '1,3', 'application/x-recordio-protobuf')).rejects.toMatchObject({
        OriginalStatusCode: 406,
      });
    });

    it('trains on LIBSVM, its default content type', async () => {
      const InputDataConfig = ['train', 'validation'].map((name) => channel('libsvm', name, 'text/libsvm'));
      expect((await train('libsvm', { HyperParameters, InputDataConfig })).TrainingJobStatus).toBe('Completed');
    });

    it('trains on several hosts, each with its part of the data', async () => {
      await bench.put('csv/train/part-2.csv', csv);
      const described = await train('hosts', {
        HyperParameters,
        InputDataConfig: [channel('csv', 'train', 'text/csv', 'ShardedByS3Key')],
        ResourceConfig: { InstanceCount: 2, InstanceType: 'ml.m5.large', VolumeSizeInGB: 10 },
      });
      expect([described.TrainingJobStatus, described.FailureReason]).toEqual(['Completed', undefined]);
      expect((await artifact('hosts', 'xgboost-model')).length).toBeGreaterThan(500);
    });

    it('fails where a host has no data', async () => {
      const { TrainingJobStatus, FailureReason } = await train('idle-host', {
        HyperParameters,
        InputDataConfig: [channel('libsvm', 'train', 'text/libsvm', 'ShardedByS3Key')],
        ResourceConfig: { InstanceCount: 2, InstanceType: 'ml.m5.large', VolumeSizeInGB: 10 },
      });
      expect([TrainingJobStatus, FailureReason]).toEqual([
        'Failed',
        expect.stringContaining('Channel train has no data on this host'),
      ]);
    });

    it('continues from its checkpoint', async () => {
      const CheckpointConfig = { S3Uri: `s3://${BUCKET}/checkpoints/` };
      await train('first', { CheckpointConfig, HyperParameters: { ...HyperParameters, num_round: '2' } });
      expect((await train('second', { CheckpointConfig, HyperParameters })).TrainingJobStatus).toBe('Completed');
      const rounds = (await lines('second')).flatMap((line) => /^\[(\d+)\]#011train-auc/.exec(line)?.[1] ?? []);
      expect(rounds).toEqual(['2', '3', '4']);
    });

    it("fails where a hyperparameter is wrong, with the image's paths", async () => {
      const { TrainingJobStatus, FailureReason } = await train('bad', { HyperParameters: { objective: 'reg:linear' } });
      expect(TrainingJobStatus).toBe('Failed');
      expect(FailureReason).toMatch(
        /^AlgorithmError: framework error:[^]*site-packages\/sagemaker_xgboost_container\/training.py[^]*Missing required hyperparameter: num_round, exit code: 1$/,
      );
    });

    it.each<[string, string, Partial<CreateTrainingJobCommandInput>]>([
      ['range', 'Hyperparameter eta: expected a value in [0,1], found 2', { HyperParameters: { eta: '2' } }],
      ['unknown', 'Hyperparameter etaa is not supported by the local account', { HyperParameters: { etaa: '1' } }],
      [
        'weights',
        'Hyperparameter csv_weights=1 is not supported by the local account',
        { HyperParameters: { csv_weights: '1' } },
      ],
      [
        'parquet',
        'Content type application/x-parquet is not supported by the local account',
        { InputDataConfig: [channel('csv', 'train', 'application/x-parquet')] },
      ],
      [
        'protobuf',
        'Content type application/x-recordio-protobuf is not supported by the local account',
        { InputDataConfig: [channel('csv', 'train', 'application/x-recordio-protobuf')] },
      ],
      ['channel', 'Missing required channel: train', { InputDataConfig: [channel('csv', 'validation', 'text/csv')] }],
    ])('refuses by name: %s', async (name, words, more) => {
      const { TrainingJobStatus, FailureReason } = await train(`refused-${name}`, {
        ...more,
        HyperParameters: { ...HyperParameters, ...more.HyperParameters },
      });
      expect([TrainingJobStatus, FailureReason]).toEqual(['Failed', expect.stringContaining(words)]);
    });
  });

  describe('code in S3', () => {
    const script = [
      'import boto3, os, pathlib',
      'text = boto3.client("sts", region_name=os.environ["AWS_REGION"]).get_caller_identity()["Arn"]',
      'pathlib.Path("/opt/ml/model/role.txt").write_text(text)',
    ].join('\n');
    const HyperParameters = {
      sagemaker_program: 'train.py',
      sagemaker_submit_directory: `s3://${BUCKET}/code/sourcedir.tar.gz`,
    };

    beforeAll(() => bench.putArchive('code/sourcedir.tar.gz', { 'train.py': script }));

    it.each([
      ['XGBoost', XGBOOST],
      ['scikit-learn', SCIKIT_LEARN],
    ])("is fetched by the %s container, as the job's role", async (name, TrainingImage) => {
      const job = `script-${name}`;
      const described = await train(job, {
        HyperParameters,
        AlgorithmSpecification: { TrainingImage, TrainingInputMode: 'File' },
      });
      expect([described.TrainingJobStatus, described.FailureReason]).toEqual(['Completed', undefined]);
      expect(await artifact(job, 'role.txt')).toBe('arn:aws:sts::123456789012:assumed-role/Job/SageMaker');
    });

    it('is out of reach for an isolated container', async () => {
      const { TrainingJobStatus } = await train('isolated', { HyperParameters, EnableNetworkIsolation: true });
      expect(TrainingJobStatus).toBe('Failed');
    });
  });

  describe("the request's own entrypoint", () => {
    const start = (ContainerEntrypoint?: string[], ContainerArguments?: string[]) => ({
      AlgorithmSpecification: {
        TrainingImage: XGBOOST,
        TrainingInputMode: 'File' as const,
        ContainerEntrypoint,
        ContainerArguments,
      },
    });

    it("runs in place of the image's train command", async () => {
      const command = 'python -c "import sys; print(sys.argv[1:])" $0 $1 > /opt/ml/model/said.txt';
      const described = await train('entrypoint', start(['/bin/bash', '-c'], [command, 'a b', 'c']));
      expect([described.TrainingJobStatus, described.FailureReason]).toEqual(['Completed', undefined]);
      expect(await artifact('entrypoint', 'said.txt')).toBe("['a', 'b', 'c']\n");
    });

    it('fails the job with its exit code', async () => {
      const { FailureReason } = await train('exit', start(['/bin/bash', '-c', 'exit 7']));
      expect(FailureReason).toMatch(/^AlgorithmError: .*, exit code: 7$/);
    });

    it('is needed where arguments are given', async () => {
      await expect(train('arguments', start(undefined, ['x']))).rejects.toThrow(
        'AlgorithmSpecification.ContainerArguments without ContainerEntrypoint is not supported by the local account',
      );
    });
  });
});
