import type { ConditionContext, Principal } from '../platform';

/** A request's condition context; key names are case-insensitive, as IAM's are. */
export class RequestContext {
  private readonly values = new Map<string, readonly string[]>();

  constructor(...contexts: (ConditionContext | undefined)[]) {
    for (const context of contexts) {
      for (const [key, value] of Object.entries(context ?? {})) {
        this.values.set(key.toLowerCase(), typeof value === 'string' ? [value] : value);
      }
    }
  }

  get(key: string): readonly string[] | undefined {
    return this.values.get(key);
  }

  toJSON(): Record<string, readonly string[]> {
    return Object.fromEntries(this.values);
  }
}

/** What evaluation needs to know of a request, worked out once. */
export interface EvaluationRequest {
  readonly principal: Principal;
  /** Lower case, such as s3:getobject. */
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
}

/** The context keys that AWS sets for every request of a principal ("AWS global condition context keys"). */
export function principalContext(principal: Principal): Record<string, string> {
  if (principal.kind === 'service') {
    return {
      'aws:PrincipalIsAWSService': 'true',
      'aws:PrincipalServiceName': principal.service,
      ...(principal.sourceAccount === undefined ? {} : { 'aws:SourceAccount': principal.sourceAccount }),
      ...(principal.sourceArn ? { 'aws:SourceArn': principal.sourceArn } : {}),
    };
  }
  const common = {
    'aws:PrincipalIsAWSService': 'false',
    'aws:PrincipalAccount': principal.accountId,
    'aws:ViaAWSService': 'false',
  };
  if (principal.kind === 'user') {
    const name = principal.arn.slice(principal.arn.lastIndexOf('/') + 1);
    return {
      ...common,
      'aws:PrincipalArn': principal.arn,
      'aws:PrincipalType': 'User',
      'aws:username': name,
      'aws:userid': userId(principal.arn),
    };
  }
  return {
    ...common,
    // For a session this is the role's ARN, not the session's.
    'aws:PrincipalArn': principal.roleArn,
    'aws:PrincipalType': 'AssumedRole',
    'aws:userid': `${roleId(principal.roleArn)}:${principal.sessionName}`,
    ...(principal.network
      ? { 'aws:SourceVpc': principal.network.vpcId, 'aws:SourceVpce': principal.network.endpointId }
      : {}),
  };
}

/** A stable stand-in for the unique id that AWS gives a role (AROA...). */
export function roleId(roleArn: string): string {
  return 'AROA' + stableId(roleArn);
}

export function userId(userArn: string): string {
  return 'AIDA' + stableId(userArn);
}

function stableId(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let state = 2166136261;
  let id = '';
  for (let index = 0; id.length < 17; index++) {
    state = Math.imul(state ^ text.charCodeAt(index % text.length) ^ index, 16777619) >>> 0;
    id += alphabet[state % 32];
  }
  return id;
}
