import { CreateModelCommand, CreateTransformJobCommand, DescribeTransformJobCommand } from '@aws-sdk/client-sagemaker';
import { variantBench } from './variant-bench';
import { BUCKET, ROLE, SCIKIT_LEARN, type Workbench } from './workbench';

describe('several containers', () => {
  const fixture = variantBench();
  const { variant, container, createEndpoint, invoke } = fixture;
  let bench: Workbench;
  beforeAll(() => {
    bench = fixture.bench();
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
});
