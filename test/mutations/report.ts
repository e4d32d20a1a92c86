import type { Comparison } from './compare';
import type { Scope } from './scopes';
import type { Mutant } from './stryker';

export interface ScopeResult extends Comparison {
  readonly scope: Scope;
  readonly mutants: readonly Mutant[];
  readonly seconds: number;
}

/** Share that the tests must notice; of guards, all. */
export const goal = 0.9;

/** What a scope lacks. Empty when it is as it should be. */
export function faultsOf({ unlisted, unused }: Comparison): string[] {
  return [
    ...unlisted.map(
      ({ file, at, line, code, mutated }) => `survived  ${file}:${at}  ${line}\n            ${code}  ->  ${mutated}`,
    ),
    ...unused.map(({ file, line, code, mutated }) => `unused    ${file}  ${line}\n            ${code}  ->  ${mutated}`),
  ];
}

/** One line for each file, and one for the scope. */
export function summaryOf({ scope, mutants, acceptedCount, unlisted, seconds }: ScopeResult): string {
  const files = [...new Set(mutants.map(({ file }) => file))].sort();
  const rows = files.map((file) =>
    row(
      `  ${file}`,
      mutants.filter((one) => one.file === file),
    ),
  );
  const kind = scope.guard ? 'guard' : 'other';
  return [
    `${row(`${scope.name} (${kind})`, mutants)}, of which ${acceptedCount} accepted, ${unlisted.length} not; ${Math.round(seconds)} s`,
    ...rows,
  ].join('\n');
}

export function row(name: string, mutants: readonly Mutant[]): string {
  const killed = mutants.filter((one) => one.killed).length;
  const share = mutants.length === 0 ? '' : ` ${((100 * killed) / mutants.length).toFixed(1)} %`;
  return `${name}:${share} ${killed} killed, ${mutants.length - killed} survived`;
}
