import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { plainImages } from '../fixtures/plain-images';
import { BUCKET, ROLE, Workbench, XGBOOST } from './workbench';

/** Each request takes some time, so that they are at work together. */
const INFERENCE = `
import time
def model_fn(folder): return None
def transform_fn(model, body, content_type, accept):
    time.sleep(0.01)
    return f"{int(body) * 2}\\n", "text/csv"
`;
const EndpointName = 'live';

describe('an endpoint that is asked by many at once', () => {
  let bench: Workbench;
  let runtime: SageMakerRuntimeClient;

  beforeAll(async () => {
    bench = await Workbench.start({ images: plainImages });
    const { endpoint, administrator: credentials, region } = bench.host.platform;
    const requestHandler = { httpAgent: { maxSockets: 300 } };
    runtime = new SageMakerRuntimeClient({ endpoint, region, credentials, maxAttempts: 1, requestHandler });
    await bench.putArchive('model.tar.gz', { 'code/inference.py': INFERENCE });
    const PrimaryContainer = {
      Image: XGBOOST,
      ModelDataUrl: `s3://${BUCKET}/model.tar.gz`,
      Environment: { SAGEMAKER_PROGRAM: 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' },
    };
    await bench.sagemaker.send(
      new CreateModelCommand({ ModelName: 'double', ExecutionRoleArn: ROLE, PrimaryContainer }),
    );
    const variant = { VariantName: 'all', ModelName: 'double', InitialInstanceCount: 1 };
    await bench.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: 'live',
        ProductionVariants: [{ ...variant, InstanceType: 'ml.m5.large' }],
      }),
    );
    await bench.sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: 'live' }));
    await bench.until(
      () => bench.sagemaker.send(new DescribeEndpointCommand({ EndpointName })),
      ({ EndpointStatus }) => EndpointStatus === 'InService',
    );
  }, 120_000);
  afterAll(async () => {
    runtime.destroy();
    await bench.stop();
  });

  const invoke = async (number: number, abortSignal?: AbortSignal): Promise<string> => {
    const Body = Buffer.from(String(number));
    const command = new InvokeEndpointCommand({ EndpointName, Body, ContentType: 'text/csv' });
    const answer = await runtime.send(command, { abortSignal });
    return Buffer.from(answer.Body ?? [])
      .toString()
      .trim();
  };
  const numbers = Array.from({ length: 200 }, (_, index) => index);

  test('gives each of 200 its own response, and loses none', async () => {
    expect(await Promise.all(numbers.map((number) => invoke(number)))).toEqual(numbers.map((one) => String(one * 2)));
  }, 60_000);

  test('serves on when half of them go away in the middle', async () => {
    const controller = new AbortController();
    const asked = numbers.map((number) => invoke(number, number % 2 === 0 ? controller.signal : undefined));
    const settled = Promise.allSettled(asked);
    await Promise.race(asked);
    controller.abort();
    const answers = (await settled).map((one) => (one.status === 'fulfilled' ? one.value : 'gone'));
    expect(answers.filter((_, number) => number % 2 === 1)).toEqual(
      numbers.filter((number) => number % 2 === 1).map((one) => String(one * 2)),
    );
    expect(answers).toContain('gone');
    expect(await invoke(21)).toBe('42');
    expect(bench.host.eventLog.filter(({ kind }) => kind === 'defect')).toEqual([]);
  }, 60_000);
});
