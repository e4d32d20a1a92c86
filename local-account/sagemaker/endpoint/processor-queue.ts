import { readFileSync } from 'node:fs';

/**
 * Microseconds for which this process has stood in the queue for a processor, since its start. Latencies leave that
 * time out: it tells how busy this machine is, and an alarm on it would roll back a good model. 0 where the system does
 * not count it.
 */
export function queuedMicroseconds(): number {
  try {
    // proc_pid_schedstat: nanoseconds at work, nanoseconds in the queue, turns.
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[1]) / 1_000;
  } catch {
    return 0;
  }
}
