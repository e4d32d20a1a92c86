import type { LocalAccount } from 'local-account/local-account';
import type { OperatorContext } from '../../operator/context';
import type { Output } from '../../operator/output';
import type { StoryState } from './state';

export interface Evidence {
  readonly label: string;
  readonly value: string | number;
}

/** What a checkpoint gets. */
export interface CheckpointContext {
  readonly rehearsal: LocalAccount;
  /** The operator commands' own context: the same code as `npm run mlops`. */
  readonly operator: OperatorContext;
  readonly output: Output;
  /** Results of earlier checkpoints. */
  readonly state: StoryState;
  /** Notes a fact for the summary and the report. */
  note(label: string, value: string | number): void;
}

/**
 * One thing that the workflow must do. The check reads the account afterwards and does not trust a command's output.
 */
export interface Checkpoint {
  readonly id: string;
  /** What is true when the checkpoint has passed. */
  readonly sentence: string;
  /** Exam topics that it demonstrates (`npm run blueprint`). */
  readonly topics: readonly string[];
  /** Throws when the check fails. */
  run(stage: CheckpointContext): Promise<void>;
}

export interface CheckpointResult {
  readonly id: string;
  readonly sentence: string;
  readonly topics: readonly string[];
  readonly status: 'passed' | 'failed' | 'not reached';
  readonly evidence: readonly Evidence[];
  readonly milliseconds: number;
  /** Virtual times, ISO 8601. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly error?: string;
  /** Calls that were denied while the checkpoint ran; only when it failed. */
  readonly denials?: readonly DeniedCall[];
}

export interface DeniedCall {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
}

/** Fails the checkpoint with what was expected and what was found. */
export function expect(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message);
}

export function expectSome<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} is missing`);
  return value;
}
