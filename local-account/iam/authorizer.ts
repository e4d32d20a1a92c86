import type { AuthorizationRequest, Clock, Principal } from '../platform';
import { denial } from './denial';
import { type Decision, evaluate } from './evaluation';
import type { Statement } from './policy-document';
import type { PolicyStore } from './policy-store';
import { type EvaluationRequest, principalContext, RequestContext } from './request';

/** One line of the decision log. */
export interface LoggedDecision {
  /** Virtual milliseconds. */
  readonly at: number;
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
  readonly allowed: boolean;
  readonly reason: string;
  /** The deciding statement, when there is one. */
  readonly statement?: {
    readonly policy: string;
    readonly place: string;
    readonly label: string;
    readonly sid?: string;
  };
}

/**
 * A call as often as it was made: the same principal, action, resource and context but for the time, with the same
 * answer.
 */
export interface TracedCall {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  /** Lower-case keys, without the keys of the current time. */
  readonly context: Readonly<Record<string, readonly string[]>>;
  readonly allowed: boolean;
  readonly reason: string;
  readonly statement?: LoggedDecision['statement'];
  /** What needs the permission: an operation such as s3:PutObject, or the name of an internal hop. */
  readonly service: string;
  count: number;
}

export interface AuthorizerOptions {
  readonly policies: PolicyStore;
  readonly accountId: string;
  readonly region: string;
  readonly clock: Pick<Clock, 'now'>;
  /**
   * Decisions kept one by one; older ones are dropped.
   * @default 100000, a few runs' worth
   */
  readonly keep?: number;
  /**
   * Distinct calls kept in the trace; those that came first are dropped.
   * @default all of them: a proof of the policies needs them
   */
  readonly keepCalls?: number;
}

/** A decision in the log: it shares what is equal with its call, so that a call made often takes little memory. */
class Logged implements LoggedDecision {
  constructor(
    readonly at: number,
    private readonly call: TracedCall,
    readonly reason: string,
    readonly statement: LoggedDecision['statement'],
  ) {}

  get principal(): string {
    return nameOf(this.call.principal);
  }

  get action(): string {
    return this.call.action;
  }

  get resource(): string {
    return this.call.resource;
  }

  get allowed(): boolean {
    return this.call.allowed;
  }

  get context(): LoggedDecision['context'] {
    const { currentTime, epochTime } = timesAt(this.at);
    return { ...this.call.context, 'aws:currenttime': [currentTime], 'aws:epochtime': [epochTime] };
  }

  toJSON(): LoggedDecision {
    const { at, principal, action, resource, context, allowed, reason, statement } = this;
    return { at, principal, action, resource, context, allowed, reason, statement };
  }
}

/** Evaluates requests over every policy in force, and logs each decision with its reason. */
export class Authorizer {
  private readonly log: LoggedDecision[] = [];
  private dropped = 0;
  private readonly calls = new Map<string, TracedCall>();
  private readonly names = new WeakMap<Statement, NonNullable<LoggedDecision['statement']>>();

  constructor(private readonly options: AuthorizerOptions) {}

  /** The decision, which is logged. */
  decide(request: AuthorizationRequest, askedBy = request.action): Decision {
    const { policies, accountId, clock } = this.options;
    const at = clock.now();
    const { currentTime, epochTime } = timesAt(at);
    const context = new RequestContext(
      {
        // The local account speaks plain HTTP on 127.0.0.1; it stands in for the TLS every AWS client uses.
        'aws:SecureTransport': 'true',
        'aws:SourceIp': '127.0.0.1',
        'aws:RequestedRegion': this.options.region,
        'aws:CurrentTime': currentTime,
        'aws:EpochTime': epochTime,
        ...(request.resource === '*' ? {} : { 'aws:ResourceAccount': resourceAccount(request.resource, accountId) }),
      },
      principalContext(request.principal),
      request.context,
    );
    const question: EvaluationRequest = {
      principal: request.principal,
      action: request.action.toLowerCase(),
      resource: request.resource,
      context,
    };
    const decision = evaluate(policies, accountId, question);
    this.remember(request, askedBy, at, context, decision);
    return decision;
  }

  /**
   * Throws the AwsError of `service` (the service that was called; default: the action's own) when the answer is no.
   */
  require(request: AuthorizationRequest, service = request.action.split(':')[0], askedBy = request.action): void {
    const decision = this.decide(request, askedBy);
    if (!decision.allowed) {
      throw denial(request.principal, request.action, request.resource, decision, service);
    }
  }

  /** All decisions kept, oldest first. */
  get decisions(): readonly LoggedDecision[] {
    return this.log;
  }

  /** How many decisions were made, with those no longer kept. */
  get decisionCount(): number {
    return this.dropped + this.log.length;
  }

  /** Every distinct call, the first made first: what a proof of the policies needs to know of a run. */
  trace(): TracedCall[] {
    return [...this.calls.values()];
  }

  private remember(
    request: AuthorizationRequest,
    service: string,
    at: number,
    context: RequestContext,
    decision: Decision,
  ): void {
    const { principal, action, resource } = request;
    const keep = this.options.keep ?? 100_000;
    if (this.log.length >= keep) {
      this.dropped += this.log.splice(0, Math.ceil(keep / 10)).length;
    }
    const { allowed, reason } = decision;
    const statement = decision.statement && this.named(decision.statement);
    const { 'aws:currenttime': _, 'aws:epochtime': __, ...timeless } = context.toJSON();
    const key = JSON.stringify([nameOf(principal), service, action, resource, allowed, timeless]);
    let call = this.calls.get(key);
    if (call !== undefined) {
      call.count += 1;
    } else {
      this.dropCalls();
      call = { principal, action, resource, context: timeless, allowed, reason, statement, service, count: 1 };
      this.calls.set(key, call);
    }
    this.log.push(new Logged(at, call, reason, statement));
  }

  /** Of a statement, always the same object. */
  private named(statement: Statement): NonNullable<LoggedDecision['statement']> {
    const { label, policy } = statement;
    let known = this.names.get(statement);
    if (known === undefined) {
      const sid = label.startsWith('#') ? undefined : label;
      known = { policy: policy.name, place: policy.place, label, sid };
      this.names.set(statement, known);
    }
    return known;
  }

  private dropCalls(): void {
    const { keepCalls = Number.POSITIVE_INFINITY } = this.options;
    if (this.calls.size < keepCalls) return;
    let drop = Math.ceil(keepCalls / 10);
    for (const key of this.calls.keys()) {
      this.calls.delete(key);
      drop -= 1;
      if (drop === 0) return;
    }
  }
}

function nameOf(principal: Principal): string {
  return principal.kind === 'service' ? principal.service : principal.arn;
}

function timesAt(at: number): { readonly currentTime: string; readonly epochTime: string } {
  return { currentTime: new Date(at).toISOString(), epochTime: String(Math.floor(at / 1000)) };
}

function resourceAccount(resource: string, accountId: string): string {
  const account = resource.split(':')[4];
  return account && /^\d{12}$/.test(account) ? account : accountId;
}
