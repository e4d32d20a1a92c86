/** A policy that IAM would refuse, or one that the local account cannot judge. Never treated as an allowance. */
export class PolicyError extends Error {
  constructor(
    /** Where it stands, such as "inline policy Read of arn:aws:iam::...:role/Train, statement 2 (AllowRaw)". */
    readonly place: string,
    problem: string,
  ) {
    super(`${place}: ${problem}`);
    this.name = 'PolicyError';
  }
}
