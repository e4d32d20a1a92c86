import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelPackageCommand,
  DeleteModelPackageGroupCommand,
  type DeploymentConfig,
  DescribeEndpointCommand,
  GetModelPackageGroupPolicyCommand,
  ListModelPackagesCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, type InvokeEndpointCommandInput } from '@aws-sdk/client-sagemaker-runtime';
import type { ProvisionContext } from '../../cloudformation/provisioner';
import { endpointProvisioner } from '../../cloudformation/provisioners/sagemaker-endpoint';
import { AutoScalingService } from '../../events/autoscaling';
import { plainImages } from '../fixtures/plain-images';
import { ACCOUNT, BUCKET, JOB_STATEMENTS, REGION, ROLE, Workbench, XGBOOST } from './workbench';

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

/** Bytes of a request, at most. */
const BODY_LIMIT = 6_291_456;

describe('models and endpoints', () => {
  let bench: Workbench;
  const group = 'orders';
  const send = async (command: unknown) => bench.sagemaker.send(command as never);

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

  it('sends an event for an approval', () => {
    const approvals = bench.events.filter(({ 'detail-type': type }) => type === 'SageMaker Model Package State Change');
    expect(approvals.map(({ detail }) => detail.ModelApprovalStatus)).toEqual(['PendingManualApproval', 'Approved']);
    expect(approvals[1]).toMatchObject({
      source: 'aws.sagemaker',
      resources: [`arn:aws:sagemaker:${REGION}:${ACCOUNT}:model-package/orders/1`],
      detail: {
        ModelPackageGroupName: group,
        ModelPackageVersion: 1,
        UpdatedModelPackageFields: ['ModelApprovalStatus'],
      },
    });
  });

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

  describe('updates', () => {
    const canary = (alarm?: string): DeploymentConfig => ({
      BlueGreenUpdatePolicy: {
        TrafficRoutingConfiguration: {
          Type: 'CANARY',
          CanarySize: { Type: 'CAPACITY_PERCENT', Value: 25 },
          WaitIntervalInSeconds: 600,
        },
        TerminationWaitInSeconds: 60,
        MaximumExecutionTimeoutInSeconds: 3600,
      },
      ...(alarm ? { AutoRollbackConfiguration: { Alarms: [{ AlarmName: alarm }] } } : {}),
    });
    const update = (
      EndpointConfigName: string,
      DeploymentConfig?: DeploymentConfig,
      RetainAllVariantProperties?: boolean,
    ) =>
      bench.sagemaker.send(
        new UpdateEndpointCommand({
          EndpointName: 'live',
          EndpointConfigName,
          DeploymentConfig,
          RetainAllVariantProperties,
        }),
      );

    it('retains the scaled instance count only on request, and refuses a second update meanwhile', async () => {
      await bench.sagemaker.send(
        new UpdateEndpointWeightsAndCapacitiesCommand({
          EndpointName: 'live',
          DesiredWeightsAndCapacities: [{ VariantName: 'live', DesiredInstanceCount: 5 }],
        }),
      );
      await settled('live');
      await update('config-2', undefined, true);
      await expect(update('config-1')).rejects.toThrow(/Cannot update in-progress endpoint/);
      await expect(send(new DeleteEndpointCommand({ EndpointName: 'live' }))).rejects.toThrow(
        /Cannot update in-progress endpoint/,
      );
      expect((await settled('live')).ProductionVariants?.[0].CurrentInstanceCount).toBe(5);
      await update('config-1');
      expect((await settled('live')).ProductionVariants?.[0].CurrentInstanceCount).toBe(2);
    });

    it('bakes a canary in virtual time with its share of the traffic, then shifts all traffic', async () => {
      const before = bench.clock.now();
      // The canary bakes while requests come, however long the new fleet takes to start.
      let asked = (): void => undefined;
      void bench.clock.working(new Promise<void>((resolve) => (asked = resolve)));
      await update('config-2', canary());
      await bench.until(
        async () => bench.host.eventLog.filter(({ kind }) => kind === 'deployment').at(-1)?.summary ?? '',
        (text) => text.includes('CANARY, 25 %'),
      );
      const versions: string[] = [];
      for (let index = 0; index < 8; index += 1) {
        versions.push((await invoke('1')).text.trim().split(',')[1]);
      }
      asked();
      expect(versions.filter((version) => version === '2')).toHaveLength(2);
      const after = await settled('live');
      expect(after).toMatchObject({
        EndpointStatus: 'InService',
        EndpointConfigName: 'config-2',
        LastDeploymentConfig: { BlueGreenUpdatePolicy: { TerminationWaitInSeconds: 60 } },
      });
      expect(bench.clock.now() - before).toBeGreaterThanOrEqual(660_000);
      expect((await invoke('1')).text).toBe('2.0,2\n');
    });

    it('rolls back when an alarm fires during the baking period', async () => {
      const cloudwatch = new CloudWatchClient({
        endpoint: bench.host.platform.endpoint,
        region: REGION,
        credentials: bench.host.platform.administrator,
      });
      const AlarmName = 'errors';
      await cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName,
          Namespace: 'x',
          MetricName: 'y',
          Statistic: 'Sum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanThreshold',
        }),
      );
      await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'test' }));
      await update('config-1', canary(AlarmName));
      const after = await settled('live');
      expect(after).toMatchObject({
        EndpointStatus: 'InService',
        EndpointConfigName: 'config-2',
        FailureReason: expect.stringContaining('[errors]') as string,
      });
      expect((await invoke('1')).text).toBe('2.0,2\n');
      const states = bench.events
        .filter(({ 'detail-type': type }) => type === 'SageMaker Endpoint State Change')
        .map(({ detail }) => detail.EndpointStatus);
      expect(states.slice(-3)).toEqual(['UPDATING', 'ROLLING_BACK', 'IN_SERVICE']);
      cloudwatch.destroy();
    });

    it('is a failed update if CloudFormation compares configurations, and a complete one if it checks only the status', async () => {
      const { EndpointArn = '' } = await bench.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'live' }));
      const context = {
        clients: { sagemaker: bench.sagemaker },
        clock: bench.clock,
        initiated: () => undefined,
      } as unknown as ProvisionContext;
      const update = (noticesRollbacks: boolean) =>
        endpointProvisioner({ noticesRollbacks }).update?.(
          EndpointArn,
          { EndpointConfigName: 'config-broken' },
          {},
          context,
        );
      await expect(update(true)).rejects.toThrow(/did not take config-broken; it is InService with config-2/);
      await expect(update(false)).resolves.toMatchObject({ physicalId: EndpointArn });
      expect(await settled('live')).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'config-2' });
    });

    it('stays with the old fleet when the new one does not start', async () => {
      await update('config-broken');
      const after = await settled('live');
      expect(after).toMatchObject({
        EndpointStatus: 'InService',
        EndpointConfigName: 'config-2',
        FailureReason: expect.stringContaining('did not pass the ping health check') as string,
      });
    });
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

  it('refuses an update when the current configuration was deleted', async () => {
    await createConfig('config-gone', 'model-1');
    await bench.sagemaker.send(
      new CreateEndpointCommand({ EndpointName: 'orphan', EndpointConfigName: 'config-gone' }),
    );
    await settled('orphan');
    await bench.sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: 'config-gone' }));
    await expect(
      send(new UpdateEndpointCommand({ EndpointName: 'orphan', EndpointConfigName: 'config-1' })),
    ).rejects.toThrow(/Could not find endpoint configuration ".*config-gone"/);
    await bench.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'orphan' }));
  });

  it("refuses to register a card outside the registry's schema", async () => {
    const register = (card: object) =>
      bench.sagemaker.send(
        new CreateModelPackageCommand({
          ModelPackageGroupName: group,
          ModelCard: { ModelCardStatus: 'Draft', ModelCardContent: JSON.stringify(card) },
        }),
      );
    const evaluation = (name: string) => ({
      evaluation_details: [
        { name, metric_groups: [{ name: 'candidate', metric_data: [{ name: 'auc', type: 'number', value: 0.7 }] }] },
      ],
    });
    await expect(register(evaluation('n'.repeat(64)))).rejects.toThrow(
      /evaluation_details\[0\].name must be a text of 1 to 63 characters/,
    );
    await expect(register({ model_overview: { model_owner: 'us' } })).rejects.toThrow(
      /model_overview.model_owner is not a member of the schema/,
    );
    await expect(register({ intended_uses: { risk_rating: 'Some' } })).rejects.toThrow(/risk_rating must be one of/);
    await register(evaluation('n'.repeat(63)));
  });

  it('accepts tags for the group, not for a version, and deploys approved versions only', async () => {
    await expect(
      send(new CreateModelPackageCommand({ ModelPackageGroupName: group, Tags: [{ Key: 'owner', Value: 'us' }] })),
    ).rejects.toThrow(/Tags are not supported for versioned model packages/);
    await expect(
      createModel(
        'unapproved',
        { MODEL_VERSION: '2' },
        `arn:aws:sagemaker:${REGION}:${ACCOUNT}:model-package/orders/2`,
      ),
    ).rejects.toThrow(/is not approved: its status is PendingManualApproval/);
  });

  it('creates a package with a name or in a group, and reports a group without a policy as AWS does', async () => {
    await expect(
      send(new CreateModelPackageCommand({ ModelPackageName: 'one', ModelPackageGroupName: group })),
    ).rejects.toThrow(/^Both ModelPackageName and ModelPackageGroupName are provided in the input/);
    await expect(send(new CreateModelPackageCommand({}))).rejects.toThrow('Missing ARN.');
    await expect(send(new GetModelPackageGroupPolicyCommand({ ModelPackageGroupName: group }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
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

  it('resizes one variant at a time', async () => {
    const DesiredWeightsAndCapacities = ['live', 'other'].map((VariantName) => ({
      VariantName,
      DesiredInstanceCount: 1,
    }));
    await expect(
      send(new UpdateEndpointWeightsAndCapacitiesCommand({ EndpointName: 'live', DesiredWeightsAndCapacities })),
    ).rejects.toThrow(/capacity of one variant only/);
  });

  it('lists versions oldest first by default', async () => {
    const versions = async (SortOrder?: 'Descending') =>
      (
        await bench.sagemaker.send(new ListModelPackagesCommand({ ModelPackageGroupName: group, SortOrder }))
      ).ModelPackageSummaryList?.map(({ ModelPackageVersion }) => ModelPackageVersion);
    expect(await versions()).toEqual([1, 2]);
    expect(await versions('Descending')).toEqual([2, 1]);
  });

  it('refuses to delete a group that still has versions', async () => {
    await expect(send(new DeleteModelPackageGroupCommand({ ModelPackageGroupName: group }))).rejects.toMatchObject({
      name: 'ConflictException',
    });
  });

  it('lists a version as Deleting until it is gone', async () => {
    const versions = async () =>
      (
        await bench.sagemaker.send(new ListModelPackagesCommand({ ModelPackageGroupName: group }))
      ).ModelPackageSummaryList?.map(
        ({ ModelPackageArn, ModelPackageStatus }) => [ModelPackageArn, ModelPackageStatus] as const,
      ) ?? [];
    const [[ModelPackageName] = []] = await versions();
    await bench.sagemaker.send(new DeleteModelPackageCommand({ ModelPackageName }));
    expect(await versions()).toContainEqual([ModelPackageName, 'Deleting']);
    await expect(send(new DeleteModelPackageCommand({ ModelPackageName }))).rejects.toMatchObject({
      name: 'ConflictException',
    });
    await bench.until(versions, (left) => left.every(([arn]) => arn !== ModelPackageName));
  });

  it('forgets a deleted endpoint', async () => {
    await bench.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'broken' }));
    await expect(settled('broken')).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Could not find endpoint') as string,
    });
  });
});
