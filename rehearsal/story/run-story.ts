import type { LocalAccount } from 'local-account/local-account';
import type { OperatorContext } from '../../operator/context';
import { explain } from '../../operator/errors';
import type { Output } from '../../operator/output';
import type { Checkpoint, CheckpointContext, CheckpointResult, DeniedCall, Evidence } from './checkpoint';
import type { StoryState } from './state';

export interface StoryOptions {
  readonly rehearsal: LocalAccount;
  readonly operator: OperatorContext;
  readonly output: Output;
  readonly state: StoryState;
  readonly checkpoints: readonly Checkpoint[];
  /** What must have ended before a checkpoint starts. */
  readonly before?: (checkpoint: Checkpoint) => Promise<void>;
  readonly started?: (checkpoint: Checkpoint, number: number, of: number) => void;
  readonly ended?: (result: CheckpointResult) => void;
  /** After it is aborted, no further checkpoint starts. */
  readonly signal?: AbortSignal;
}

/** Runs the checkpoints in order, until one fails: each one needs the results of those before it. */
export async function runStory(options: StoryOptions): Promise<CheckpointResult[]> {
  const { rehearsal, checkpoints } = options;
  const results: CheckpointResult[] = [];
  let over = false;
  for (const [at, checkpoint] of checkpoints.entries()) {
    const { id, sentence, topics } = checkpoint;
    if (over || options.signal?.aborted) {
      results.push({ id, sentence, topics, status: 'not reached', evidence: [], milliseconds: 0 });
      continue;
    }
    await options.before?.(checkpoint);
    options.started?.(checkpoint, at + 1, checkpoints.length);
    const evidence: Evidence[] = [];
    const stage: CheckpointContext = {
      rehearsal,
      operator: options.operator,
      output: options.output,
      state: options.state,
      note: (label, value) => void evidence.push({ label, value }),
    };
    const began = Date.now();
    const now = () => new Date(rehearsal.platform.clock.now()).toISOString();
    const startedAt = now();
    const denialsSince = watchDenials(rehearsal);
    let error: string | undefined;
    try {
      await checkpoint.run(stage);
    } catch (thrown) {
      const { message, remedy } = explain(thrown);
      error = remedy === undefined ? message : `${message} ${remedy}`;
      over = true;
    }
    const result: CheckpointResult = {
      id,
      sentence,
      topics,
      status: error === undefined ? 'passed' : 'failed',
      evidence,
      milliseconds: Date.now() - began,
      startedAt,
      endedAt: now(),
      ...(error === undefined ? {} : { error, denials: denialsSince() }),
    };
    results.push(result);
    options.ended?.(result);
  }
  return results;
}

/** Returns a function that lists the distinct calls denied since now. */
function watchDenials({ host }: LocalAccount): () => DeniedCall[] {
  const before = host.authorizer.decisionCount;
  return () => {
    const made = host.authorizer.decisionCount - before;
    const found = new Map<string, DeniedCall>();
    for (const { allowed, principal, action, resource } of made === 0 ? [] : host.decisions.slice(-made))
      if (!allowed) found.set(`${principal} ${action} ${resource}`, { principal, action, resource });
    return [...found.values()];
  };
}
