import {
  type ContainerDefinition,
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  type CreateEndpointConfigCommandInput,
  CreateModelCommand,
  DescribeEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { plainImages } from '../fixtures/plain-images';
import { BUCKET, ROLE, Workbench, XGBOOST } from './workbench';

/** Tells what it was asked, and by which content type and accept; refuses `bad`. */
const INFERENCE = `
import json, os
from sagemaker_containers.beta.framework import worker
def refused(status, message): return worker.Response(response=json.dumps({"error": message}), status=status, mimetype="application/json")
def model_fn(folder): return os.environ["NAME"]
def transform_fn(name, body, content_type, accept):
    text = body if isinstance(body, str) else body.decode()
    if "!" + name in text: return refused(400, f"{name} refuses")
    return f"{name}({text.strip()}|{content_type}|{accept})\\n", accept
`;

/** Two models on a workbench, for the tests of one describe; and what serves and calls them. */
export function variantBench() {
  let bench: Workbench;

  const variant = (VariantName: string, ModelName: string, InitialVariantWeight = 1) => ({
    VariantName,
    ModelName,
    InstanceType: 'ml.m5.large' as const,
    InitialInstanceCount: 2,
    InitialVariantWeight,
  });
  const container = (NAME: string, Image = XGBOOST, more: Record<string, string> = {}): ContainerDefinition => ({
    Image,
    ModelDataUrl: `s3://${BUCKET}/models/one/model.tar.gz`,
    Environment: {
      NAME,
      SAGEMAKER_PROGRAM: 'inference.py',
      SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
      PIP_NO_BUILD_ISOLATION: '0',
      ...more,
    },
  });

  beforeAll(async () => {
    bench = await Workbench.start({ images: plainImages });
    await bench.putArchive('models/one/model.tar.gz', { 'code/inference.py': INFERENCE });
    for (const ModelName of ['one', 'two']) {
      await bench.sagemaker.send(
        new CreateModelCommand({ ModelName, ExecutionRoleArn: ROLE, PrimaryContainer: container(ModelName) }),
      );
    }
  });
  afterAll(() => bench.stop());

  async function createConfig(
    EndpointConfigName: string,
    more: Omit<CreateEndpointConfigCommandInput, 'EndpointConfigName'>,
  ) {
    await bench.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName,
        KmsKeyId: bench.keyArn,
        DataCaptureConfig: {
          EnableCapture: true,
          InitialSamplingPercentage: 100,
          DestinationS3Uri: `s3://${BUCKET}/capture`,
          KmsKeyId: bench.keyArn,
          CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
          CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'] },
        },
        ...more,
      }),
    );
  }
  async function createEndpoint(
    EndpointName: string,
    more: Omit<CreateEndpointConfigCommandInput, 'EndpointConfigName'>,
  ) {
    await createConfig(EndpointName, more);
    await bench.sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: EndpointName }));
    return settled(EndpointName);
  }
  const settled = (EndpointName: string) =>
    bench.until(
      () => bench.sagemaker.send(new DescribeEndpointCommand({ EndpointName })),
      ({ EndpointStatus }) => !['Creating', 'Updating'].includes(EndpointStatus ?? ''),
    );
  async function invoke(
    EndpointName: string,
    text: string,
    more: { TargetVariant?: string; InferenceId?: string; Accept?: string } = {},
  ) {
    const answer = await bench.runtime.send(
      new InvokeEndpointCommand({
        EndpointName,
        Body: Buffer.from(text),
        ContentType: 'text/csv',
        Accept: 'text/csv',
        ...more,
      }),
    );
    return {
      text: Buffer.from(answer.Body ?? [])
        .toString()
        .trim(),
      variant: answer.InvokedProductionVariant,
    };
  }

  return { bench: () => bench, variant, container, createConfig, createEndpoint, settled, invoke };
}
