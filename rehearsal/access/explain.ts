import type { TracedCall } from 'local-account/iam/authorizer';
import { compileCondition } from 'local-account/iam/conditions';
import { type Decision, policyHolder } from 'local-account/iam/evaluation';
import type { PolicyRecord } from 'local-account/iam/policy-store';
import { RequestContext } from 'local-account/iam/request';
import { conditions } from '../proof/changed-policies';
import { documentOf, labelOf, listOf, type StatementJson } from '../proof/documents';
import { AboutStatement } from '../proof/matrix/statements';
import { StableNames } from '../proof/names';
import { ProvenPolicies } from '../proof/policies';
import type { Recording } from '../proof/recording';
import { filesOf } from './source';

/** Why a call was denied, for the person who repairs it. */
export interface Explanation {
  /** The kind of policy that denied the call or did not allow it. */
  readonly layer: string;
  readonly lines: readonly string[];
}

interface Candidate {
  readonly record: PolicyRecord;
  readonly statement: StatementJson;
  readonly label: string;
  readonly about: AboutStatement;
}

/** Explains the denied calls of a recording by the recorded policies. */
export class Explainer {
  private readonly policies: ProvenPolicies;
  private readonly names: StableNames;

  /** @param root the project's folder, where statements are looked up in lib/ */
  constructor(
    private readonly recording: Recording,
    private readonly root: string,
  ) {
    this.policies = new ProvenPolicies(recording);
    this.names = new StableNames(recording);
  }

  explain(call: TracedCall): Explanation {
    const decision = this.policies.decide(call);
    if (decision.allowed) {
      return {
        layer: 'a policy that has changed since',
        lines: [
          `At the time of the call: ${this.names.of(call.reason)}.`,
          'The policies at the end of the run allow it.',
        ],
      };
    }
    const candidates = this.candidates(call, decision);
    return {
      layer: layerOf(call, decision),
      lines: decision.explicit ? this.forbidden(call, decision, candidates) : this.missing(call, decision, candidates),
    };
  }

  private forbidden(call: TracedCall, decision: Decision, candidates: readonly Candidate[]): string[] {
    const label = decision.statement?.label ?? '';
    const found = candidates.find((one) => one.statement.Effect === 'Deny' && one.label === label);
    return [
      `Statement ${label} of ${this.holder(decision.statement?.policy.place ?? '')} denies it. A Deny in any policy overrides every Allow.`,
      ...(found
        ? conditions(found.statement).map(
            ({ operator, key, values }) =>
              `It denies if ${this.condition(operator, key, values)}; this request ${this.had(call, key)}.`,
          )
        : []),
      ...this.where(label, decision.statement?.policy.place ?? ''),
      'Change the request so that the statement does not match. Do not remove the statement.',
    ];
  }

  private missing(call: TracedCall, decision: Decision, candidates: readonly Candidate[]): string[] {
    const action = call.action.toLowerCase();
    const allows = candidates.filter(({ statement }) => statement.Effect === 'Allow');
    const unmet = allows.filter(({ about }) => about.matches(call.principal, action, call.resource));
    const elsewhere = allows.filter((one) => !unmet.includes(one) && hasAction(one.statement, action));
    const lines = [
      `No statement of ${this.whose(call, decision)} allows ${call.action} on ${this.names.of(call.resource)} for this request.`,
    ];
    for (const { label, record, statement, about } of unmet) {
      if (!about.names(call.principal) && statement.Principal !== undefined) {
        lines.push(
          `Statement ${label} allows it to other principals: ${this.names.of(JSON.stringify(statement.Principal))}.`,
          ...this.where(label, record.holder),
        );
        continue;
      }
      for (const { operator, key, values } of conditions(statement)) {
        if (compileCondition(operator, key, values, label)(new RequestContext(call.context))) continue;
        lines.push(
          `Statement ${label} allows it only if ${this.condition(operator, key, values)}; this request ${this.had(call, key)}.`,
          ...this.where(label, record.holder),
        );
      }
    }
    for (const { label, record, statement } of elsewhere.slice(0, 3)) {
      lines.push(
        `Statement ${label} allows it on other resources only: ${listOf(statement.Resource)
          .map((one) => this.names.of(one))
          .join(', ')}.`,
        ...this.where(label, record.holder),
      );
    }
    if (unmet.length + elsewhere.length === 0)
      lines.push(`None of its ${allows.length} Allow statements has this action.`);
    lines.push(advice(decision, call));
    return lines;
  }

  /** The statements of the policies of the kind that decided. */
  private candidates(call: TracedCall, { policyType }: Decision): Candidate[] {
    const { principal, resource, context } = call;
    const identity = principal.kind === 'role' ? principal.roleArn : principal.kind === 'user' ? principal.arn : '';
    const concerned = this.recording.policies.filter(({ kind, holder }) => {
      switch (policyType) {
        case 'identity-based':
        case 'permissions boundary':
          return kind === 'identity' && holder === identity;
        case 'role trust':
          return kind === 'trust' && holder === resource;
        case 'resource-based':
          return kind === 'resource' && holder === policyHolder(resource);
        case 'VPC endpoint':
          return kind === 'endpoint' && (context['aws:sourcevpce'] ?? []).includes(holder);
      }
    });
    return concerned.flatMap((record) =>
      documentOf(record.document).Statement.map((statement, index) => ({
        record,
        statement,
        label: labelOf(statement, index),
        about: new AboutStatement(record, statement),
      })),
    );
  }

  private whose({ principal, resource }: TracedCall, { policyType }: Decision): string {
    switch (policyType) {
      case 'identity-based':
        return principal.kind === 'role' ? `the role ${this.holder(principal.roleArn)}` : 'the user';
      case 'permissions boundary':
        return 'the permissions boundary';
      case 'session':
        return "the session's policy";
      case 'role trust':
        return `the trust policy of ${this.holder(resource)}`;
      case 'resource-based':
        return `the policy of ${this.holder(policyHolder(resource))}`;
      case 'VPC endpoint':
        return "the VPC endpoint's policy";
    }
  }

  private holder(arn: string): string {
    return this.names.of(arn.startsWith('arn:') ? arn.split(':').slice(5).join(':') : arn).replace(/^role\//, '');
  }

  private condition(operator: string, key: string, values: readonly string[]): string {
    return `${key} ${operator} ${values.map((value) => this.names.of(value)).join(' or ')}`;
  }

  private had({ context }: TracedCall, key: string): string {
    const values = context[key.toLowerCase()];
    return values === undefined ? `has no ${key}` : `has ${values.map((value) => this.names.of(value)).join(', ')}`;
  }

  private where(label: string, holder: string): string[] {
    const files = filesOf(this.root, label, this.holder(holder));
    return files.length === 0 ? [] : [`  see ${files.join(', ')}`];
  }
}

function hasAction(statement: StatementJson, action: string): boolean {
  return listOf(statement.Action).some(
    (one) => one === '*' || new RegExp(`^${one.toLowerCase().replaceAll('*', '.*')}$`).test(action),
  );
}

function layerOf({ action }: TracedCall, { policyType }: Decision): string {
  switch (policyType) {
    case 'identity-based':
      return 'role policy';
    case 'resource-based':
      return action.startsWith('kms:') ? 'key policy' : 'resource policy';
    case 'role trust':
      return 'trust policy';
    case 'permissions boundary':
      return 'permissions boundary';
    case 'session':
      return 'session policy';
    case 'VPC endpoint':
      return 'network';
  }
}

function advice({ policyType }: Decision, { action }: TracedCall): string {
  switch (policyType) {
    case 'identity-based':
      return 'If the role should do this, add a statement with this action and this resource to its policy. Otherwise correct the request.';
    case 'permissions boundary':
      return 'The role policy allows it, the permissions boundary does not: both must allow it.';
    case 'session':
      return 'The role policy allows it, the session policy (parameter Policy of AssumeRole) does not: both must allow it.';
    case 'role trust':
      return 'The trust policy must name the caller, and its conditions must be met. Permission to call sts:AssumeRole is not enough.';
    case 'resource-based':
      return action.startsWith('kms:')
        ? "The key policy must name the caller, or name the account and so delegate to IAM policies. The role's policy alone is never enough."
        : "The resource's policy must name the caller if it is a service. A caller from another account needs this and a policy of its own account.";
    case 'VPC endpoint':
      return 'The role policy allows it, but the policy of the VPC endpoint that the request goes through does not.';
  }
}
