/** A policy that IAM would refuse, or one that the local account cannot evaluate. It never allows anything. */
export class PolicyError extends Error {
  constructor(
    /** Where the error is, such as "inline policy Read of arn:aws:iam::...:role/Train, statement 2 (AllowRaw)". */
    readonly place: string,
    problem: string,
  ) {
    super(`${place}: ${problem}`);
    this.name = 'PolicyError';
  }
}
