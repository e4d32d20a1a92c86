/**
 * One thing that AWS does beyond its API models, with its source and the place that enforces it here.
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
   * Files of the local account that refuse the wrong thing or do what AWS does; each names this entry. Empty for what
   * the local account cannot see, such as a quota: then only its user can comply.
   */
  readonly enforcedBy: readonly string[];
  /** Tests that fail without it: file and title (for pytest, the function's name). */
  readonly tests: readonly TestReference[];
}

/** Where it is written: a page of AWS's documentation, or a public repository with its issue, pull request or file. */
export type Source =
  | { readonly page: string; readonly url: string }
  | { readonly repository: string; readonly at: string };

export interface TestReference {
  readonly file: string;
  readonly title: string;
}

/** What was read about a resource type or an operation that the local account has. */
export interface Reading {
  /** Resource types and operations that these pages cover. */
  readonly subjects: readonly string[];
  readonly pages: readonly [Source, ...Source[]];
  /** Ids of what was found, or that AWS does nothing beyond the model that matters here. */
  readonly found: readonly string[] | 'nothing beyond the model';
}

/** One service's part of the ledger. */
export interface ServiceLedger {
  readonly service: string;
  readonly behaviours: readonly Behaviour[];
  readonly readings: readonly Reading[];
}
