import type { Clock } from '../platform';

/**
 * A background task that works for real and sometimes waits in virtual time. While it works, the clock does not jump
 * ahead; while it sleeps, it may. Without the distinction a pipeline would either lose virtual hours between two steps
 * or stop time for ever.
 */
export class Activity {
  private release: (() => void) | undefined;

  private constructor(private readonly clock: Clock) {
    this.work();
  }

  static async run<T>(clock: Clock, task: (activity: Activity) => Promise<T>): Promise<T> {
    const activity = new Activity(clock);
    try {
      return await task(activity);
    } finally {
      activity.rest();
    }
  }

  /** Waits in virtual time. */
  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.rest();
    try {
      await this.clock.sleep(milliseconds, signal);
    } finally {
      this.work();
    }
  }

  /** Waits for something that keeps the clock busy by itself. */
  async idle<T>(promise: Promise<T>): Promise<T> {
    this.rest();
    try {
      return await promise;
    } finally {
      this.work();
    }
  }

  private work(): void {
    void this.clock.working(new Promise<void>((resolve) => (this.release = resolve)));
  }

  private rest(): void {
    this.release?.();
    this.release = undefined;
  }
}
