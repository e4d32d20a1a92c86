import type { TestReference } from 'local-account/aws-behaviour/behaviour';

/**
 * How this project handles one behavior of AWS that local-account/aws-behaviour lists: where its own code complies with
 * it, and what the first deployment into an account will show.
 */
export interface Handling {
  /** The entry's id. */
  readonly id: string;
  /** Files outside local-account that comply with it; each names the entry: `// AWS: <id>`. */
  readonly enforcedBy: readonly string[];
  /** Tests outside local-account that fail without it. */
  readonly tests: readonly TestReference[];
  /** @default settled: a source answers what matters here */
  readonly unsettled?: Unsettled;
}

/** A question that only an account can answer. */
export interface Unsettled {
  /** What we chose, and why it is right under either reading where that was possible. */
  readonly chosen: string;
  /** What to check, and when. */
  readonly watch: string;
  /** What it looks like if we are wrong: the error's words, or what does not happen. */
  readonly ifWrong: string;
  /** The change to make then, with its file. */
  readonly change: string;
}
