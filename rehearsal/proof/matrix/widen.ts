import type { PolicyRecord } from 'local-account/iam/policy-store';
import { type ChangedPolicy, exemptTag, widened } from '../changed-policies';
import { listOf } from '../documents';
import { type AccessRequest, concerns } from '../policies';
import type { Trial } from '../shrink';
import type { Matrix } from './matrix';

/** Tests that each limit of each policy shows in the access matrix: without it, a decision must change. */
export function* widenTrials({ policies, decisions }: Matrix): Generator<Trial> {
  for (const record of policies.own) {
    const concerned = decisions.filter(({ request }) => concerns(record, request));
    for (const changed of widened(record)) {
      const services = servicesOf(changed);
      const touched =
        services === undefined
          ? concerned
          : concerned.filter(({ request }) => services.has(request.action.split(':')[0]!));
      const noticed = policies.with(record, changed.document, () =>
        touched.find(({ request, decision }) => policies.decide(tagged(request, changed)).allowed !== decision.allowed),
      );
      yield { record, changed, ...(noticed === undefined ? {} : { noticedBy: noticed.request }) };
    }
  }
}

/** Where a change exempts callers with a tag, the caller has it: no policy before the change reads tags. */
function tagged(request: AccessRequest, { change }: ChangedPolicy): AccessRequest {
  if (change !== 'denies only callers without a tag') return request;
  return { ...request, context: { ...request.context, [exemptTag.toLowerCase()]: 'yes' } };
}

export function widenCount(records: readonly PolicyRecord[]): number {
  return records.reduce((sum, record) => sum + widened(record).length, 0);
}

/** Only requests of these services can be decided otherwise. Undefined: all. */
function servicesOf({ original }: ChangedPolicy): ReadonlySet<string> | undefined {
  const actions = listOf(original.Action);
  if (actions.length === 0 || actions.includes('*')) return undefined;
  return new Set(actions.map((action) => action.split(':')[0]!.toLowerCase()));
}
