/** When the capacity goes: at once, or as soon as the job's next checkpoint is in S3. */
export type Reclaim = 'now' | 'after-checkpoint';

/** The spot instances of one training job. Nobody but an operator takes them away: there is no spot market here. */
export class SpotCapacity {
  private armed: { readonly awayMilliseconds: number } | undefined;
  private instances: AbortController | undefined;
  private awayMilliseconds: number | undefined;

  /** Instances begin to train. @returns what tells that they are taken away */
  acquire(): AbortSignal {
    this.awayMilliseconds = undefined;
    this.instances = new AbortController();
    return this.instances.signal;
  }

  /** They are done. @returns for how long there is no other capacity, if they were taken away */
  release(): number | undefined {
    this.instances = undefined;
    return this.awayMilliseconds;
  }

  /** Takes the instances away. */
  reclaim(when: Reclaim, awayMilliseconds: number): void {
    if (when === 'after-checkpoint') {
      this.armed = { awayMilliseconds };
    } else if (this.instances === undefined) {
      throw new Error('The training job has no instances now: it is not in the secondary status Training.');
    } else {
      this.awayMilliseconds = awayMilliseconds;
      this.instances.abort();
    }
  }

  checkpointCopied(): void {
    if (this.armed === undefined || this.instances === undefined) return;
    const { awayMilliseconds } = this.armed;
    this.armed = undefined;
    this.reclaim('now', awayMilliseconds);
  }
}
