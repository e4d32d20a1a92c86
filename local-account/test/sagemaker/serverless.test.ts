import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  type CreateEndpointConfigCommandInput,
  CreateModelCommand,
  type CreateModelCommandInput,
  DescribeEndpointCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { plainImages } from '../fixtures/plain-images';
import { REGION, ROLE, Workbench, XGBOOST } from './workbench';

const INFERENCE = `
import os, time
def model_fn(folder): return 2
def input_fn(body, content_type): return [float(line) for line in body.strip().split("\\n")]
def predict_fn(rows, model):
    if rows[0] == 99: time.sleep(1)
    return [row * model for row in rows]
def output_fn(values, accept): return "".join(f"{value}\\n" for value in values), "text/csv"
`;

describe('a serverless endpoint', () => {
  let bench: Workbench;

  beforeAll(async () => {
    bench = await Workbench.start({ images: plainImages });
    await bench.putArchive('models/one/model.tar.gz', { 'code/inference.py': INFERENCE });
    await model('plain');
    await config('serverless', {});
    await bench.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'serverless' }));
    await settled();
  });
  afterAll(() => bench.stop());

  function model(ModelName: string, more: Partial<CreateModelCommandInput> = {}) {
    const Environment = { SAGEMAKER_PROGRAM: 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' };
    const PrimaryContainer = { Image: XGBOOST, ModelDataUrl: `s3://workbench/models/one/model.tar.gz`, Environment };
    return bench.sagemaker.send(
      new CreateModelCommand({ ModelName, ExecutionRoleArn: ROLE, PrimaryContainer, ...more }),
    );
  }

  function config(EndpointConfigName: string, more: Partial<CreateEndpointConfigCommandInput>, ModelName = 'plain') {
    const ServerlessConfig = { MemorySizeInMB: 2048, MaxConcurrency: 2 };
    return bench.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName,
        ProductionVariants: [{ VariantName: 'live', ModelName, ServerlessConfig }],
        ...more,
      }),
    );
  }

  const settled = () =>
    bench.until(
      () => bench.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'live' })),
      ({ EndpointStatus }) => EndpointStatus === 'InService',
    );

  async function invoke(body: string) {
    const answer = await bench.runtime.send(
      new InvokeEndpointCommand({
        EndpointName: 'live',
        Body: Buffer.from(body),
        ContentType: 'text/csv',
        Accept: 'text/csv',
      }),
    );
    return Buffer.from(answer.Body ?? []).toString();
  }

  async function count(MetricName: string): Promise<number> {
    await bench.host.settled();
    const cloudwatch = new CloudWatchClient({
      endpoint: bench.host.platform.endpoint,
      region: REGION,
      credentials: bench.host.platform.administrator,
    });
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/SageMaker',
        MetricName,
        Period: 3600,
        Statistics: ['SampleCount'],
        Dimensions: [
          { Name: 'EndpointName', Value: 'live' },
          { Name: 'VariantName', Value: 'live' },
        ],
        StartTime: new Date('2030-03-01T10:00:00Z'),
        EndTime: new Date('2030-03-01T14:00:00Z'),
      }),
    );
    cloudwatch.destroy();
    return Datapoints.reduce((total, { SampleCount = 0 }) => total + SampleCount, 0);
  }

  it('shows its memory and concurrency, and no instances', async () => {
    const { ProductionVariants } = await settled();
    expect(ProductionVariants?.[0]).toMatchObject({
      CurrentServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 2 },
    });
    expect(ProductionVariants?.[0]).not.toHaveProperty('CurrentInstanceCount');
  });

  it('starts its container with the first request, which shows as ModelSetupTime; the second is warm', async () => {
    expect(await count('ModelSetupTime')).toBe(0);
    expect(await invoke('3')).toBe('6.0\n');
    expect(await count('ModelSetupTime')).toBe(1);
    expect(await invoke('4')).toBe('8.0\n');
    expect([await count('ModelSetupTime'), await count('Invocations'), await count('InvocationsPerInstance')]).toEqual([
      1, 2, 0,
    ]);
  });

  it('is cold again after idle time', async () => {
    await bench.clock.advance(16 * 60_000);
    expect(await invoke('3')).toBe('6.0\n');
    expect(await count('ModelSetupTime')).toBe(2);
  });

  it('throttles what is more than its concurrency, and serves the next', async () => {
    const answers = await Promise.allSettled(['99', '99', '99'].map(invoke));
    const refused = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    expect(await invoke('3')).toBe('6.0\n');
  });

  it('has no instances to scale', async () => {
    const DesiredWeightsAndCapacities = [{ VariantName: 'live', DesiredInstanceCount: 2 }];
    await expect(
      bench.sagemaker.send(
        new UpdateEndpointWeightsAndCapacitiesCommand({ EndpointName: 'live', DesiredWeightsAndCapacities }),
      ),
    ).rejects.toThrow(/serverless and has no instances/);
  });

  it.each<[string, Partial<CreateEndpointConfigCommandInput>, RegExp]>([
    [
      'data capture',
      {
        DataCaptureConfig: {
          InitialSamplingPercentage: 100,
          DestinationS3Uri: 's3://workbench/capture',
          CaptureOptions: [{ CaptureMode: 'Input' }],
        },
      },
      /DataCaptureConfig is not supported for serverless/,
    ],
    [
      'a queue',
      { AsyncInferenceConfig: { OutputConfig: { S3OutputPath: 's3://workbench/out' } } },
      /AsyncInferenceConfig is not supported for serverless/,
    ],
    [
      'a memory size between two steps',
      {
        ProductionVariants: [
          { VariantName: 'live', ModelName: 'plain', ServerlessConfig: { MemorySizeInMB: 1500, MaxConcurrency: 1 } },
        ],
      },
      /MemorySizeInMB 1500 must be one of/,
    ],
    [
      'concurrency above 200',
      {
        ProductionVariants: [
          { VariantName: 'live', ModelName: 'plain', ServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 201 } },
        ],
      },
      /less than or equal to 200/,
    ],
    [
      'two variants',
      {
        ProductionVariants: ['a', 'b'].map((VariantName) => ({
          VariantName,
          ModelName: 'plain',
          ServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 1 },
        })),
      },
      /More than one production variant/,
    ],
  ])('refuses %s', async (_, more, message) => {
    await expect(config('refused', more)).rejects.toThrow(message);
  });

  it('refuses a model in a VPC, or one that is network isolated', async () => {
    await model('isolated', { EnableNetworkIsolation: true });
    await model('networked', { VpcConfig: { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-1'] } });
    await expect(config('isolated', {}, 'isolated')).rejects.toThrow(
      /EnableNetworkIsolation of model isolated is not supported/,
    );
    await expect(config('networked', {}, 'networked')).rejects.toThrow(/VpcConfig of model networked is not supported/);
  });

  it('cannot replace an endpoint with instances, and cannot become serverless again', async () => {
    await config('instances', {
      ProductionVariants: [
        { VariantName: 'live', ModelName: 'plain', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
      ],
    });
    await bench.sagemaker.send(new UpdateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'instances' }));
    await settled();
    await expect(
      bench.sagemaker.send(new UpdateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'serverless' })),
    ).rejects.toThrow(/an endpoint with instances cannot become serverless/);
  });
});
