import fc from 'fast-check';

import { steppedCapacity, trackedCapacity, trackedMetric } from '../../events/scaling-policies';

const bounds = { MinCapacity: 0, MaxCapacity: 5 };

describe('target tracking', () => {
  test.each([
    ['a backlog of twice the target doubles', 2, 10, 4],
    ['is rounded up, so that it suffices', 1, 6, 2],
    ['stays within the maximum', 3, 50, 5],
    ['without any backlog goes to the minimum', 3, 0, 0],
  ])('%s', (_, current, value, expected) => {
    expect(trackedCapacity(current, value, { TargetValue: 5 }, bounds)).toBe(expected);
  });

  test('never leaves its bounds', () => {
    const number = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.nat(100), number, fc.nat(10), fc.nat(10), (current, value, least, more) => {
        const capacity = trackedCapacity(
          current,
          value,
          { TargetValue: 5 },
          { MinCapacity: least, MaxCapacity: least + more },
        );
        return capacity >= least && capacity <= least + more;
      }),
    );
  });

  test("knows SageMaker's predefined metric by the variant, a custom one by its specification", () => {
    expect(
      trackedMetric('endpoint/live/variant/a', {
        TargetValue: 1,
        PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
      }),
    ).toMatchObject({
      MetricName: 'InvocationsPerInstance',
      Statistic: 'Sum',
      Dimensions: [
        { Name: 'EndpointName', Value: 'live' },
        { Name: 'VariantName', Value: 'a' },
      ],
    });
    expect(() =>
      trackedMetric('endpoint/live/variant/a', {
        TargetValue: 1,
        PredefinedMetricSpecification: { PredefinedMetricType: 'Other' },
      }),
    ).toThrow(/Other .* not supported/);
  });
});

describe('step scaling', () => {
  const oneMore = {
    AdjustmentType: 'ChangeInCapacity',
    StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
  };

  test('adds the step whose interval holds how far the metric is beyond the threshold', () => {
    expect(steppedCapacity(0, 0, oneMore, bounds)).toBe(1);
    expect(steppedCapacity(5, 0, oneMore, bounds)).toBe(5);
    expect(steppedCapacity(2, -1, oneMore, bounds)).toBeUndefined();
  });

  test('refuses what it does not know', () => {
    expect(() => steppedCapacity(1, 0, { ...oneMore, AdjustmentType: 'PercentChangeInCapacity' }, bounds)).toThrow(
      /PercentChangeInCapacity is not supported/,
    );
  });
});
