/**
 * What each role must not be able to do, as sentences. The access matrix shows what is allowed; these say what is meant
 * not to be. A change that allows one of these is an error. Names in braces are Stack/LogicalId, without CDK's hash.
 */
export interface NegativeCase {
  /** Continues "It must not ...". */
  readonly sentence: string;
  readonly action: string;
  readonly resource: string;
  /** What the request carries in addition to the usual. */
  readonly context?: Readonly<Record<string, string>>;
}

/** By role: Stack/LogicalId. */
export type NegativeCases = Readonly<Record<string, readonly NegativeCase[]>>;
