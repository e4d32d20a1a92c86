import { readFileSync } from 'node:fs';

/**
 * Microseconds that this process has waited for a processor since its start. Latencies exclude that time: it depends on
 * the load of this computer, and an alarm on it would roll back a good model. 0 on systems that do not count it.
 */
export function queuedMicroseconds(): number {
  try {
    // proc_pid_schedstat: nanoseconds at work, nanoseconds in the queue, turns.
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[1]) / 1_000;
  } catch {
    return 0;
  }
}
