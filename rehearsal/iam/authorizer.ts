import { AuthorizationRequest, Clock } from '../platform';
import { denial } from './denial';
import { Decision, evaluate } from './evaluation';
import { PolicyStore } from './policy-store';
import { EvaluationRequest, RequestContext, principalContext } from './request';

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
  readonly statement?: { readonly policy: string; readonly place: string; readonly label: string };
}

export interface AuthorizerOptions {
  readonly policies: PolicyStore;
  readonly accountId: string;
  readonly region: string;
  readonly clock: Pick<Clock, 'now'>;
  /**
   * Decisions kept; older ones are dropped.
   * @default 100000, a few runs' worth
   */
  readonly keep?: number;
}

/** Answers "may they?" over every policy in force, and remembers each answer with its reason. */
export class Authorizer {
  private readonly log: LoggedDecision[] = [];
  private dropped = 0;

  constructor(private readonly options: AuthorizerOptions) {}

  /** The answer, logged. */
  decide(request: AuthorizationRequest): Decision {
    const { policies, accountId, clock } = this.options;
    const at = clock.now();
    const context = new RequestContext(
      {
        // The rehearsal speaks plain HTTP on 127.0.0.1; it stands in for the TLS every AWS client uses.
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
    this.remember(request, at, context, decision);
    return decision;
  }

  /** Throws the AwsError of `service` (the service that was called; default: the action's own) when the answer is no. */
  require(request: AuthorizationRequest, service = request.action.split(':')[0]): void {
    const decision = this.decide(request);
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

  private remember(request: AuthorizationRequest, at: number, context: RequestContext, decision: Decision): void {
    const { principal, action, resource } = request;
    const keep = this.options.keep ?? 100_000;
    if (this.log.length >= keep) {
      this.dropped += this.log.splice(0, Math.ceil(keep / 10)).length;
    }
    const { statement } = decision;
    this.log.push({
      at,
      principal: principal.kind === 'service' ? principal.service : principal.arn,
      action,
      resource,
      context: context.toJSON(),
      allowed: decision.allowed,
      reason: decision.reason,
      statement: statement && { policy: statement.policy.name, place: statement.policy.place, label: statement.label },
    });
  }
}

function resourceAccount(resource: string, accountId: string): string {
  const account = resource.split(':')[4];
  return account && /^\d{12}$/.test(account) ? account : accountId;
}
