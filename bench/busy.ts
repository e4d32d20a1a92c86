import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** One process that does nothing but keep one processor busy. */
function busyLoop(): ChildProcess {
  return spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
}

/** Runs `task` while other processes keep every processor busy. */
export async function duringOtherWork<T>(task: () => Promise<T>): Promise<T> {
  const loops = Array.from({ length: availableParallelism() }, busyLoop);
  try {
    return await task();
  } finally {
    for (const loop of loops) loop.kill('SIGKILL');
  }
}
