export interface Execution {
  readonly arn: string;
  readonly status: string;
}

/** Calls of SageMaker that stopping needs; tests use a fake. */
export interface Executions {
  list(): Promise<readonly Execution[]>;
  stop(arn: string): Promise<void>;
  /** Waits before the next check. */
  wait(): Promise<void>;
}

/**
 * Stops all running executions and waits until none runs, because an execution ends only after its jobs.
 * @returns number of executions that were stopped
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
