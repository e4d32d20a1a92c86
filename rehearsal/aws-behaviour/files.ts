import type { ServiceLedger } from 'local-account/aws-behaviour/behaviour';
import type { Handling } from './handling';
import { firstDeployment, page } from './page';

/**
 * The files generated from the two lists, by path. Operator commands import nothing of the rehearsal, so their list is
 * a file of their own.
 */
export function files(
  ledgers: readonly ServiceLedger[],
  handlings: readonly Handling[],
): Readonly<Record<string, string>> {
  return {
    'docs/reference/generated/aws-behaviour.md': page(ledgers, handlings),
    'operator/first-deployment.json': `${JSON.stringify(firstDeployment(ledgers, handlings), null, 2)}\n`,
  };
}
