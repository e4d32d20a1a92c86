import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  type ContainerDefinition,
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  type CreateEndpointConfigCommandInput,
  CreateModelCommand,
  CreateTransformJobCommand,
  DescribeEndpointCommand,
  DescribeTransformJobCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { plainImages } from '../fixtures/plain-images';
import { BUCKET, REGION, ROLE, SCIKIT_LEARN, Workbench, XGBOOST } from './workbench';

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

describe('several containers, several variants', () => {
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

  describe('an update that retains variant properties', () => {
    const update = (EndpointConfigName: string, excluded: ('DesiredWeight' | 'DataCaptureConfig')[]) =>
      bench.sagemaker.send(
        new UpdateEndpointCommand({
          EndpointName: 'retained',
          EndpointConfigName,
          RetainAllVariantProperties: true,
          ExcludeRetainedVariantProperties: excluded.map((VariantPropertyType) => ({ VariantPropertyType })),
        }),
      );
    const weights = async () =>
      (await settled('retained')).ProductionVariants?.map(
        ({ VariantName, CurrentWeight }) => `${VariantName ?? ''} ${CurrentWeight ?? ''}`,
      );
    const share = (percent: number) => ({
      ProductionVariants: [variant('live', 'one', 100 - percent), variant('challenger', 'two', percent)],
    });

    beforeAll(async () => {
      await createEndpoint('retained', { ProductionVariants: [variant('live', 'one')] });
      await createConfig('retained-10', share(10));
      await createConfig('retained-20', share(20));
    });

    it("retains the existing variant's weight, so a new variant of 10 % gets ten of eleven parts; later percentages change nothing", async () => {
      await update('retained-10', []);
      expect(await weights()).toEqual(['live 1', 'challenger 10']);
      await update('retained-20', []);
      expect(await weights()).toEqual(['live 1', 'challenger 10']);
    });

    it("uses the configuration's weights each time DesiredWeight is excluded", async () => {
      await update('retained-10', ['DesiredWeight']);
      expect(await weights()).toEqual(['live 90', 'challenger 10']);
      await update('retained-20', ['DesiredWeight']);
      expect(await weights()).toEqual(['live 80', 'challenger 20']);
    });

    it('cannot exclude DataCaptureConfig', async () => {
      await expect(update('retained-10', ['DataCaptureConfig'])).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining('not currently supported') as string,
      });
    });
  });

  describe('an inference pipeline', () => {
    beforeAll(async () => {
      await bench.sagemaker.send(
        new CreateModelCommand({
          ModelName: 'series',
          ExecutionRoleArn: ROLE,
          InferenceExecutionConfig: { Mode: 'Serial' },
          Containers: [
            {
              ...container('first', SCIKIT_LEARN, { SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT: 'text/csv' }),
              ContainerHostname: 'features',
            },
            { ...container('second'), ContainerHostname: 'model' },
          ],
        }),
      );
      await createEndpoint('series', { ProductionVariants: [variant('live', 'series')] });
    });

    it("passes each container's response to the next, with its content type; only the last gets the caller's Accept", async () => {
      const { text } = await invoke('series', '1,2', { Accept: 'application/json' });
      expect(text).toBe('second(first(1,2|text/csv|text/csv)|text/csv; charset=utf-8|application/json)');
    });

    it('uses JSON between containers by default', async () => {
      await bench.sagemaker.send(
        new CreateModelCommand({
          ModelName: 'json',
          ExecutionRoleArn: ROLE,
          Containers: [container('first', SCIKIT_LEARN), container('second')],
        }),
      );
      await createEndpoint('json', { ProductionVariants: [variant('live', 'json')] });
      expect((await invoke('json', '1')).text).toBe(
        'second(first(1|text/csv|application/json)|application/json|text/csv)',
      );
    });

    it('ends at the container that refuses, and names it', async () => {
      await expect(invoke('series', '1!first')).rejects.toMatchObject({
        name: 'ModelError',
        message: expect.stringContaining('Received client error (400) from features') as string,
      });
      await expect(invoke('series', '1!second')).rejects.toMatchObject({
        OriginalStatusCode: 400,
        message: expect.stringContaining('from model with message') as string,
      });
      expect((await invoke('series', '2')).text).toContain('second(first(2');
    });

    it('scores in batch, too', async () => {
      await bench.put('in/a.csv', '7\n');
      await bench.sagemaker.send(
        new CreateTransformJobCommand({
          TransformJobName: 'series',
          ModelName: 'series',
          TransformInput: {
            DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${BUCKET}/in/` } },
            ContentType: 'text/csv',
            SplitType: 'Line',
          },
          TransformOutput: { S3OutputPath: `s3://${BUCKET}/out`, Accept: 'text/csv', AssembleWith: 'Line' },
          TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
        }),
      );
      await bench.until(
        () => bench.sagemaker.send(new DescribeTransformJobCommand({ TransformJobName: 'series' })),
        ({ TransformJobStatus }) => TransformJobStatus === 'Completed',
      );
      expect((await bench.get('out/a.csv.out')).toString()).toBe(
        'second(first(7|text/csv|text/csv)|text/csv; charset=utf-8|text/csv)\n',
      );
    });

    it.each([
      [
        'Mode Direct is not supported',
        { InferenceExecutionConfig: { Mode: 'Direct' as const }, Containers: [container('a'), container('b')] },
      ],
      [
        'you must specify one for every container',
        { Containers: [{ ...container('a'), ContainerHostname: 'a' }, container('b')] },
      ],
      ['neither an Image nor a ModelPackageName', { PrimaryContainer: { ModelDataUrl: container('a').ModelDataUrl } }],
      ['Either PrimaryContainer or Containers', { PrimaryContainer: container('a'), Containers: [container('b')] }],
    ])('refuses a model: %s', async (message, more) => {
      await expect(
        bench.sagemaker.send(new CreateModelCommand({ ModelName: 'wrong', ExecutionRoleArn: ROLE, ...more })),
      ).rejects.toThrow(message);
    });
  });

  describe('two production variants', () => {
    beforeAll(() =>
      createEndpoint('shared', { ProductionVariants: [variant('live', 'one', 3), variant('challenger', 'two', 1)] }),
    );

    const count = async (requests: number): Promise<Record<string, number>> => {
      const counts: Record<string, number> = {};
      for (let request = 0; request < requests; request += 1) {
        const { variant: by = '' } = await invoke('shared', '1');
        counts[by] = (counts[by] ?? 0) + 1;
      }
      return counts;
    };

    it('share the requests by weight', async () => {
      expect(await count(12)).toEqual({ live: 9, challenger: 3 });
    });

    it('serve requests for a variant by name, and refuse an unknown name', async () => {
      expect(await invoke('shared', '1', { TargetVariant: 'challenger' })).toEqual({
        text: 'two(1|text/csv|text/csv)',
        variant: 'challenger',
      });
      await expect(invoke('shared', '1', { TargetVariant: 'nobody' })).rejects.toMatchObject({
        name: 'ValidationError',
      });
    });

    it('get new weights while the endpoint is Updating, then InService', async () => {
      const change = {
        EndpointName: 'shared',
        DesiredWeightsAndCapacities: [
          { VariantName: 'live', DesiredWeight: 0 },
          { VariantName: 'challenger', DesiredWeight: 1 },
        ],
      };
      await bench.sagemaker.send(new UpdateEndpointWeightsAndCapacitiesCommand(change));
      const states = () =>
        bench.events
          .filter(({ detail }) => detail.EndpointName === 'shared' && 'EndpointStatus' in detail)
          .map(({ detail }) => detail.EndpointStatus);
      expect(states().at(-1)).toBe('UPDATING');
      const after = await settled('shared');
      expect(states().slice(-2)).toEqual(['UPDATING', 'IN_SERVICE']);
      expect(after.ProductionVariants?.map(({ VariantName, CurrentWeight }) => [VariantName, CurrentWeight])).toEqual([
        ['live', 0],
        ['challenger', 1],
      ]);
      expect(await count(3)).toEqual({ challenger: 3 });
      await expect(
        bench.sagemaker.send(
          new UpdateEndpointWeightsAndCapacitiesCommand({
            ...change,
            DesiredWeightsAndCapacities: [{ VariantName: 'nobody', DesiredWeight: 1 }],
          }),
        ),
      ).rejects.toThrow('The variant name(s) "nobody" is/are not present within endpoint configuration "shared".');
    });

    it('are measured and captured each for itself', async () => {
      await bench.service.flushCaptures();
      expect(
        (await bench.keys('capture/shared/'))
          .map((key) => key.split('/')[2])
          .filter((one, at, all) => all.indexOf(one) === at)
          .sort(),
      ).toEqual(['challenger', 'live']);
      const sum = async (VariantName: string) => {
        const cloudwatch = new CloudWatchClient({
          endpoint: bench.host.platform.endpoint,
          region: REGION,
          credentials: bench.host.platform.administrator,
        });
        const { Datapoints = [] } = await cloudwatch.send(
          new GetMetricStatisticsCommand({
            Namespace: 'AWS/SageMaker',
            MetricName: 'Invocations',
            Dimensions: [
              { Name: 'EndpointName', Value: 'shared' },
              { Name: 'VariantName', Value: VariantName },
            ],
            StartTime: new Date(bench.clock.now() - 3_600_000),
            EndTime: new Date(bench.clock.now() + 60_000),
            Period: 60,
            Statistics: ['Sum'],
          }),
        );
        cloudwatch.destroy();
        return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
      };
      expect([await sum('live'), await sum('challenger')]).toEqual([9, 7]);
    });
  });

  describe('a shadow variant', () => {
    beforeAll(() =>
      createEndpoint('shadowed', {
        ProductionVariants: [variant('live', 'one', 1)],
        ShadowProductionVariants: [variant('shadow', 'two', 0.5)],
      }),
    );

    it('gets its part of the requests, is captured, and never responds to the caller', async () => {
      for (let request = 0; request < 8; request += 1) {
        expect(await invoke('shadowed', String(request), { InferenceId: `id-${request}` })).toEqual({
          text: `one(${request}|text/csv|text/csv)`,
          variant: 'live',
        });
      }
      const records = async (name: string) => {
        await bench.service.flushCaptures();
        const keys = await bench.keys(`capture/shadowed/${name}/`);
        const lines = (await Promise.all(keys.map(async (key) => (await bench.get(key)).toString())))
          .join('')
          .trim()
          .split('\n');
        return lines
          .filter((line) => line !== '')
          .map(
            (line) =>
              JSON.parse(line) as {
                eventMetadata: { inferenceId: string };
                captureData: { endpointOutput: { data: string } };
              },
          );
      };
      const shadowed = await bench.until(
        () => records('shadow'),
        (found) => found.length >= 4,
      );
      expect(shadowed).toHaveLength(4);
      for (const { eventMetadata, captureData } of shadowed)
        expect(captureData.endpointOutput.data.trim()).toBe(
          `two(${eventMetadata.inferenceId.slice(3)}|text/csv|text/csv)`,
        );
      expect(await records('live')).toHaveLength(8);
      const { ProductionVariants, ShadowProductionVariants } = await settled('shadowed');
      expect(
        [ProductionVariants, ShadowProductionVariants].map((all) => all?.map(({ VariantName }) => VariantName)),
      ).toEqual([['live'], ['shadow']]);
    });

    it('does not affect the response when it fails', async () => {
      expect((await invoke('shadowed', '1!two')).variant).toBe('live');
      expect((await invoke('shadowed', '2!two')).variant).toBe('live');
    });

    it('cannot be invoked by name', async () => {
      await expect(invoke('shadowed', '1', { TargetVariant: 'shadow' })).rejects.toMatchObject({
        name: 'ValidationError',
      });
    });

    it.each<[string, Partial<CreateEndpointConfigCommandInput>, RegExp]>([
      [
        'two variants of one name',
        { ProductionVariants: [variant('a', 'one'), variant('a', 'two')] },
        /same VariantName/,
      ],
      [
        'a variant without instances or serverless settings',
        { ProductionVariants: [{ VariantName: 'a', ModelName: 'one' }] },
        /needs either an InstanceType or a ServerlessConfig/,
      ],
      [
        'a serverless variant and a shadow',
        {
          ProductionVariants: [
            { VariantName: 'a', ModelName: 'one', ServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 1 } },
          ],
          ShadowProductionVariants: [variant('s', 'two')],
        },
        /Serverless variants cannot have shadow variants/,
      ],
    ])('makes no configuration with %s', async (_, more, message) => {
      await expect(createConfig('wrong', more as never)).rejects.toThrow(message);
    });

    it.each([
      ['beside two production variants', [variant('a', 'one'), variant('b', 'one')], [variant('s', 'two')]],
      ['beside another shadow', [variant('a', 'one')], [variant('s', 'two'), variant('t', 'two')]],
    ])('is refused %s', async (_, ProductionVariants, ShadowProductionVariants) => {
      await expect(createConfig('wrong', { ProductionVariants, ShadowProductionVariants })).rejects.toThrow(
        'you can only specify one variant for ProductionVariants and one variant for ShadowProductionVariants',
      );
    });
  });
});
