import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  type DeploymentConfig,
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { BUCKET, REGION, ROLE, Workbench, XGBOOST } from './workbench';

// What a model answers does not matter here: a fleet that starts at once leaves the rollout alone to be looked at.
jest.mock('../../sagemaker/endpoint/model-server', () => ({
  ModelServer: {
    start: () =>
      Promise.resolve({
        folders: [],
        stop: () => Promise.resolve(),
        invoke: () => Promise.reject(new Error('nobody asks')),
      }),
  },
}));

const wait = 600;
const size = (Value: number, Type: 'CAPACITY_PERCENT' | 'INSTANCE_COUNT' = 'CAPACITY_PERCENT') => ({ Type, Value });
const blueGreen = (TrafficRoutingConfiguration: object, TerminationWaitInSeconds = 300): DeploymentConfig => ({
  BlueGreenUpdatePolicy: {
    TrafficRoutingConfiguration: TrafficRoutingConfiguration as never,
    TerminationWaitInSeconds,
    MaximumExecutionTimeoutInSeconds: 28_800,
  },
});
const rolling = (MaximumBatchSize = size(25), more: object = {}): DeploymentConfig => ({
  RollingUpdatePolicy: {
    MaximumBatchSize,
    WaitIntervalInSeconds: wait,
    MaximumExecutionTimeoutInSeconds: 28_800,
    ...more,
  },
});

interface Kind {
  readonly config: DeploymentConfig;
  /** Percent of the traffic that the new fleet has, step by step. */
  readonly shares: readonly number[];
  readonly seconds: number;
}

const kinds: Readonly<Record<string, Kind>> = {
  canary: {
    config: blueGreen({ Type: 'CANARY', CanarySize: size(25), WaitIntervalInSeconds: wait }),
    shares: [25, 100],
    seconds: 900,
  },
  linear: {
    config: blueGreen({ Type: 'LINEAR', LinearStepSize: size(25), WaitIntervalInSeconds: wait }),
    shares: [25, 50, 75, 100],
    seconds: 2_100,
  },
  'all at once': {
    config: blueGreen({ Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 }, wait),
    shares: [100],
    seconds: 600,
  },
  rolling: { config: rolling(), shares: [25, 50, 75, 100], seconds: 2_400 },
  'rolling, back in batches': {
    config: rolling(size(50), { RollbackMaximumBatchSize: size(50) }),
    shares: [50, 100],
    seconds: 1_200,
  },
};

describe('a rollout', () => {
  let bench: Workbench;
  let cloudwatch: CloudWatchClient;
  const AlarmName = 'errors';
  const EndpointName = 'live';
  const describeEndpoint = () => bench.sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
  const setAlarm = (StateValue: 'OK' | 'ALARM') =>
    cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'test' }));

  beforeAll(async () => {
    bench = await Workbench.start();
    cloudwatch = new CloudWatchClient({
      endpoint: bench.host.platform.endpoint,
      region: REGION,
      credentials: bench.host.platform.administrator,
    });
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
    await bench.put('model.tar.gz', '');
    await bench.sagemaker.send(
      new CreateModelCommand({
        ModelName: 'model',
        ExecutionRoleArn: ROLE,
        PrimaryContainer: { Image: XGBOOST, ModelDataUrl: `s3://${BUCKET}/model.tar.gz` },
      }),
    );
    for (const name of ['one', 'two']) {
      await bench.sagemaker.send(
        new CreateEndpointConfigCommand({
          EndpointConfigName: name,
          KmsKeyId: bench.keyArn,
          ProductionVariants: [
            { VariantName: 'live', ModelName: 'model', InstanceType: 'ml.m5.large', InitialInstanceCount: 4 },
          ],
        }),
      );
    }
    await bench.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: 'two-variants',
        ProductionVariants: ['a', 'b'].map((VariantName) => ({
          VariantName,
          ModelName: 'model',
          InstanceType: 'ml.m5.large' as const,
          InitialInstanceCount: 4,
        })),
      }),
    );
    await bench.sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: 'one' }));
    await settled();
  });
  afterAll(async () => {
    cloudwatch.destroy();
    await bench.stop();
  });

  function settled(): Promise<DescribeEndpointCommandOutput> {
    return bench.until(
      describeEndpoint,
      ({ EndpointStatus }) => EndpointStatus === 'InService' || EndpointStatus === 'Failed',
    );
  }

  /**
   * Goes over to the other configuration; the alarm goes off when the new fleet has got its nth part. Answers what was
   * seen on the way.
   */
  async function update(config: DeploymentConfig, alarmAtStep?: number) {
    await setAlarm('OK');
    const from = (await describeEndpoint()).EndpointConfigName;
    const to = from === 'one' ? 'two' : 'one';
    const [seen, events] = [bench.host.eventLog.length, bench.events.length];
    const looks: DescribeEndpointCommandOutput[] = [];
    let steps = 0;
    const unsubscribe = bench.host.onEvent(({ 'detail-type': type, detail }) => {
      if (
        type !== 'SageMaker Endpoint Deployment State Change' ||
        ['ROLLBACK', 'COMPLETED'].includes(String(detail.DeploymentStatus))
      )
        return;
      steps += 1;
      const now = steps;
      // The clock stands still until this is done: the alarm changes right behind this step.
      void bench.clock.working(
        (async () => {
          if (now === alarmAtStep) await setAlarm('ALARM');
          looks.push(await describeEndpoint());
        })(),
      );
    });
    const before = bench.clock.now();
    await bench.sagemaker.send(
      new UpdateEndpointCommand({
        EndpointName,
        EndpointConfigName: to,
        DeploymentConfig: { ...config, AutoRollbackConfiguration: { Alarms: [{ AlarmName }] } },
      }),
    );
    const after = await settled();
    unsubscribe();
    const shares = bench.host.eventLog
      .slice(seen)
      .flatMap(({ kind, summary }) =>
        kind === 'deployment' ? [/(\d+) % to the new fleet/.exec(summary)?.[1] ?? ''] : [],
      );
    const states = bench.events
      .slice(events)
      .flatMap(({ 'detail-type': type, detail }) =>
        type === 'SageMaker Endpoint State Change' ? [String(detail.EndpointStatus)] : [],
      );
    return {
      from,
      to,
      after,
      looks,
      states,
      shares: shares.filter((share) => share !== '').map(Number),
      seconds: (bench.clock.now() - before) / 1000,
    };
  }

  describe.each(Object.entries(kinds))('%s', (_, { config, shares, seconds }) => {
    it('shifts traffic step by step, with a baking period after each', async () => {
      const run = await update(config);
      expect(run.shares).toEqual(shares);
      expect(run.seconds).toBeGreaterThanOrEqual(seconds);
      expect(run.seconds).toBeLessThan(seconds + 120);
      expect(run.after).toMatchObject({
        EndpointStatus: 'InService',
        EndpointConfigName: run.to,
        LastDeploymentConfig: config,
      });
      expect(run.after.PendingDeploymentSummary).toBeUndefined();
      expect(run.states).toEqual(['UPDATING', 'IN_SERVICE']);
      for (const look of run.looks) {
        expect(look).toMatchObject({
          EndpointStatus: 'Updating',
          EndpointConfigName: run.from,
          PendingDeploymentSummary: { EndpointConfigName: run.to },
        });
        expect(['ActivatingTraffic', 'Baking']).toContain(
          look.PendingDeploymentSummary?.ProductionVariants?.[0]?.VariantStatus?.[0]?.Status,
        );
      }
    });

    it.each([
      ['first', 1],
      ['last', shares.length],
    ])('goes back when an alarm goes off at its %s step, and says which', async (_name, step) => {
      const run = await update(config, step);
      expect(run.shares.slice(0, step)).toEqual(shares.slice(0, step));
      expect(run.shares.at(-1)).toBe(0);
      expect(run.after).toMatchObject({
        EndpointStatus: 'InService',
        EndpointConfigName: run.from,
        FailureReason: expect.stringContaining('[errors]') as string,
      });
      expect(run.states).toEqual(['UPDATING', 'ROLLING_BACK', 'IN_SERVICE']);
      expect(run.after.ProductionVariants?.[0]?.CurrentInstanceCount).toBe(4);
    });
  });

  it('rolling, ends an old instance for each new one; blue/green, keeps both fleets whole', async () => {
    const counts = ({ looks }: Awaited<ReturnType<typeof update>>) =>
      looks.map((look) => [
        look.ProductionVariants?.[0]?.CurrentInstanceCount,
        look.PendingDeploymentSummary?.ProductionVariants?.[0]?.CurrentInstanceCount,
      ]);
    expect(counts(await update(rolling()))).toEqual([
      [3, 1],
      [2, 2],
      [1, 3],
      [0, 4],
    ]);
    expect(
      counts(await update(blueGreen({ Type: 'CANARY', CanarySize: size(25), WaitIntervalInSeconds: wait }))),
    ).toEqual([
      [4, 4],
      [4, 4],
    ]);
  });

  it('rolling, rolls back in batches of RollbackMaximumBatchSize', async () => {
    expect((await update(kinds['rolling, back in batches']?.config ?? {}, 2)).shares).toEqual([50, 100, 50, 0]);
    expect((await update(rolling(), 4)).shares).toEqual([25, 50, 75, 100, 0]);
  });

  it('rolls back when it exceeds its time', async () => {
    const slow = rolling(size(25), { MaximumExecutionTimeoutInSeconds: 900 });
    expect((await update(slow)).after.FailureReason).toContain('exceeded MaximumExecutionTimeoutInSeconds');
  });

  it.each<[string, DeploymentConfig]>([
    ['two policies at once', { ...rolling(), ...blueGreen({ Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 }) }],
    ['a canary of more than half', blueGreen({ Type: 'CANARY', CanarySize: size(51), WaitIntervalInSeconds: wait })],
    [
      'a canary of more than half the instances',
      blueGreen({ Type: 'CANARY', CanarySize: size(3, 'INSTANCE_COUNT'), WaitIntervalInSeconds: wait }),
    ],
    ['a canary without a size', blueGreen({ Type: 'CANARY', WaitIntervalInSeconds: wait })],
    [
      'a linear step below a tenth',
      blueGreen({ Type: 'LINEAR', LinearStepSize: size(9), WaitIntervalInSeconds: wait }),
    ],
    ['a batch of more than half', rolling(size(51))],
    ['a batch below a twentieth', rolling(size(4))],
    ['a wait of more than an hour', rolling(size(25), { WaitIntervalInSeconds: 3_601 })],
    [
      'a time limit that its waits use up',
      {
        BlueGreenUpdatePolicy: {
          TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 300 },
          TerminationWaitInSeconds: 300,
          MaximumExecutionTimeoutInSeconds: 600,
        },
      },
    ],
    ['a time limit below ten minutes', rolling(size(25), { MaximumExecutionTimeoutInSeconds: 599 })],
  ])('refuses %s', async (_, DeploymentConfig) => {
    await expect(
      bench.sagemaker.send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName: 'one', DeploymentConfig })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
    expect((await describeEndpoint()).EndpointStatus).toBe('InService');
  });

  it('refuses to roll an endpoint of several variants', async () => {
    await expect(
      bench.sagemaker.send(
        new CreateEndpointCommand({
          EndpointName: 'several',
          EndpointConfigName: 'two-variants',
          DeploymentConfig: rolling(),
        }),
      ),
    ).rejects.toThrow(/multi-variant/);
  });

  it('refuses a deployment policy for an update that adds a variant, and accepts the update without one', async () => {
    const ProductionVariants = ['live', 'challenger'].map((VariantName) => ({
      VariantName,
      ModelName: 'model',
      InstanceType: 'ml.m5.large' as const,
      InitialInstanceCount: 4,
    }));
    await bench.sagemaker.send(
      new CreateEndpointConfigCommand({ EndpointConfigName: 'challenged', ProductionVariants }),
    );
    const update = (config?: DeploymentConfig) =>
      bench.sagemaker.send(
        new UpdateEndpointCommand({ EndpointName, EndpointConfigName: 'challenged', DeploymentConfig: config }),
      );
    for (const kind of ['canary', 'linear', 'all at once']) {
      await expect(update(kinds[kind]?.config)).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining('same variant names') as string,
      });
    }
    await update();
    expect((await settled()).ProductionVariants?.map(({ VariantName }) => VariantName)).toEqual(['live', 'challenger']);
  });
});
