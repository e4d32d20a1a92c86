import type { SearchSpace } from './search-space';

export interface Trial {
  readonly point: readonly number[];
  /** Higher is better; undefined when the trial failed. */
  readonly score: number | undefined;
}

/** Chooses the next point of a search. Seeded: the same trials give the same search. */
export interface Strategy {
  next(finished: readonly Trial[], pending: readonly (readonly number[])[]): number[];
}

export function createStrategy(name: string, space: SearchSpace, seed: number): Strategy {
  const random = mulberry32(seed);
  return name === 'Bayesian' ? new Bayesian(space.size, random) : { next: () => uniform(space.size, random) };
}

function uniform(size: number, random: () => number): number[] {
  return Array.from({ length: size }, random);
}

/** A small generator of good quality for 32 bits of state. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Points tried at random before the model of the search space says anything. */
const WARM_UP = 3;
const CANDIDATES = 500;
const NOISE = 1e-4;
const LENGTH_SCALE = 0.3;

/**
 * Gaussian process with expected improvement, as SageMaker's Bayesian strategy is described ("How hyperparameter tuning
 * works"). Points that still run are taken to come out as predicted, so that parallel trials spread.
 */
class Bayesian implements Strategy {
  constructor(
    private readonly size: number,
    private readonly random: () => number,
  ) {}

  next(finished: readonly Trial[], pending: readonly (readonly number[])[]): number[] {
    const known = finished.filter(
      (trial): trial is { point: readonly number[]; score: number } => trial.score !== undefined,
    );
    if (known.length < WARM_UP) {
      return uniform(this.size, this.random);
    }
    const scores = standardized(known.map(({ score }) => score));
    let process = new GaussianProcess(
      known.map(({ point }) => point),
      scores,
    );
    for (const point of pending) {
      process = process.with(point, process.predict(point).mean);
    }
    const best = Math.max(...scores);
    let chosen = uniform(this.size, this.random);
    let most = -Infinity;
    for (let index = 0; index < CANDIDATES; index += 1) {
      const candidate = uniform(this.size, this.random);
      const improvement = expectedImprovement(process.predict(candidate), best);
      if (improvement > most) {
        [most, chosen] = [improvement, candidate];
      }
    }
    return chosen;
  }
}

function standardized(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
  return values.map((value) => (value - mean) / deviation);
}

function expectedImprovement({ mean, deviation }: { mean: number; deviation: number }, best: number): number {
  if (deviation < 1e-9) {
    return Math.max(mean - best, 0);
  }
  const z = (mean - best) / deviation;
  return (mean - best) * cumulative(z) + (deviation * Math.exp(-(z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Standard normal distribution, by a logistic approximation (error below 0.0002). */
function cumulative(z: number): number {
  return 1 / (1 + Math.exp(-1.5976 * z - 0.07056 * z ** 3));
}

class GaussianProcess {
  private readonly factor: readonly (readonly number[])[];
  private readonly weights: readonly number[];

  constructor(
    private readonly points: readonly (readonly number[])[],
    private readonly scores: readonly number[],
  ) {
    const matrix = points.map((a, i) => points.map((b, j) => kernel(a, b) + (i === j ? NOISE : 0)));
    this.factor = cholesky(matrix);
    this.weights = backward(this.factor, forward(this.factor, scores));
  }

  with(point: readonly number[], score: number): GaussianProcess {
    return new GaussianProcess([...this.points, point], [...this.scores, score]);
  }

  predict(point: readonly number[]): { mean: number; deviation: number } {
    const similar = this.points.map((other) => kernel(point, other));
    const mean = similar.reduce((sum, value, index) => sum + value * this.weights[index], 0);
    const explained = forward(this.factor, similar).reduce((sum, value) => sum + value * value, 0);
    return { mean, deviation: Math.sqrt(Math.max(1 - explained, 0)) };
  }
}

function kernel(a: readonly number[], b: readonly number[]): number {
  const square = a.reduce((sum, value, index) => sum + (value - b[index]) ** 2, 0);
  return Math.exp(-square / (2 * LENGTH_SCALE ** 2));
}

function cholesky(matrix: readonly (readonly number[])[]): number[][] {
  const lower = matrix.map((row) => row.map(() => 0));
  for (let i = 0; i < matrix.length; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i][j];
      for (let k = 0; k < j; k += 1) {
        sum -= lower[i][k] * lower[j][k];
      }
      lower[i][j] = i === j ? Math.sqrt(Math.max(sum, NOISE)) : sum / lower[j][j];
    }
  }
  return lower;
}

function forward(lower: readonly (readonly number[])[], right: readonly number[]): number[] {
  const solution: number[] = [];
  right.forEach((value, i) => {
    solution.push((value - solution.reduce((sum, known, k) => sum + lower[i][k] * known, 0)) / lower[i][i]);
  });
  return solution;
}

function backward(lower: readonly (readonly number[])[], right: readonly number[]): number[] {
  const solution = new Array<number>(right.length).fill(0);
  for (let i = right.length - 1; i >= 0; i -= 1) {
    let sum = right[i];
    for (let k = i + 1; k < right.length; k += 1) {
      sum -= lower[k][i] * solution[k];
    }
    solution[i] = sum / lower[i][i];
  }
  return solution;
}
