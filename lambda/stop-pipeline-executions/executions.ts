export interface Execution {
  readonly arn: string;
  readonly status: string;
}

/** What stopping asks of SageMaker; tests give a fake. */
export interface Executions {
  list(): Promise<readonly Execution[]>;
  stop(arn: string): Promise<void>;
  /** Until it is worth looking again. */
  wait(): Promise<void>;
}

/**
 * Stops what runs and comes back when nothing runs any more: an execution ends only after its jobs. Answers how many
 * were stopped.
 */
export async function stopAll(executions: Executions): Promise<number> {
  const stopped = new Set<string>();
  for (;;) {
    const running = (await executions.list()).filter(({ status }) => status === 'Executing' || status === 'Stopping');
    if (running.length === 0) return stopped.size;
    for (const { arn, status } of running) {
      if (status !== 'Executing' || stopped.has(arn)) continue;
      await executions.stop(arn);
      stopped.add(arn);
    }
    await executions.wait();
  }
}
