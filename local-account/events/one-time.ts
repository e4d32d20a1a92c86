import type { Clock } from '../platform';

/**
 * Runs a task once, at a virtual time. It makes the clock wait for nothing: the clock only comes there when time passes
 * anyway. @returns what cancels it
 */
export function once(clock: Clock, time: number, task: () => Promise<void> | void): () => void {
  let planned = false;
  return clock.schedule(() => {
    if (planned) return undefined;
    planned = true;
    return time;
  }, task);
}
