import type { ServiceLedger } from './behaviour';
import { firstDeployment, page } from './page';

/**
 * What is written from the ledger, by path. The operator commands import nothing of the rehearsal, so their list is a
 * file of their own.
 */
export function files(ledgers: readonly ServiceLedger[]): Readonly<Record<string, string>> {
  const behaviours = ledgers.flatMap((ledger) => ledger.behaviours);
  return {
    'docs/reference/generated/aws-behaviour.md': page(ledgers),
    'operator/first-deployment.json': `${JSON.stringify(firstDeployment(behaviours), null, 2)}\n`,
  };
}
