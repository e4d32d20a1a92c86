import type { Finding } from './finding';
import type { Case, Gate } from './gate';
import type { Mutant } from './mutants/mutant';
import type { ConfigurationName, Synthesis } from './synthesis';

/** One thing that passed or failed: a gate on the app, or a mutant at the gate that has to catch it. */
export interface GateResult {
  readonly gate: string;
  /** The mutant's name; undefined for the app itself. */
  readonly mutant?: string;
  readonly findings: readonly Finding[];
  readonly passed: boolean;
  /** Why it failed, for a reader. */
  readonly explanation: string;
}

type Syntheses = Readonly<Record<ConfigurationName, Synthesis>>;

/**
 * The app has to pass a gate in each configuration, and each mutant has to be caught by the gate that it names. A gate
 * that says nothing about its mutants is as bad as one that cries at the app: both fail.
 */
export async function runGate(gate: Gate, syntheses: Syntheses, mutants: readonly Mutant[]): Promise<GateResult[]> {
  const apps = Object.values(syntheses).map(
    (synthesis): Case => ({
      name: synthesis.configuration,
      synthesis,
      templates: synthesis.templates,
    }),
  );
  const applied = mutants
    .filter((one) => one.gate === gate.name)
    .map((mutant) => ({ mutant, ...apply(mutant, syntheses) }));
  const living = applied.flatMap(({ one }) => (one === undefined ? [] : [one]));
  const findings = await gate.check([...apps, ...living]);
  const ofApp = findings
    .slice(0, apps.length)
    .flatMap((list, index) => list.map(({ place, problem }) => ({ place: `${apps[index].name}: ${place}`, problem })));
  return [
    { gate: gate.name, findings: ofApp, passed: ofApp.length === 0, explanation: 'the app has findings' },
    ...applied.map(({ mutant, one, broken }): GateResult => {
      const result = { gate: gate.name, mutant: mutant.name };
      if (one === undefined) return { ...result, findings: [], passed: false, explanation: broken ?? '' };
      const caught = findings[apps.length + living.indexOf(one)];
      return {
        ...result,
        findings: caught,
        passed: caught.length > 0,
        explanation: `not caught by ${gate.name}. What it would let happen: ${mutant.why}`,
      };
    }),
  ];
}

/** Mutants that name a gate which is not there. */
export function homeless(mutants: readonly Mutant[], gates: readonly Gate[]): GateResult[] {
  return mutants
    .filter((mutant) => !gates.some(({ name }) => name === mutant.gate))
    .map((mutant) => ({
      gate: mutant.gate,
      mutant: mutant.name,
      findings: [],
      passed: false,
      explanation: `there is no gate ${mutant.gate}`,
    }));
}

function apply(mutant: Mutant, syntheses: Syntheses): { one?: Case; broken?: string } {
  const synthesis = syntheses[mutant.configuration ?? 'default'];
  const templates = structuredClone(synthesis.templates);
  try {
    mutant.mutate(templates);
  } catch (error) {
    return { broken: `it cannot be applied: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (JSON.stringify(templates) === JSON.stringify(synthesis.templates)) return { broken: 'it changes nothing' };
  return { one: { name: mutant.name, synthesis, templates } };
}
