import type { BatchResult } from '../../operator/commands/batch';
import type { DriftResult } from '../../operator/commands/drift';
import type { TrainResult } from '../../operator/commands/train';
import type { ExecutionResult } from '../../operator/executions';
import type { MonthQuality } from './quality';
import type { TuningTrials } from './tuning-trials';

/** A release as the report shows it. */
export interface ReleaseRecord {
  readonly what: string;
  readonly version: number;
  readonly run: ExecutionResult;
  readonly outcome: { readonly result: string; readonly detail: string };
}

/** A flight with a known outcome, and its row for batch scoring. */
export interface MeasuredFlight {
  readonly id: string;
  readonly month: string;
  readonly disrupted: boolean;
  /** A line of CSV. */
  readonly request: string;
}

/** Results of checkpoints for later ones and for the report. */
export interface StoryState {
  readonly trainings: { readonly what: string; readonly result: TrainResult }[];
  readonly tunings: TuningTrials[];
  readonly releases: ReleaseRecord[];
  readonly analyses: { readonly what: string; readonly result: DriftResult }[];
  readonly batches: { readonly what: string; readonly result: BatchResult }[];
  readonly quality: MonthQuality[];
  /** By airport; both models are measured on the same flights. */
  readonly measured: Record<string, MeasuredFlight[]>;
  /** The file that waits for the nightly batch, and the time of that batch in virtual milliseconds. */
  night?: { readonly at: number; readonly folder: string; readonly rows: number; readonly badRow: string };
  /** Execution that the drift alarm started. */
  retrainingArn?: string;
  /** Role of the training jobs. */
  trainingRoleArn?: string;
}

export function emptyState(): StoryState {
  return { trainings: [], tunings: [], releases: [], analyses: [], batches: [], quality: [], measured: {} };
}
