import type { AuthorizationRequest, Clock, Principal } from '../platform';
import { denial } from './denial';
import { type Decision, evaluate } from './evaluation';
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
   * Decisions kept one by one; older ones are dropped. The trace keeps every distinct call.
   * @default 100000, a few runs' worth
   */
  readonly keep?: number;
}

/** Evaluates requests over every policy in force, and logs each decision with its reason. */
export class Authorizer {
  private readonly log: LoggedDecision[] = [];
  private dropped = 0;
  private readonly calls = new Map<string, TracedCall>();

  constructor(private readonly options: AuthorizerOptions) {}

  /** The decision, which is logged. */
  decide(request: AuthorizationRequest, askedBy = request.action): Decision {
    const { policies, accountId, clock } = this.options;
    const at = clock.now();
    const context = new RequestContext(
      {
        // The local account speaks plain HTTP on 127.0.0.1; it stands in for the TLS every AWS client uses.
        'aws:SecureTransport': 'true',
        'aws:SourceIp': '127.0.0.1',
        'aws:RequestedRegion': this.options.region,
        'aws:CurrentTime': new Date(at).toISOString(),
        'aws:EpochTime': String(Math.floor(at / 1000)),
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

  /** Every distinct call since the beginning: what a proof of the policies needs to know of a run. */
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
    const statement = decision.statement && {
      policy: decision.statement.policy.name,
      place: decision.statement.policy.place,
      label: decision.statement.label,
      sid: decision.statement.label.startsWith('#') ? undefined : decision.statement.label,
    };
    const whole = context.toJSON();
    const who = principal.kind === 'service' ? principal.service : principal.arn;
    this.log.push({ at, principal: who, action, resource, context: whole, allowed, reason, statement });

    const { 'aws:currenttime': _, 'aws:epochtime': __, ...timeless } = whole;
    const key = JSON.stringify([who, service, action, resource, allowed, timeless]);
    const known = this.calls.get(key);
    if (known) {
      known.count += 1;
    } else {
      this.calls.set(key, {
        principal,
        action,
        resource,
        context: timeless,
        allowed,
        reason,
        statement,
        service,
        count: 1,
      });
    }
  }
}

function resourceAccount(resource: string, accountId: string): string {
  const account = resource.split(':')[4];
  return account && /^\d{12}$/.test(account) ? account : accountId;
}
