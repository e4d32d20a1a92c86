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
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly integer?: boolean;
}

export function rawHeader(contract: Contract): string[] {
  const { record_id, source, features, excluded } = contract;
  return [record_id, source.column, ...features.map(({ name }) => name), ...excluded.map(({ name }) => name)];
}

export function curatedHeader(contract: Contract): string[] {
  const { record_id, source, features, target } = contract;
  return [record_id, source.column, ...features.map(({ name }) => name), target.name];
}
