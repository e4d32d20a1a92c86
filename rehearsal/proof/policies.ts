import { type Decision, evaluate, policyHolder } from 'local-account/iam/evaluation';
import { type PolicyRecord, PolicyStore } from 'local-account/iam/policy-store';
import { RequestContext } from 'local-account/iam/request';
import type { Principal } from 'local-account/platform';
import type { Recording } from './recording';

/** A request to evaluate, from the matrix or from a run's calls. */
export interface AccessRequest {
  readonly principal: Principal;
  /** As AWS writes it, such as s3:GetObject. */
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** The recorded policies together. Each of them can be replaced by a changed one. */
export class ProvenPolicies {
  private readonly store = new PolicyStore();
  private readonly contexts = new WeakMap<AccessRequest['context'], RequestContext>();
  /** Policies from the templates: not the operator's, the bootstrap stack's or AWS's. */
  readonly own: readonly PolicyRecord[];

  /** @param further policies that take part in decisions and are not proven */
  constructor(
    private readonly recording: Recording,
    further: readonly PolicyRecord[] = [],
  ) {
    const policies = [...recording.policies, ...further];
    // A role must exist before its policies.
    for (const record of policies.filter(({ kind }) => kind === 'trust')) this.store.restore(record);
    for (const { holder } of policies.filter(({ kind, holder }) => kind === 'identity' && holder.includes(':user/')))
      this.store.putUser(holder);
    for (const record of policies.filter(({ kind }) => kind !== 'trust')) this.store.restore(record);
    this.own = recording.policies.filter(
      ({ holder, kind }) => kind === 'endpoint' || isOurs(holder, recording.accountId),
    );
  }

  decide({ principal, action, resource, context }: AccessRequest): Decision {
    // Most requests share the context object of their caller.
    const requestContext = this.contexts.get(context) ?? new RequestContext(context);
    this.contexts.set(context, requestContext);
    return evaluate(this.store, this.recording.accountId, {
      principal,
      action: action.toLowerCase(),
      resource,
      context: requestContext,
    });
  }

  /** Calls `run` while another document replaces the record's, and then restores the record. */
  with<T>(record: PolicyRecord, document: unknown, run: () => T): T {
    this.store.restore({ ...record, document });
    try {
      return run();
    } finally {
      this.store.restore(record);
    }
  }
}

function isOurs(holder: string, accountId: string): boolean {
  if (holder.includes(':user/') || /:role\/cdk-|:::cdk-/.test(holder)) return false;
  return /^arn:[^:]+:s3:::/.test(holder) || holder.split(':')[4] === accountId;
}

/** Whether the decision on a request can depend on a policy. */
export function concerns(record: PolicyRecord, { principal, action, resource, context }: AccessRequest): boolean {
  switch (record.kind) {
    case 'trust':
      return action.toLowerCase() === 'sts:assumerole' && resource === record.holder;
    case 'identity':
      return (
        (principal.kind === 'role' ? principal.roleArn : principal.kind === 'user' ? principal.arn : '') ===
        record.holder
      );
    case 'managed':
      return principal.kind === 'role';
    case 'resource':
      return policyHolder(resource) === record.holder;
    case 'endpoint':
      return [context['aws:sourcevpce']].flat().includes(record.holder);
  }
}
