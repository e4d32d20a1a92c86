import type { PolicyRecord } from 'local-account/iam/policy-store';
import { listOf } from '../documents';
import { type Mutant, widened } from '../mutants';
import { concerns } from '../policies';
import type { Trial } from '../shrink';
import type { Matrix } from './matrix';

/** Tests that each limit of each policy shows in the access matrix: without it, a decision must change. */
export function* widenTrials({ policies, decisions }: Matrix): Generator<Trial> {
  for (const record of policies.own) {
    const concerned = decisions.filter(({ request }) => concerns(record, request));
    for (const mutant of widened(record)) {
      const services = servicesOf(mutant);
      const touched =
        services === undefined
          ? concerned
          : concerned.filter(({ request }) => services.has(request.action.split(':')[0]!));
      const changed = policies.with(record, mutant.document, () =>
        touched.find(({ request, decision }) => policies.decide(request).allowed !== decision.allowed),
      );
      yield { record, mutant, ...(changed === undefined ? {} : { killedBy: changed.request }) };
    }
  }
}

export function widenCount(records: readonly PolicyRecord[]): number {
  return records.reduce((sum, record) => sum + widened(record).length, 0);
}

/** Only requests of these services can be decided otherwise. Undefined: all. */
function servicesOf({ original }: Mutant): ReadonlySet<string> | undefined {
  const actions = listOf(original.Action);
  if (actions.length === 0 || actions.includes('*')) return undefined;
  return new Set(actions.map((action) => action.split(':')[0]!.toLowerCase()));
}
