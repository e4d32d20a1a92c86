/** A place in a ruleset: lines from 1, columns from 0, as AWS's parser counts them. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a ruleset, and where. */
export class RulesetError extends Error {
  constructor(
    readonly place: Place,
    message: string,
  ) {
    super(`line ${place.line}:${place.column} ${message}`);
  }
}

/** What DQDL has and the local account does not evaluate. */
export function unsupported(place: Place, what: string): RulesetError {
  return new RulesetError(place, `${what} is not supported by the local account`);
}
