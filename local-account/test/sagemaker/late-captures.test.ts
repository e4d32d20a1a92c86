import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { parseSchedule } from '../../events/schedule-expression';
import { plainImages } from '../fixtures/plain-images';
import { BUCKET, ROLE, Workbench, XGBOOST } from './workbench';

const INFERENCE = `
def model_fn(folder): return None
def input_fn(body, content_type): return body
def predict_fn(body, model): return body
def output_fn(body, accept): return body, "text/csv"
`;

const hour = 3_600_000;

describe('captures reach S3 minutes after their requests', () => {
  let bench: Workbench;

  beforeAll(async () => {
    bench = await Workbench.start({ images: plainImages });
    await bench.putArchive('models/echo/model.tar.gz', { 'code/inference.py': INFERENCE });
    const PrimaryContainer = {
      Image: XGBOOST,
      ModelDataUrl: `s3://${BUCKET}/models/echo/model.tar.gz`,
      Environment: { SAGEMAKER_PROGRAM: 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' },
    };
    await bench.sagemaker.send(
      new CreateModelCommand({
        ModelName: 'echo',
        ExecutionRoleArn: ROLE,
        EnableNetworkIsolation: true,
        PrimaryContainer,
      }),
    );
    await bench.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: 'echo',
        ProductionVariants: [
          { VariantName: 'live', ModelName: 'echo', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
        ],
        DataCaptureConfig: {
          EnableCapture: true,
          InitialSamplingPercentage: 100,
          DestinationS3Uri: `s3://${BUCKET}/capture`,
          CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
          CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'] },
        },
      }),
    );
    await bench.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'echo', EndpointConfigName: 'echo' }));
    await bench.until(
      () => bench.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'echo' })),
      ({ EndpointStatus }) => EndpointStatus === 'InService',
    );
  });
  afterAll(() => bench.stop());

  const until = (time: string) => bench.clock.advance(Date.parse(time) - bench.clock.now());
  const ask = (InferenceId: string) =>
    bench.clock.working(
      bench.runtime.send(
        new InvokeEndpointCommand({
          EndpointName: 'echo',
          Body: Buffer.from('1'),
          ContentType: 'text/csv',
          Accept: 'text/csv',
          InferenceId,
        }),
      ),
    );

  /** Inference ids that an analysis started at this time reads: those in the folder of the last full hour. */
  async function analysed(time: string): Promise<string[]> {
    const before = new Date(Math.floor(Date.parse(time) / hour - 1) * hour).toISOString();
    const prefix = `capture/echo/live/${before.slice(0, 10).replaceAll('-', '/')}/${before.slice(11, 13)}/`;
    const files = await Promise.all((await bench.keys(prefix)).map((key) => bench.get(key)));
    const lines = files.flatMap((file) => file.toString().trim().split('\n'));
    return lines
      .map((line) => (JSON.parse(line) as { eventMetadata: { inferenceId: string } }).eventMetadata.inferenceId)
      .sort();
  }

  it("so an analysis at the full hour misses the hour's last minutes, and one 20 minutes later reads each request once", async () => {
    await until('2030-03-01T10:30:00Z');
    await ask('half past');
    await until('2030-03-01T10:59:20Z');
    await ask('last minute');
    await until('2030-03-01T11:00:10Z');
    await ask('next hour');
    expect(await analysed('2030-03-01T11:00:10Z')).toEqual(['half past']);

    const next = parseSchedule('cron(20 * * * ? *)');
    const scheduled: string[] = [];
    for (let at = Date.parse('2030-03-01T11:00:00Z'); scheduled.length < 3; ) {
      at = next(at) ?? Infinity;
      scheduled.push(new Date(at).toISOString());
    }
    const read: string[][] = [];
    for (const time of scheduled) {
      await until(time);
      read.push(await analysed(time));
    }
    expect(read).toEqual([['half past', 'last minute'], ['next hour'], []]);
  });
});
