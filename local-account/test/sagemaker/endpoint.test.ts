import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, type InvokeEndpointCommandInput } from '@aws-sdk/client-sagemaker-runtime';
import type { ProvisionContext } from '../../cloudformation/provisioner';
import { endpointProvisioner } from '../../cloudformation/provisioners/sagemaker-endpoint';
import { endpointBench } from './endpoint-bench';
import { ACCOUNT, BUCKET, JOB_STATEMENTS, REGION, ROLE, type Workbench, XGBOOST } from './workbench';

/** Bytes of a request, at most. */
const BODY_LIMIT = 6_291_456;

describe('models and endpoints', () => {
  const endpoints = endpointBench();
  const { settled, invoke } = endpoints;
  let bench: Workbench;
  beforeAll(() => {
    bench = endpoints.bench();
  });
  const send = async (command: unknown) => bench.sagemaker.send(command as never);

  it('serves requests, and names the variant', async () => {
    expect(await invoke('3\n4')).toEqual({ text: '6.0,1\n8.0,1\n', variant: 'live', type: 'text/csv; charset=utf-8' });
  });

  it('shows the refusal of the container as ModelError, and serves the next request', async () => {
    await expect(invoke('bad')).rejects.toMatchObject({
      name: 'ModelError',
      $metadata: { httpStatusCode: 424 },
      OriginalStatusCode: 400,
      OriginalMessage: expect.stringContaining("row 1, column x: 'bad' is not a number") as string,
      message: expect.stringContaining('Received client error (400) from primary with message') as string,
    });
    await expect(invoke('crash')).rejects.toMatchObject({ name: 'ModelError', OriginalStatusCode: 500 });
    expect((await invoke('1')).text).toBe('2.0,1\n');
    await expect(invoke('1', 'nowhere')).rejects.toMatchObject({
      name: 'ValidationError',
      message: `Endpoint nowhere of account ${ACCOUNT} not found.`,
    });
  });

  it('counts invocations and errors, latency in microseconds', async () => {
    await bench.host.settled();
    const cloudwatch = new CloudWatchClient({
      endpoint: bench.host.platform.endpoint,
      region: REGION,
      credentials: bench.host.platform.administrator,
    });
    const sum = async (MetricName: string) => {
      const { Datapoints = [] } = await cloudwatch.send(
        new GetMetricStatisticsCommand({
          Namespace: 'AWS/SageMaker',
          MetricName,
          Period: 3600,
          Statistics: ['Sum', 'Average'],
          Dimensions: [
            { Name: 'EndpointName', Value: 'live' },
            { Name: 'VariantName', Value: 'live' },
          ],
          StartTime: new Date('2030-03-01T10:00:00Z'),
          EndTime: new Date('2030-03-01T12:00:00Z'),
        }),
      );
      return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
    };
    expect([
      await sum('Invocations'),
      await sum('Invocation4XXErrors'),
      await sum('Invocation5XXErrors'),
      await sum('InvocationsPerInstance'),
    ]).toEqual([4, 1, 1, 2]);
    expect(await sum('ModelLatency')).toBeGreaterThan(400);
    cloudwatch.destroy();
  });

  it("captures requests and responses in AWS's format", async () => {
    await bench.service.flushCaptures();
    const keys = await bench.keys('capture/');
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatch(/^capture\/live\/live\/2030\/03\/01\/10\/\d\d-\d\d-\d{3}-[0-9a-f-]{36}\.jsonl$/);
    const lines = (await bench.get(keys[0]))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toEqual({
      captureData: {
        endpointInput: { observedContentType: 'text/csv', mode: 'INPUT', data: '3\n4', encoding: 'CSV' },
        endpointOutput: {
          observedContentType: 'text/csv; charset=utf-8',
          mode: 'OUTPUT',
          data: '6.0,1\n8.0,1\n',
          encoding: 'CSV',
        },
      },
      eventMetadata: {
        eventId: expect.any(String) as string,
        inferenceId: 'abc',
        inferenceTime: expect.stringMatching(/^2030-03-01T10:\d\d:\d\dZ$/) as string,
      },
      eventVersion: '0',
    });
  });

  it.each<[string, Partial<InvokeEndpointCommandInput>, string, number, RegExp]>([
    [
      'a body that is one byte over the limit',
      { Body: Buffer.alloc(BODY_LIMIT + 1, '\n') },
      '413',
      413,
      /HTTP content length exceeded 6291456 bytes/,
    ],
    ['a variant that does not exist', { TargetVariant: 'green' }, 'ValidationError', 400, /green/],
    [
      'a target model of an endpoint with one model',
      { TargetModel: 'other.tar.gz' },
      'ValidationError',
      400,
      /not a multi-model endpoint/,
    ],
    ['attributes that are too long', { CustomAttributes: 'x'.repeat(1025) }, 'ValidationError', 400, /1024/],
  ])('refuses %s before the container sees it', async (_name, change, name, httpStatusCode, words) => {
    const request = { EndpointName: 'live', Body: Buffer.from('1'), ContentType: 'text/csv', ...change };
    await expect(bench.runtime.send(new InvokeEndpointCommand(request))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode },
      message: expect.stringMatching(words) as string,
    });
  });

  it('serves a body of exactly the limit', async () => {
    expect((await invoke('3\n'.padEnd(BODY_LIMIT, '\n'))).text).toBe('6.0,1\n');
  });

  it('fails to create what does not start, and what the role may not read; what failed cannot be updated', async () => {
    await bench.sagemaker.send(
      new CreateEndpointCommand({ EndpointName: 'broken', EndpointConfigName: 'config-broken' }),
    );
    expect((await settled('broken')).EndpointStatus).toBe('Failed');
    await expect(
      send(new UpdateEndpointCommand({ EndpointName: 'broken', EndpointConfigName: 'config-1' })),
    ).rejects.toThrow(/Cannot update endpoint .* in status Failed/);
    const { data: _, ...rest } = JOB_STATEMENTS;
    bench.allow(rest);
    await bench.sagemaker.send(
      new CreateEndpointCommand({ EndpointName: 'unreadable', EndpointConfigName: 'config-1' }),
    );
    expect((await settled('unreadable')).FailureReason).toMatch(
      /Could not load the model data at s3:\/\/workbench\/models\/one\/model.tar.gz/,
    );
    bench.allow(JOB_STATEMENTS);
  });

  it('fails its resource in a stack when it does not come into service', async () => {
    const context = {
      clients: { sagemaker: bench.sagemaker },
      clock: bench.clock,
      initiated: () => undefined,
    } as unknown as ProvisionContext;
    const creation = endpointProvisioner({ noticesRollbacks: true }).create(
      { EndpointName: 'stacked', EndpointConfigName: 'config-broken' },
      context,
    );
    const refused = expect(creation).rejects.toThrow(
      /Endpoint stacked is Failed: .*did not pass the ping health check/,
    );
    await bench.until(
      () => bench.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'stacked' })).catch(() => undefined),
      (found) => found?.EndpointStatus === 'Failed',
    );
    await bench.clock.advance(16_000);
    await refused;
  });

  it('refuses a model whose artifact is missing or denied to its role', async () => {
    const { data, ...rest } = JOB_STATEMENTS;
    const model = (ModelName: string, ModelDataUrl: string) =>
      bench.sagemaker.send(
        new CreateModelCommand({
          ModelName,
          ExecutionRoleArn: ROLE,
          PrimaryContainer: { Image: XGBOOST, ModelDataUrl },
        }),
      );
    await expect(model('gone', `s3://${BUCKET}/models/none/model.tar.gz`)).rejects.toMatchObject({
      name: 'ValidationException',
      message: `Could not find model data at s3://${BUCKET}/models/none/model.tar.gz.`,
    });
    bench.allow(rest);
    await expect(model('hidden', `s3://${BUCKET}/models/one/model.tar.gz`)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Also ensure that the role has "s3:GetObject" permissions') as string,
    });
    bench.allow({ data, ...rest });
  });

  it('refuses a volume key for an instance type with local storage', async () => {
    const config = (InstanceType: 'ml.g5.xlarge' | 'ml.m5.xlarge', KmsKeyId?: string) =>
      bench.sagemaker.send(
        new CreateEndpointConfigCommand({
          EndpointConfigName: `local-${InstanceType.replaceAll('.', '-')}`,
          KmsKeyId,
          ProductionVariants: [{ VariantName: 'live', ModelName: 'model-1', InstanceType, InitialInstanceCount: 1 }],
        }),
      );
    await expect(config('ml.g5.xlarge', bench.keyArn)).rejects.toThrow(/KmsKeyId cannot be requested for ml.g5.xlarge/);
    await config('ml.m5.xlarge', bench.keyArn);
    await config('ml.g5.xlarge');
  });

  it('forgets a deleted endpoint', async () => {
    await bench.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'broken' }));
    await expect(settled('broken')).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Could not find endpoint') as string,
    });
  });
});
