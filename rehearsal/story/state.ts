import type { BatchResult } from '../../operator/commands/batch';
import type { DriftResult } from '../../operator/commands/drift';
import type { TrainResult } from '../../operator/commands/train';
import type { MachineRun } from '../../operator/executions';
import type { MonthQuality } from './quality';

/** A release as the report shows it. */
export interface ReleaseRecord {
  readonly what: string;
  readonly version: number;
  readonly run: MachineRun;
  readonly outcome: { readonly result: string; readonly detail: string };
}

/** What checkpoints leave for later ones and for the report. */
export interface StoryState {
  readonly trainings: { readonly what: string; readonly result: TrainResult }[];
  readonly releases: ReleaseRecord[];
  readonly analyses: { readonly what: string; readonly result: DriftResult }[];
  readonly batches: { readonly what: string; readonly result: BatchResult }[];
  readonly quality: MonthQuality[];
  /** Execution that the drift alarm started. */
  retrainingArn?: string;
  /** Role of the training jobs. */
  trainingRoleArn?: string;
}

export function emptyState(): StoryState {
  return { trainings: [], releases: [], analyses: [], batches: [], quality: [] };
}
