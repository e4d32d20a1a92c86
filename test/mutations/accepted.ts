/**
 * Changes of the code that no test needs to notice, one by one. Most are equivalent: the changed code does the same. An
 * entry that no longer survives fails the run, and one whose code is gone fails `npm test` (accepted.test.ts).
 */
export interface Accepted {
  readonly file: string;
  /** The whole line where the change is, without indentation: finds the place when lines move. */
  readonly line: string;
  /** What Stryker changed on it, and into what, as the report prints them. */
  readonly code: string;
  readonly mutated: string;
  readonly reason: string;
}

export const accepted: readonly Accepted[] = [];
