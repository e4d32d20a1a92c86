import type { ParameterRanges } from '@aws-sdk/client-sagemaker';
import { validation } from '../errors';

/** A hyperparameter as a coordinate from 0 to 1, so that strategies need not know scales. */
interface Dimension {
  readonly name: string;
  /** From the unit interval to the value's text. */
  value(unit: number): string;
  unit(value: string): number;
}

/** Parameter ranges of a tuning job, scaled as their ScalingType says. */
export class SearchSpace {
  private readonly dimensions: readonly Dimension[];

  constructor(ranges: ParameterRanges | undefined) {
    this.dimensions = [
      ...(ranges?.ContinuousParameterRanges ?? []).map((range) =>
        numeric(range.Name, range.MinValue, range.MaxValue, range.ScalingType, false),
      ),
      ...(ranges?.IntegerParameterRanges ?? []).map((range) =>
        numeric(range.Name, range.MinValue, range.MaxValue, range.ScalingType, true),
      ),
      ...(ranges?.CategoricalParameterRanges ?? []).map((range) => categorical(range.Name ?? '', range.Values ?? [])),
    ];
    if (this.dimensions.length === 0) {
      throw validation(
        'A tuning job without a hyperparameter range is not supported by the local account: give at least one in ParameterRanges',
      );
    }
  }

  get names(): string[] {
    return this.dimensions.map(({ name }) => name);
  }

  get size(): number {
    return this.dimensions.length;
  }

  values(point: readonly number[]): Record<string, string> {
    return Object.fromEntries(
      this.dimensions.map((dimension, index) => [dimension.name, dimension.value(point[index])]),
    );
  }

  point(values: Readonly<Record<string, string>>): number[] {
    return this.dimensions.map((dimension) => dimension.unit(values[dimension.name]));
  }
}

// AWS: sagemaker-jobs/scaling-fits-the-range
function numeric(name = '', low = '', high = '', scaling = 'Auto', integer: boolean): Dimension {
  const [minimum, maximum] = [Number(low), Number(high)];
  if (!(minimum <= maximum)) {
    throw validation(`The range of ${name} is empty: MinValue ${low}, MaxValue ${high}`);
  }
  // Auto: logarithmic where the range spans orders of magnitude, as AWS advises to choose it.
  const kind = scaling === 'Auto' ? (minimum > 0 && maximum / minimum >= 1000 ? 'Logarithmic' : 'Linear') : scaling;
  if (kind === 'Logarithmic' && minimum <= 0) {
    throw validation(`Logarithmic scaling of ${name} needs values above 0, MinValue is ${low}`);
  }
  if (kind === 'ReverseLogarithmic' && (integer || minimum < 0 || maximum >= 1)) {
    throw validation(
      `ReverseLogarithmic scaling of ${name} needs a continuous range within 0 <= x < 1, got ${low} to ${high}`,
    );
  }
  const forward = (x: number): number =>
    kind === 'Logarithmic' ? Math.log(x) : kind === 'ReverseLogarithmic' ? -Math.log(1 - x) : x;
  const backward = (y: number): number =>
    kind === 'Logarithmic' ? Math.exp(y) : kind === 'ReverseLogarithmic' ? 1 - Math.exp(-y) : y;
  // Integers: half a step on both sides, so that the ends are as likely as the rest.
  const [from, to] =
    integer && kind === 'Linear' ? [minimum - 0.5, maximum + 0.5] : [forward(minimum), forward(maximum)];
  const clamp = (x: number): number => Math.min(Math.max(x, minimum), maximum);
  return {
    name,
    value: (unit) => {
      const x = backward(from + unit * (to - from));
      return String(integer ? clamp(Math.round(x)) : clamp(x));
    },
    unit: (value) => (to === from ? 0.5 : (forward(Number(value)) - from) / (to - from)),
  };
}

function categorical(name: string, values: readonly string[]): Dimension {
  return {
    name,
    value: (unit) => values[Math.min(Math.floor(unit * values.length), values.length - 1)],
    unit: (value) => (values.indexOf(value) + 0.5) / values.length,
  };
}
