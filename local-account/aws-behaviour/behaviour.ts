/**
 * One thing that AWS does beyond its API models, and where this project answers for it. The page docs/reference/generated/aws-behaviour.md
 * is written from these lists.
 *
 * Code that refuses or acts because of an entry names it in a comment: `// AWS: <id>` on the statement or on a function
 * around it.
 */
export interface Behaviour {
  /**
   * `<service>/<what>` in lower case with hyphens, such as `application-auto-scaling/validates-as-the-caller`. Never
   * renamed.
   */
  readonly id: string;
  /**
   * An operation (`sagemaker:CreateHyperParameterTuningJob`) or a resource type (`AWS::SSM::Parameter`), one or
   * several.
   */
  readonly subjects: readonly string[];
  /** What AWS does, in a sentence or two, in our own words. */
  readonly does: string;
  readonly sources: readonly [Source, ...Source[]];
  /**
   * `certain`: documented for this very case, seen on a real account, or reproduced with AWS's published code.
   * `likely`: documented or reported for a close case. `possible`: a page can be read either way.
   */
  readonly sure: 'certain' | 'likely' | 'possible';
  /**
   * Files that refuse the wrong thing or do what AWS does; each names this entry. Empty only where `unsettled` says why
   * nothing can.
   */
  readonly enforcedBy: readonly string[];
  /** A test that fails without it: its file and its title (for pytest, the function's name). */
  readonly tests: readonly TestReference[];
  /** Only an account can tell. */
  readonly unsettled?: Unsettled;
}

/** Where it is written: a page of AWS's documentation, or a public repository with its issue, pull request or file. */
export type Source =
  | { readonly page: string; readonly url: string }
  | { readonly repository: string; readonly at: string };

export interface TestReference {
  readonly file: string;
  readonly title: string;
}

/** What the first deployment into an account will show. */
export interface Unsettled {
  /** What we chose, and why it is right under either reading where that was possible. */
  readonly chosen: string;
  /** What to look at, and when. */
  readonly watch: string;
  /** What it looks like if we are wrong: the error's words, or what does not happen. */
  readonly ifWrong: string;
  /** The change to make then, with its file. */
  readonly change: string;
}

/** What was read about one resource type or operation that the project uses. */
export interface Reading {
  /** Resource types and operations that these pages cover. */
  readonly subjects: readonly string[];
  readonly pages: readonly [Source, ...Source[]];
  /** Ids of what was found, or that AWS does nothing beyond the model that matters to our use. */
  readonly found: readonly string[] | 'nothing beyond the model';
}

/** One service's part of the ledger. */
export interface ServiceLedger {
  readonly service: string;
  readonly behaviours: readonly Behaviour[];
  readonly readings: readonly Reading[];
}
