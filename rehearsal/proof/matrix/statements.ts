import { compilePolicy, type Statement } from 'local-account/iam/policy-document';
import type { PolicyRecord } from 'local-account/iam/policy-store';
import { RequestContext } from 'local-account/iam/request';
import type { Principal } from 'local-account/platform';
import { documentOf, listOf, type StatementJson } from '../documents';
import { fitting, type Situation, situationsOf } from './witness';

const nothing = new RequestContext();

/** A statement that can be matched with requests, conditions aside. */
export class AboutStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly services: ReadonlySet<string> | undefined;
  readonly holding: readonly Situation[];
  readonly failing: readonly Situation[];
  /** An ARN that matches, for each of its resource patterns. */
  readonly witnesses: readonly string[];
  private readonly actions: ReadonlySet<string>;
  private readonly ofAnyAction: Statement;
  private readonly ofAnyResource: Statement;
  private readonly whole: Statement;

  constructor(
    readonly record: PolicyRecord,
    json: StatementJson,
  ) {
    this.effect = json.Effect;
    ({ holding: this.holding, failing: this.failing } = situationsOf(json));
    this.actions = new Set(listOf(json.Action).map((action) => action.toLowerCase()));
    this.witnesses = listOf(json.Resource)
      .filter((one) => one !== '*')
      .map(fitting);
    const bare = { ...json, Condition: undefined };
    this.whole = compiled(record, bare);
    this.services = this.whole.services;
    this.ofAnyAction = compiled(record, { ...bare, Action: '*', NotAction: undefined });
    this.ofAnyResource =
      record.kind === 'trust' ? this.whole : compiled(record, { ...bare, Resource: '*', NotResource: undefined });
  }

  matches(principal: Principal, action: string, resource: string): boolean {
    return this.whole.matches({ principal, action, resource, context: nothing });
  }

  /** Whether it has the action or the resource: a wider statement could have both. */
  touches(principal: Principal, action: string, resource: string): boolean {
    const request = { principal, action, resource, context: nothing };
    return this.ofAnyAction.matches(request) || this.ofAnyResource.matches(request);
  }

  /** Whether it has the action by its full name, not by a pattern. */
  lists(action: string): boolean {
    return this.actions.has(action.toLowerCase());
  }

  names(principal: Principal): boolean {
    const match = this.whole.principal === undefined ? 'named' : this.whole.principal(principal);
    return match === 'direct' || match === 'named';
  }
}

function compiled(record: PolicyRecord, statement: StatementJson): Statement {
  const kind = record.kind === 'endpoint' ? 'resource' : record.kind === 'managed' ? 'identity' : record.kind;
  const json = Object.fromEntries(Object.entries(statement).filter(([, value]) => value !== undefined));
  return compilePolicy(kind, record.name, record.holder, { Version: '2012-10-17', Statement: [json] }).statements[0]!;
}

export function statementsOf(record: PolicyRecord): AboutStatement[] {
  return documentOf(record.document).Statement.map((json) => new AboutStatement(record, json));
}
