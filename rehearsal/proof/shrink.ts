import type { PolicyRecord } from 'local-account/iam/policy-store';
import { type ChangedPolicy, shrunk } from './changed-policies';
import { type AccessRequest, concerns, type ProvenPolicies } from './policies';
import type { Recording } from './recording';

/** A changed policy, and whether a request noticed it. */
export interface Trial {
  readonly record: PolicyRecord;
  readonly changed: ChangedPolicy;
  /** The request whose decision changed. Undefined: none did, so nothing noticed the change. */
  readonly noticedBy?: AccessRequest;
}

/** Tests that each part of each policy is needed: without it, a call of the run must be denied. */
export function* shrinkTrials(policies: ProvenPolicies, recording: Recording): Generator<Trial> {
  const allowed = recording.calls.filter(({ allowed: was }) => was);
  for (const record of policies.own) {
    const calls = allowed.filter((call) => concerns(record, call) && policies.decide(call).allowed);
    for (const changed of shrunk(record.document)) {
      const noticedBy = policies.with(record, changed.document, () =>
        calls.find((call) => !policies.decide(call).allowed),
      );
      yield { record, changed, ...(noticedBy === undefined ? {} : { noticedBy }) };
    }
  }
}

/** Calls that were allowed in the run and that the recorded policies together deny. There must be none. */
export function inconsistentCalls(policies: ProvenPolicies, recording: Recording): AccessRequest[] {
  return recording.calls.filter((call) => call.allowed && !policies.decide(call).allowed);
}
