/** The feature contract, which synthesis writes next to the bundle (`problem.json`). */
export interface Contract {
  readonly name: string;
  readonly record_id: string;
  readonly source: { readonly column: string; readonly values: readonly string[] };
  readonly target: {
    readonly name: string;
    readonly column: string;
    readonly positive_from: number;
    readonly missing_is_positive: boolean;
  };
  readonly split: { readonly column: string };
  readonly features: readonly Feature[];
  /** The column of the airport's state that is observed later, and kept for other flights' features. */
  readonly state: { readonly delay: string };
  readonly reading: Reading;
  readonly excluded: readonly { readonly name: string; readonly type: 'string' | 'integer' }[];
}

/** How values are written, as patterns; lib/problem/reading-rules.ts has the reasons. */
export interface Reading {
  readonly number: string;
  readonly record_id: string;
  readonly unreadable: string;
  readonly longest_text: number;
  readonly years: readonly [first: number, last: number];
}

export interface Feature {
  readonly name: string;
  readonly type: 'category' | 'number' | 'clock' | 'date';
  readonly missing: 'reject' | 'keep';
  /** Computed from other records: no raw or curated file has it. */
  readonly derived?: boolean;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly integer?: boolean;
}

/** The features that raw and curated files hold. */
export function filedFeatures({ features }: Contract): Feature[] {
  return features.filter(({ derived }) => !derived);
}

export function rawHeader(contract: Contract): string[] {
  const { record_id, source, excluded } = contract;
  return [record_id, source.column, ...names(filedFeatures(contract)), ...names(excluded)];
}

export function curatedHeader(contract: Contract): string[] {
  const { record_id, source, state, target } = contract;
  return [record_id, source.column, ...names(filedFeatures(contract)), state.delay, target.name];
}

function names(columns: readonly { readonly name: string }[]): string[] {
  return columns.map(({ name }) => name);
}
