import { dependencies, type PlacedStep, placeSteps, type StepDefinition } from './definition';

export type Outcome = 'Succeeded' | 'Failed' | 'Stopped' | 'Skipped';

/**
 * What of a pipeline may run when. A step waits for the steps it depends on; a step in a condition's branch also for
 * the condition. A step whose branch was not taken, or that needs a step of such a branch, is skipped.
 */
export class Planner {
  private readonly placed: readonly PlacedStep[];
  private readonly outcomes = new Map<string, Outcome>();
  private readonly decisions = new Map<string, boolean>();
  private readonly started = new Set<string>();

  constructor(steps: readonly StepDefinition[]) {
    this.placed = placeSteps(steps);
  }

  /** Steps that can start now; steps that can never run are settled on the way. */
  ready(): StepDefinition[] {
    let changed = true;
    const ready: StepDefinition[] = [];
    while (changed) {
      changed = false;
      for (const { step, branch } of this.placed) {
        if (this.started.has(step.Name) || this.outcomes.has(step.Name) || ready.includes(step)) {
          continue;
        }
        const needs = [...dependencies(step)];
        const taken = branch === undefined || this.decisions.get(branch.condition) === branch.when;
        const undecided = branch !== undefined && !this.outcomes.has(branch.condition);
        const lost = needs.some((name) => this.outcomes.has(name) && this.outcomes.get(name) !== 'Succeeded');
        if (lost || (!undecided && !taken)) {
          this.outcomes.set(step.Name, 'Skipped');
          changed = true;
        } else if (!undecided && needs.every((name) => this.outcomes.get(name) === 'Succeeded')) {
          ready.push(step);
        }
      }
    }
    return ready;
  }

  start(name: string): void {
    this.started.add(name);
  }

  /** A step has ended; a condition with its decision. */
  settle(name: string, outcome: Outcome, decision?: boolean): void {
    this.outcomes.set(name, outcome);
    if (decision !== undefined) {
      this.decisions.set(name, decision);
    }
  }

  get failed(): boolean {
    return [...this.outcomes.values()].includes('Failed');
  }
}
