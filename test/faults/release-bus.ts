/** SageMaker's event: a person, or the release, approved or rejected a version. */
export interface Decision {
  readonly version: number;
  readonly approval: 'Approved' | 'Rejected';
}

/**
 * EventBridge at its worst: an event arrives at any time, in any order, twice or never. One that could not be delivered
 * lies in the dead-letter queue until a person redrives it.
 */
export class ReleaseBus {
  readonly underway: Decision[] = [];
  readonly deadLetters: Decision[] = [];

  send(version: number, approval: Decision['approval']): void {
    this.underway.push({ version, approval });
  }

  /** Returns the event if it matches the rule (its pattern is tested in approval-events.test.ts). */
  deliver(at: number): Decision | undefined {
    const [decision] = this.underway.splice(at, 1);
    return decision?.approval === 'Approved' ? decision : undefined;
  }

  duplicate(at: number): void {
    const decision = this.underway[at];
    if (decision !== undefined) this.underway.push(decision);
  }

  drop(at: number): void {
    this.underway.splice(at, 1);
  }

  /** The target could not be called. */
  fail(at: number): void {
    const decision = this.deliver(at);
    if (decision !== undefined) this.deadLetters.push(decision);
  }

  /**
   * A redrive ends with the deletion of the message, unless it is interrupted before: then it is there to be redriven
   * again.
   */
  redrive(at: number, interrupted: boolean): Decision | undefined {
    const decision = this.deadLetters[at];
    if (decision !== undefined && !interrupted) this.deadLetters.splice(at, 1);
    return decision;
  }
}
