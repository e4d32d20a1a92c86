import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { UpdateEndpointCommand, UpdateEndpointWeightsAndCapacitiesCommand } from '@aws-sdk/client-sagemaker';
import { variantBench } from './variant-bench';
import { REGION, type Workbench } from './workbench';

describe('several variants', () => {
  const fixture = variantBench();
  const { variant, createConfig, createEndpoint, settled, invoke } = fixture;
  let bench: Workbench;
  beforeAll(() => {
    bench = fixture.bench();
  });

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
});
