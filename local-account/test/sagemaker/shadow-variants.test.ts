import type { CreateEndpointConfigCommandInput } from '@aws-sdk/client-sagemaker';
import { variantBench } from './variant-bench';
import type { Workbench } from './workbench';

describe('shadow variants', () => {
  const fixture = variantBench();
  const { variant, createConfig, createEndpoint, settled, invoke } = fixture;
  let bench: Workbench;
  beforeAll(() => {
    bench = fixture.bench();
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
