import type { CheckpointResult } from '../story/checkpoint';
import type { StoryState } from '../story/state';
import type { ReleaseState } from './deployed-definitions';

/** The data of a run's report, written as JSON and drawn as HTML. */
export interface ReportData {
  readonly startedAt: string;
  readonly milliseconds: number;
  readonly passed: boolean;
  readonly region: string;
  readonly checkpoints: readonly CheckpointResult[];
  readonly story: Pick<StoryState, 'trainings' | 'tunings' | 'releases' | 'analyses' | 'quality'>;
  /** States of the release state machine, by name. */
  readonly releaseStates: Readonly<Record<string, ReleaseState>>;
  readonly alarms: readonly AlarmChange[];
  readonly denials: readonly Denial[];
  readonly decisions: number;
  readonly events: readonly AccountEvent[];
}

export interface AlarmChange {
  /** Virtual time, ISO 8601. */
  readonly at: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export interface Denial {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly reason: string;
  readonly times: number;
  readonly firstAt: string;
}

export interface AccountEvent {
  readonly at: string;
  readonly kind: string;
  readonly summary: string;
}
