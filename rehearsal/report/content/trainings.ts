import { duration } from '../../../operator/output';
import type { Training } from '../numbers';
import type { ReportData } from '../report-data';

/** What the steps of every run took, next to each other. */
export interface ShownTrainings {
  readonly runs: readonly string[];
  readonly steps: readonly { readonly name: string; readonly cells: readonly string[] }[];
  /** Runs that registered nothing, and why. */
  readonly reasons: readonly { readonly what: string; readonly reason: string }[];
}

export function shownTrainings({ story: { trainings } }: ReportData): ShownTrainings {
  const names = [...new Set(trainings.flatMap(({ result }) => result.steps.map(({ name }) => name)))];
  return {
    runs: trainings.map(
      ({ what, result }) => `${what}: ${result.version === undefined ? result.status : `version ${result.version}`}`,
    ),
    steps: names.map((name) => ({ name, cells: trainings.map((training) => stateOf(training, name)) })),
    reasons: trainings.flatMap(({ what, result: { failureReason } }) =>
      failureReason === undefined ? [] : [{ what, reason: failureReason }],
    ),
  };
}

function stateOf({ result }: Training, name: string): string {
  const step = result.steps.find((one) => one.name === name);
  if (step === undefined) return 'not run';
  const took = step.cached ? 'from the cache' : duration(step.milliseconds ?? 0);
  return step.status === 'Succeeded' ? took : `${step.status}, ${took}`;
}
