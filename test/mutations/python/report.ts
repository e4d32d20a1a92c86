import type { Accepted } from './accepted';
import type { StepModule } from './modules';
import type { Mutant } from './mutmut';

/** Share that the tests must notice over all modules. */
export const goal = 0.9;

export interface Comparison {
  /** Changes that no test notices and nobody has accepted. */
  readonly unlisted: readonly Mutant[];
  /** Entries whose change is noticed, or is no longer made. */
  readonly unused: readonly Accepted[];
  readonly acceptedCount: number;
}

/** An entry accepts every change that reads like it. */
export function compare(
  module: Pick<StepModule, 'name'>,
  mutants: readonly Mutant[],
  accepted: readonly Accepted[],
): Comparison {
  const survivors = mutants.filter(({ killed }) => !killed);
  const entries = accepted.filter((entry) => entry.module === module.name);
  const unlisted = survivors.filter((mutant) => !entries.some((entry) => describes(entry, mutant)));
  return {
    unlisted,
    unused: entries.filter((entry) => !survivors.some((mutant) => describes(entry, mutant))),
    acceptedCount: survivors.length - unlisted.length,
  };
}

function describes(entry: Accepted, mutant: Mutant): boolean {
  return entry.line === mutant.line && entry.mutated === mutant.mutated;
}

/** What a module lacks. Outside the guards, an unlisted survivor only counts against the goal. */
export function faultsOf(
  module: Pick<StepModule, 'guard'>,
  mutants: readonly Mutant[],
  { unlisted, unused }: Comparison,
): string[] {
  return [
    ...(mutants.length === 0 ? ['nothing was changed'] : []),
    ...(module.guard ? unlisted.map(survivor) : []),
    ...unused.map(({ line, mutated }) => `unused acceptance\n    - ${line}\n    + ${mutated}`),
  ];
}

export function survivor({ name, status, line, mutated }: Mutant): string {
  return `${status}  ${name}\n    - ${line}\n    + ${mutated}`;
}

export function summaryOf(
  { name, guard }: Pick<StepModule, 'name' | 'guard'>,
  mutants: readonly Mutant[],
  { acceptedCount, unlisted }: Comparison,
): string {
  return `${name}.py (${guard ? 'guard' : 'other'}): ${shareOf(mutants)}, of which ${acceptedCount} accepted, ${unlisted.length} not`;
}

export function shareOf(mutants: readonly Mutant[]): string {
  const killed = mutants.filter((one) => one.killed).length;
  const share = mutants.length === 0 ? '' : `${((100 * killed) / mutants.length).toFixed(1)} %: `;
  return `${share}${killed} killed, ${mutants.length - killed} survived`;
}
