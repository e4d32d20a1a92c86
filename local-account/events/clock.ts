import type { Clock } from '../platform';

/** Real milliseconds without any work after which the clock jumps to the next scheduled time. */
const QUIET = 3;

interface Timer {
  readonly due: number;
  readonly order: number;
  /** Somebody waits for it, so that the clock may jump there; a schedule only fires when time passes anyway. */
  readonly awaited: boolean;
  readonly fire: () => Promise<void> | void;
}

/**
 * The local account's time. It flows with real time and skips waits: when no work is running and something sleeps, it
 * jumps to the earliest wake-up time and runs everything scheduled before that, in order. While it is paused, only
 * `advance` moves it.
 */
export class VirtualClock implements Clock {
  private offset: number;
  private readonly timers = new Set<Timer>();
  private order = 0;
  private atWork = 0;
  private quietTimer: NodeJS.Timeout | undefined;
  private lastCheck: NodeJS.Immediate | undefined;
  private flowTimer: NodeJS.Timeout | undefined;
  private quietWaiters: (() => void)[] = [];
  private moving: Promise<void> = Promise.resolve();
  private isMoving = false;
  private stopped = false;
  /** The virtual time at which it is paused. */
  private pausedAt: number | undefined;

  /** @param start virtual milliseconds at the beginning; default: now */
  constructor(start: number = Date.now()) {
    this.offset = start - Date.now();
  }

  /** Before anything waits: paused from the beginning. */
  static pausedAt(start: number): VirtualClock {
    const clock = new VirtualClock(start);
    clock.pausedAt = start;
    return clock;
  }

  now(): number {
    return this.pausedAt ?? Date.now() + this.offset;
  }

  get paused(): boolean {
    return this.pausedAt !== undefined;
  }

  /** The earliest time that somebody waits for, and how many wait. */
  get waits(): { readonly number: number; readonly earliest?: number } {
    const awaited = [...this.timers].filter((timer) => timer.awaited);
    return { number: awaited.length, earliest: this.earliest((timer) => timer.awaited)?.due };
  }

  /** Time stands still from now on, also for what waits. A move that has begun ends first. */
  pause(): Promise<void> {
    return this.exclusively(async () => {
      this.pausedAt ??= this.now();
    });
  }

  /** Time flows again, from where it stood. */
  resume(): void {
    if (this.pausedAt === undefined) return;
    this.offset = this.pausedAt - Date.now();
    this.pausedAt = undefined;
    this.rearm();
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const cancel = this.add(this.now() + Math.max(0, milliseconds), true, () => {
        signal?.removeEventListener('abort', aborted);
        resolve();
      });
      const aborted = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', aborted, { once: true });
    });
  }

  schedule(next: (after: number) => number | undefined, task: (at: number) => Promise<void> | void): () => void {
    let cancelled = false;
    let cancel: () => void = () => undefined;
    const plan = (after: number): void => {
      const due = cancelled ? undefined : next(after);
      if (due === undefined) return;
      cancel = this.add(due, false, () => {
        plan(due);
        return task(due);
      });
    };
    plan(this.now());
    return () => {
      cancelled = true;
      cancel();
    };
  }

  async working<T>(work: Promise<T>): Promise<T> {
    this.atWork += 1;
    this.disturb();
    try {
      return await work;
    } finally {
      this.atWork -= 1;
      this.rearm();
    }
  }

  advance(milliseconds: number): Promise<void> {
    const target = this.now() + milliseconds;
    return this.exclusively(async () => {
      await this.quiet();
      await this.moveTo(target);
    });
  }

  /** Forgets all timers; nothing fires any more. */
  stop(): void {
    this.stopped = true;
    this.timers.clear();
    this.disturb();
    clearTimeout(this.flowTimer);
    for (const waiter of this.quietWaiters.splice(0)) waiter();
  }

  private add(due: number, awaited: boolean, fire: Timer['fire']): () => void {
    const timer: Timer = { due, order: this.order++, awaited, fire };
    if (!this.stopped) this.timers.add(timer);
    this.rearm();
    return () => this.timers.delete(timer);
  }

  private earliest(among: (timer: Timer) => boolean = () => true): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) {
      if (among(timer) && (!first || timer.due < first.due || (timer.due === first.due && timer.order < first.order)))
        first = timer;
    }
    return first;
  }

  /** Fires what is due up to `target`, each thing finished (or asleep) before the next. */
  private async moveTo(target: number): Promise<void> {
    for (;;) {
      const timer = this.earliest(({ due }) => due <= target);
      if (!timer || this.stopped) break;
      this.timers.delete(timer);
      this.jumpTo(timer.due);
      await this.fire(timer);
    }
    if (!this.stopped) this.jumpTo(target);
  }

  private async fire(timer: Timer): Promise<void> {
    let fired: Promise<void> | void;
    try {
      fired = timer.fire();
    } catch {
      return;
    }
    if (fired === undefined && !timer.awaited) {
      // A schedule's task that is over at once has at most set something off, which is at work within a turn or two of
      // the event loop.
      for (let turn = 0; turn < 3 && this.atWork === 0; turn += 1)
        await new Promise((resolve) => setImmediate(resolve));
      if (this.atWork === 0) return;
    }
    // A task that sleeps itself is not waited for: time must pass for it to go on.
    await Promise.race([Promise.resolve(fired).catch(() => undefined), this.quiet()]);
    await this.quiet();
  }

  private jumpTo(time: number): void {
    const ahead = time - this.now();
    if (ahead <= 0) return;
    if (this.pausedAt === undefined) this.offset += ahead;
    else this.pausedAt = time;
  }

  private exclusively(move: () => Promise<void>): Promise<void> {
    const done = this.moving.then(async () => {
      this.isMoving = true;
      try {
        await move();
      } finally {
        this.isMoving = false;
        this.rearm();
      }
    });
    this.moving = done.catch(() => undefined);
    return done;
  }

  /** Resolves when nothing has been at work for a moment. */
  private quiet(): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      this.quietWaiters.push(resolve);
      this.rearm();
    });
  }

  private disturb(): void {
    clearTimeout(this.quietTimer);
    clearImmediate(this.lastCheck);
  }

  private rearm(): void {
    this.disturb();
    clearTimeout(this.flowTimer);
    if (this.stopped) return;
    const first = this.earliest();
    const mayJump = !this.isMoving && !this.paused && this.earliest(({ awaited }) => awaited) !== undefined;
    if (this.atWork === 0 && (this.quietWaiters.length > 0 || mayJump)) {
      this.quietTimer = setTimeout(() => {
        // A busy event loop runs its timers late: handle what has arrived meanwhile before deciding
        // that no work is running.
        this.lastCheck = setImmediate(() => this.onQuiet());
      }, QUIET);
    }
    if (first && !this.isMoving && !this.paused) {
      const wait = Math.min(Math.max(0, first.due - this.now()), 2 ** 31 - 1);
      this.flowTimer = setTimeout(() => this.onFlow(), wait);
      this.flowTimer.unref();
    }
  }

  private onQuiet(): void {
    if (this.quietWaiters.length > 0) {
      for (const waiter of this.quietWaiters.splice(0)) waiter();
    } else if (!this.isMoving) {
      void this.exclusively(async () => {
        const sleeper = this.earliest(({ awaited }) => awaited);
        if (sleeper && this.atWork === 0 && !this.paused) await this.moveTo(sleeper.due);
      });
    }
  }

  /** Real time has caught up with a timer. */
  private onFlow(): void {
    const first = this.earliest();
    if (first && first.due <= this.now())
      void this.exclusively(async () => {
        if (!this.paused) await this.moveTo(this.now());
      });
    else this.rearm();
  }
}
