import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  DescribeEndpointCommand,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { AutoScalingService } from '../../events/autoscaling';
import { plainImages } from '../fixtures/plain-images';
import { ACCOUNT, BUCKET, REGION, ROLE, Workbench, XGBOOST } from './workbench';

const INFERENCE = `
import json, os
from sagemaker_containers.beta.framework import worker
def refused(status, message): return worker.Response(response=json.dumps({"error": message}), status=status, mimetype="application/json")
def model_fn(folder):
    if os.environ.get("BROKEN"): raise RuntimeError("no model here")
    return open(os.path.join(folder, "factor.txt")).read()
def transform_fn(model, body, content_type, accept):
    rows = [line.split(",") for line in body.strip().split("\\n")]
    if any(row[0] == "bad" for row in rows): return refused(400, "row 1, column x: 'bad' is not a number")
    if any(row[0] == "crash" for row in rows): raise RuntimeError("boom")
    return "".join(f"{float(row[0]) * float(model)},{os.environ['MODEL_VERSION']}\\n" for row in rows), "text/csv"
`;

/** Model package group of the bench. */
export const group = 'orders';

/** An endpoint `live` of the first of two models on a workbench, for the tests of one describe; and what calls it. */
export function endpointBench() {
  let bench: Workbench;

  beforeAll(async () => {
    bench = await Workbench.start({ images: plainImages });
    bench.host.registerService(new AutoScalingService(bench.host.platform));
    await bench.putArchive('models/one/model.tar.gz', { 'factor.txt': '2', 'code/inference.py': INFERENCE });
    await bench.sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: group }));
    const { ModelPackageArn } = await bench.sagemaker.send(
      new CreateModelPackageCommand({
        ModelPackageGroupName: group,
        ModelApprovalStatus: 'PendingManualApproval',
        InferenceSpecification: {
          Containers: [
            {
              Image: XGBOOST,
              ModelDataUrl: `s3://${BUCKET}/models/one/model.tar.gz`,
              Environment: { SAGEMAKER_PROGRAM: 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' },
            },
          ],
          SupportedContentTypes: ['text/csv'],
          SupportedResponseMIMETypes: ['text/csv'],
        },
      }),
    );
    expect(ModelPackageArn).toBe(`arn:aws:sagemaker:${REGION}:${ACCOUNT}:model-package/orders/1`);
    await bench.sagemaker.send(new UpdateModelPackageCommand({ ModelPackageArn, ModelApprovalStatus: 'Approved' }));
    for (const version of ['1', '2']) {
      await createModel(`model-${version}`, { MODEL_VERSION: version }, ModelPackageArn);
      await createConfig(`config-${version}`, `model-${version}`);
    }
    await createModel('model-broken', { MODEL_VERSION: 'x', BROKEN: '1' }, ModelPackageArn);
    await createConfig('config-broken', 'model-broken');
    await bench.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'config-1' }));
    await settled('live');
  });
  afterAll(() => bench.stop());

  function createModel(ModelName: string, Environment: Record<string, string>, ModelPackageName?: string) {
    return bench.sagemaker.send(
      new CreateModelCommand({
        ModelName,
        ExecutionRoleArn: ROLE,
        EnableNetworkIsolation: true,
        PrimaryContainer: { ModelPackageName, Environment },
      }),
    );
  }

  function createConfig(EndpointConfigName: string, ModelName: string) {
    return bench.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName,
        KmsKeyId: bench.keyArn,
        ProductionVariants: [{ VariantName: 'live', ModelName, InstanceType: 'ml.m5.large', InitialInstanceCount: 2 }],
        DataCaptureConfig: {
          EnableCapture: true,
          InitialSamplingPercentage: 100,
          DestinationS3Uri: `s3://${BUCKET}/capture`,
          KmsKeyId: bench.keyArn,
          CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
          CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'], JsonContentTypes: ['application/json'] },
        },
      }),
    );
  }

  function settled(EndpointName: string) {
    return bench.until(
      () => bench.sagemaker.send(new DescribeEndpointCommand({ EndpointName })),
      ({ EndpointStatus }) => !['Creating', 'Updating', 'RollingBack', 'Deleting'].includes(EndpointStatus ?? ''),
    );
  }

  async function invoke(body: string, EndpointName = 'live') {
    const answer = await bench.runtime.send(
      new InvokeEndpointCommand({
        EndpointName,
        Body: Buffer.from(body),
        ContentType: 'text/csv',
        Accept: 'text/csv',
        InferenceId: 'abc',
      }),
    );
    return {
      text: Buffer.from(answer.Body ?? []).toString(),
      variant: answer.InvokedProductionVariant,
      type: answer.ContentType,
    };
  }

  return { bench: () => bench, createModel, createConfig, settled, invoke };
}
