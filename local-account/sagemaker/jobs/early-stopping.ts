import type { HyperbandStrategyConfig } from '@aws-sdk/client-sagemaker';

/** Decides while a tuning job's trials run which of them go on. Values: higher is better. */
export interface StopRule {
  /** Hears each value of a trial's objective, one an epoch. @returns whether the trial is to be stopped */
  stops(trial: string, value: number): boolean;
  /** The trial ended by itself. */
  completed(trial: string): void;
}

/** Before this share of what completed trials took, a trial is not compared. AWS says only that there is such a start. */
const FIRST_COMPARED = 0.5;

/**
 * TrainingJobEarlyStoppingType Auto: a trial is stopped whose value is below the median of the completed trials' running
 * averages up to the same epoch.
 */
// AWS: sagemaker-jobs/trials-stop-by-the-median-rule
export class MedianRule implements StopRule {
  private readonly running = new Map<string, number[]>();
  private readonly ended: (readonly number[])[] = [];

  stops(trial: string, value: number): boolean {
    const values = this.running.get(trial) ?? [];
    values.push(value);
    this.running.set(trial, values);
    if (this.ended.length === 0) return false;
    const epoch = values.length;
    if (epoch < FIRST_COMPARED * median(this.ended.map(({ length }) => length))) return false;
    return value < median(this.ended.map((other) => mean(other.slice(0, epoch))));
  }

  completed(trial: string): void {
    const values = this.running.get(trial);
    if (values !== undefined && values.length > 0) this.ended.push(values);
  }
}

/** Of the trials that reach a rung, one in so many goes on. Of the paper; AWS gives no number. */
const REDUCTION = 3;

/**
 * Hyperband as brackets of asynchronous successive halving: each trial is compared at epochs that grow threefold, with
 * the trials of its bracket that were there before it. Brackets differ in when they begin to compare.
 */
// AWS: sagemaker-jobs/hyperband-stops-its-trials
export class Hyperband implements StopRule {
  private readonly epochs = new Map<string, { readonly bracket: number; done: number }>();
  private readonly rungs = new Map<string, number[]>();
  private readonly brackets: number;
  private readonly minimum: number;
  private readonly maximum: number;

  constructor({ MinResource = 1, MaxResource = MinResource }: HyperbandStrategyConfig) {
    this.minimum = MinResource;
    this.maximum = MaxResource;
    this.brackets = Math.floor(Math.log(MaxResource / MinResource) / Math.log(REDUCTION) + 1e-9) + 1;
  }

  stops(trial: string, value: number): boolean {
    const state = this.epochs.get(trial) ?? { bracket: this.epochs.size % this.brackets, done: 0 };
    this.epochs.set(trial, state);
    state.done += 1;
    if (state.done >= this.maximum) return true;
    const rung = Math.log(state.done / this.minimum) / Math.log(REDUCTION);
    if (Math.abs(rung - Math.round(rung)) > 1e-9 || Math.round(rung) < state.bracket) return false;
    const key = `${state.bracket}/${state.done}`;
    const seen = [...(this.rungs.get(key) ?? []), value];
    this.rungs.set(key, seen);
    const better = seen.filter((other) => other > value).length;
    return better >= Math.ceil(seen.length / REDUCTION);
  }

  completed(): void {
    // What it reached is in the rungs.
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
