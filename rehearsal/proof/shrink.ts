import type { PolicyRecord } from 'local-account/iam/policy-store';
import { type Mutant, shrunk } from './mutants';
import { type AccessRequest, concerns, type ProvenPolicies } from './policies';
import type { Recording } from './recording';

/** A mutant and its result. */
export interface Trial {
  readonly record: PolicyRecord;
  readonly mutant: Mutant;
  /** The request whose decision changed. Undefined: none did, so the mutant survived. */
  readonly killedBy?: AccessRequest;
}

/** Tests that each part of each policy is needed: without it, a call of the run must be denied. */
export function* shrinkTrials(policies: ProvenPolicies, recording: Recording): Generator<Trial> {
  const allowed = recording.calls.filter(({ allowed: was }) => was);
  for (const record of policies.own) {
    const calls = allowed.filter((call) => concerns(record, call) && policies.decide(call).allowed);
    for (const mutant of shrunk(record.document)) {
      const killedBy = policies.with(record, mutant.document, () =>
        calls.find((call) => !policies.decide(call).allowed),
      );
      yield { record, mutant, ...(killedBy === undefined ? {} : { killedBy }) };
    }
  }
}

/** Calls that were allowed in the run and that the recorded policies together deny. There must be none. */
export function inconsistentCalls(policies: ProvenPolicies, recording: Recording): AccessRequest[] {
  return recording.calls.filter((call) => call.allowed && !policies.decide(call).allowed);
}
