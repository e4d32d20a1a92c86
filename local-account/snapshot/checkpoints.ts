/** Real milliseconds without a change after which the state is written. */
const QUIET = 300;
/** The longest that a change waits for quiet. */
const LONGEST = 3_000;
/** Writing takes at most one part of so many of the time. */
const SHARE = 10;
/** After a failure, such as a full disk. */
const RETRY = 5_000;

/**
 * Writes the state of an account after what changed it: at a quiet moment, or soon. An account that is killed has lost
 * what came after the last checkpoint, and nothing of it is half there.
 */
export class Checkpoints {
  private timer: NodeJS.Timeout | undefined;
  /** When the first change came that is not written. */
  private since: number | undefined;
  private earliest = 0;
  private writing: Promise<void> = Promise.resolve();
  private ended = false;
  /** The failure that was told last, and lasts. */
  private told: string | undefined;

  /** @param failed hears once why checkpoints are not written; the account goes on, and it is tried again */
  constructor(
    private readonly save: () => Promise<void>,
    private readonly failed: (error: Error) => void,
  ) {}

  changed(): void {
    if (this.ended) return;
    const now = Date.now();
    this.since ??= now;
    this.plan(Math.max(Math.min(QUIET, this.since + LONGEST - now), this.earliest - now, 0));
  }

  /** Writes what has changed, if anything has, without waiting for a quiet moment. A failure is told, not thrown. */
  async now(): Promise<void> {
    if (this.ended) return;
    clearTimeout(this.timer);
    this.writing = this.writing.then(() => (this.since === undefined ? undefined : this.write()));
    await this.writing;
  }

  /** Writes once more, because time has passed, too, and no more after that. Throws when it cannot be written. */
  async end(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.timer);
    await this.writing;
    await this.save();
  }

  private plan(wait: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.writing = this.writing.then(() => this.write());
    }, wait);
    this.timer.unref();
  }

  private async write(): Promise<void> {
    const { since } = this;
    const began = Date.now();
    this.since = undefined;
    try {
      await this.save();
      this.told = undefined;
    } catch (error) {
      const { message } = error as Error;
      this.since = since;
      if (message !== this.told) this.failed(error as Error);
      this.told = message;
      if (!this.ended) this.plan(RETRY);
    }
    this.earliest = Date.now() + SHARE * (Date.now() - began);
  }
}
