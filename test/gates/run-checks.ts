import type { Finding } from './finding';
import type { InsecureChange } from './insecure-changes/insecure-change';
import type { Case, SecurityCheck } from './security-check';
import type { ConfigurationName, Synthesis } from './synthesis';

/** One result: a check of the app, or an insecure change that the check has to catch. */
export interface CheckResult {
  readonly check: string;
  /** The name of the insecure change; undefined for the app itself. */
  readonly insecureChange?: string;
  readonly findings: readonly Finding[];
  readonly passed: boolean;
  /** Why it failed, for a reader. */
  readonly explanation: string;
}

type Syntheses = Readonly<Record<ConfigurationName, Synthesis>>;

/**
 * The app has to pass a check in each configuration, and the check has to find each insecure change that names it. A
 * missed change fails, and so does a finding in the app.
 */
export async function runCheck(
  securityCheck: SecurityCheck,
  syntheses: Syntheses,
  changes: readonly InsecureChange[],
): Promise<CheckResult[]> {
  const apps = Object.values(syntheses).map(
    (synthesis): Case => ({
      name: synthesis.configuration,
      synthesis,
      templates: synthesis.templates,
    }),
  );
  const applied = changes
    .filter((one) => one.check === securityCheck.name)
    .map((change) => ({ change, ...apply(change, syntheses) }));
  const living = applied.flatMap(({ one }) => (one === undefined ? [] : [one]));
  const findings = await securityCheck.check([...apps, ...living]);
  const ofApp = findings
    .slice(0, apps.length)
    .flatMap((list, index) => list.map(({ place, problem }) => ({ place: `${apps[index].name}: ${place}`, problem })));
  return [
    { check: securityCheck.name, findings: ofApp, passed: ofApp.length === 0, explanation: 'the app has findings' },
    ...applied.map(({ change, one, broken }): CheckResult => {
      const result = { check: securityCheck.name, insecureChange: change.name };
      if (one === undefined) return { ...result, findings: [], passed: false, explanation: broken ?? '' };
      const caught = findings[apps.length + living.indexOf(one)];
      return {
        ...result,
        findings: caught,
        passed: caught.length > 0,
        explanation: `not caught by ${securityCheck.name}. What it would let happen: ${change.why}`,
      };
    }),
  ];
}

/** Insecure changes that name a check which does not exist. */
export function withoutCheck(changes: readonly InsecureChange[], checks: readonly SecurityCheck[]): CheckResult[] {
  return changes
    .filter((change) => !checks.some(({ name }) => name === change.check))
    .map((change) => ({
      check: change.check,
      insecureChange: change.name,
      findings: [],
      passed: false,
      explanation: `there is no check ${change.check}`,
    }));
}

function apply(change: InsecureChange, syntheses: Syntheses): { one?: Case; broken?: string } {
  const synthesis = syntheses[change.configuration ?? 'default'];
  const templates = structuredClone(synthesis.templates);
  try {
    change.apply(templates);
  } catch (error) {
    return { broken: `it cannot be applied: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (JSON.stringify(templates) === JSON.stringify(synthesis.templates)) return { broken: 'it changes nothing' };
  return { one: { name: change.name, synthesis, templates } };
}
