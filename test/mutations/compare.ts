import type { Accepted } from './accepted';
import type { Mutant } from './stryker';

export interface Comparison {
  /** Mutants that no test notices and nobody has accepted. */
  readonly unlisted: readonly Mutant[];
  /** Entries whose mutant is killed, or is no longer made. */
  readonly unused: readonly Accepted[];
  readonly acceptedCount: number;
}

/** Compares the survivors of one scope with the entries of its files. An entry accepts every mutant that it describes. */
export function compare(mutants: readonly Mutant[], accepted: readonly Accepted[]): Comparison {
  const survivors = mutants.filter(({ killed }) => !killed);
  const files = new Set(mutants.map(({ file }) => file));
  const entries = accepted.filter(({ file }) => files.has(file));
  const unlisted = survivors.filter((mutant) => !entries.some((entry) => describes(entry, mutant)));
  return {
    unlisted,
    unused: entries.filter((entry) => !survivors.some((mutant) => describes(entry, mutant))),
    acceptedCount: survivors.length - unlisted.length,
  };
}

function describes(entry: Accepted, mutant: Mutant): boolean {
  return (['file', 'line', 'code', 'mutated'] as const).every((part) => entry[part] === mutant[part]);
}
