import { SearchSpace } from '../../sagemaker/jobs/search-space';

describe('a range of a tuning job', () => {
  const integer = (MinValue: string, ScalingType: 'Logarithmic' | 'ReverseLogarithmic') =>
    new SearchSpace({ IntegerParameterRanges: [{ Name: 'depth', MinValue, MaxValue: '8', ScalingType }] });
  const continuous = (MinValue: string, MaxValue: string, ScalingType: 'Logarithmic' | 'ReverseLogarithmic') =>
    new SearchSpace({ ContinuousParameterRanges: [{ Name: 'eta', MinValue, MaxValue, ScalingType }] });

  test('is searched by logarithms only above 0, and by reverse ones only from 0 to below 1', () => {
    expect(() => integer('0', 'Logarithmic')).toThrow(/Logarithmic scaling of depth needs values above 0/);
    expect(() => continuous('0', '0.5', 'Logarithmic')).toThrow(/Logarithmic scaling of eta needs values above 0/);
    expect(() => continuous('0.5', '1', 'ReverseLogarithmic')).toThrow(/needs a continuous range within 0 <= x < 1/);
    expect(() => integer('1', 'ReverseLogarithmic')).toThrow(/needs a continuous range/);
    expect(continuous('0.01', '0.5', 'Logarithmic').size + continuous('0', '0.99', 'ReverseLogarithmic').size).toBe(2);
  });
});
