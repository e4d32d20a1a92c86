import { type Engine, now } from '../engine';
import { INTERRUPTED } from '../interruption';
import { executionChanged, stepChanged } from './execution-events';
import type { PipelineExecution } from './pipeline-execution';

/** Ends an execution of which only the state is left: its steps' jobs have ended before it. */
export function endInterruptedExecution(engine: Engine, execution: PipelineExecution): void {
  const { status } = execution;
  if (status !== 'Executing' && status !== 'Stopping') return;
  const stopped = status === 'Stopping';
  for (const step of execution.steps) {
    if (step.EndTime !== undefined) continue;
    step.EndTime = now(engine);
    step.FailureReason = stopped ? undefined : INTERRUPTED;
    stepChanged(engine, execution, step, stopped ? 'Stopped' : 'Failed');
  }
  execution.endedAt = now(engine);
  execution.failureReason = stopped ? undefined : 'Step failure: One or multiple steps failed.';
  executionChanged(engine, execution, stopped ? 'Stopped' : 'Failed', status);
}
