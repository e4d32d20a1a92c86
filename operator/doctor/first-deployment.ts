import openQuestions from '../first-deployment.json';
import type { Output } from '../output';

/** A behavior of AWS that no documentation describes. */
export interface OpenQuestion {
  readonly id: string;
  /** What AWS does, as far as it is known. */
  readonly does: string;
  readonly chosen: string;
  readonly watch: string;
  readonly ifWrong: string;
  readonly change: string;
}

/** Written from the rehearsal's ledger: `npm run aws-behaviour`. */
export const firstDeployment: readonly OpenQuestion[] = openQuestions;

/**
 * Behaviors that AWS's documentation leaves open: what to watch in a first deployment, how a wrong assumption shows,
 * and what to change then.
 */
export function printOpenQuestions(output: Output): void {
  output.line(
    `${firstDeployment.length} behaviors of AWS that only an account can settle (docs/reference/generated/aws-behaviour.md has the sources):`,
  );
  for (const { id, chosen, watch, ifWrong, change } of firstDeployment) {
    output.line('');
    output.line(id);
    output.line(`  chosen       ${chosen}`);
    output.line(`  watch        ${watch}`);
    output.line(`  if wrong     ${ifWrong}`);
    output.line(`  then change  ${change}`);
  }
}
