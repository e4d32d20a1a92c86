import { type Condition, compileCondition } from './conditions';
import { PolicyError } from './policy-error';
import { compileNotPrincipal, compilePrincipal, type PrincipalMatcher } from './principals';
import type { EvaluationRequest } from './request';
import { TextTemplate } from './variables';
import { arnPattern, type Matcher, wildcard } from './wildcard';

/**
 * identity: attached to a role or user, no Principal. resource: attached to a resource, Principal and Resource.
 * trust: a role's trust policy, Principal and no Resource.
 */
export type PolicyKind = 'identity' | 'resource' | 'trust';

/** A statement, compiled for fast evaluation. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Its Sid, or its number. */
  readonly label: string;
  readonly policy: CompiledPolicy;
  /** The services its actions name (lower case), or undefined for any. */
  readonly services: ReadonlySet<string> | undefined;
  readonly principal: PrincipalMatcher | undefined;
  /**
   * It has NotPrincipal, which always denies principals with a permissions boundary ("Permissions boundaries for IAM
   * entities").
   */
  readonly notPrincipal: boolean;
  /** Everything but the principal. */
  matches(request: EvaluationRequest): boolean;
}

export interface CompiledPolicy {
  readonly name: string;
  readonly kind: PolicyKind;
  /** Whose it is: the ARN of a role or of a resource, or the place in a template. */
  readonly place: string;
  readonly statements: readonly Statement[];
  readonly document: unknown;
}

const POLICY_ELEMENTS = new Set(['Version', 'Id', 'Statement']);
const STATEMENT_ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

/** Checks a policy document and compiles it. Anything unknown is a PolicyError that says where. */
export function compilePolicy(kind: PolicyKind, name: string, place: string, source: unknown): CompiledPolicy {
  const where = `${kind === 'trust' ? 'trust policy' : `${kind} policy "${name}"`} of ${place}`;
  const document = typeof source === 'string' ? parseJson(source, where) : source;
  if (!isRecord(document)) {
    throw new PolicyError(where, 'a policy document must be an object');
  }
  refuseUnknown(document, POLICY_ELEMENTS, where);
  const version = document.Version ?? '2008-10-17';
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    throw new PolicyError(where, `Version must be "2012-10-17" or "2008-10-17", not ${JSON.stringify(version)}`);
  }
  const rawStatements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  const statements: Statement[] = [];
  const policy: CompiledPolicy = { name, kind, place, statements, document };
  rawStatements.forEach((raw, index) => {
    const sid = isRecord(raw) && typeof raw.Sid === 'string' && raw.Sid !== '' ? raw.Sid : undefined;
    const statementPlace = `${where}, statement ${index + 1}${sid ? ` (${sid})` : ''}`;
    statements.push(compileStatement(raw, policy, sid ?? `#${index + 1}`, version === '2012-10-17', statementPlace));
  });
  return policy;
}

function compileStatement(
  raw: unknown,
  policy: CompiledPolicy,
  label: string,
  variables: boolean,
  place: string,
): Statement {
  if (!isRecord(raw)) {
    throw new PolicyError(place, 'a statement must be an object');
  }
  refuseUnknown(raw, STATEMENT_ELEMENTS, place);
  const effect = raw.Effect;
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new PolicyError(place, `Effect must be Allow or Deny, not ${JSON.stringify(effect)}`);
  }
  const principal = compileWho(raw, policy.kind, effect, place);
  const action = compileActions(raw, place);
  const resource = compileResources(raw, policy.kind, variables, place);
  const conditions = compileConditions(raw.Condition, place);
  return {
    effect,
    label,
    policy,
    services: action.services,
    principal,
    notPrincipal: raw.NotPrincipal !== undefined,
    matches: (request) =>
      action.matches(request.action) && resource(request) && conditions.every((holds) => holds(request.context)),
  };
}

function compileWho(
  raw: Record<string, unknown>,
  kind: PolicyKind,
  effect: string,
  place: string,
): PrincipalMatcher | undefined {
  if (kind === 'identity') {
    if (raw.Principal !== undefined || raw.NotPrincipal !== undefined) {
      throw new PolicyError(place, 'an identity policy takes no Principal');
    }
    return undefined;
  }
  if ((raw.Principal === undefined) === (raw.NotPrincipal === undefined)) {
    throw new PolicyError(
      place,
      raw.Principal === undefined ? 'Principal is missing' : 'exactly one of Principal and NotPrincipal is needed',
    );
  }
  if (raw.Principal !== undefined) {
    return compilePrincipal(raw.Principal, place);
  }
  // "AWS JSON policy elements: NotPrincipal": only with Deny, and not in a trust policy.
  if (effect !== 'Deny' || kind === 'trust') {
    throw new PolicyError(
      place,
      'NotPrincipal is for a Deny of a resource policy; use Principal "*" with a condition on aws:PrincipalArn',
    );
  }
  return compileNotPrincipal(raw.NotPrincipal, place);
}

function compileActions(
  raw: Record<string, unknown>,
  place: string,
): { services: ReadonlySet<string> | undefined; matches: Matcher } {
  const [name, texts] = oneOf(raw, 'Action', 'NotAction', place);
  const services = new Set<string>();
  let anyService = name === 'NotAction';
  const matchers = texts.map((text) => {
    if (text === '*') {
      anyService = true;
      return () => true;
    }
    const service = /^([a-zA-Z0-9-]+):[a-zA-Z0-9*?]+$/.exec(text)?.[1];
    if (!service) {
      throw new PolicyError(place, `${name} "${text}" is not of the form service:Action`);
    }
    services.add(service.toLowerCase());
    return wildcard(text, { ignoreCase: true });
  });
  const any = (action: string): boolean => matchers.some((matches) => matches(action));
  return {
    services: anyService ? undefined : services,
    matches: name === 'NotAction' ? (action) => !any(action) : any,
  };
}

function compileResources(
  raw: Record<string, unknown>,
  kind: PolicyKind,
  variables: boolean,
  place: string,
): (request: EvaluationRequest) => boolean {
  if (kind === 'trust') {
    if (raw.Resource !== undefined || raw.NotResource !== undefined) {
      throw new PolicyError(place, 'a trust policy takes no Resource');
    }
    return () => true;
  }
  const [name, texts] = oneOf(raw, 'Resource', 'NotResource', place);
  const templates = texts.map((text) => {
    if (text !== '*' && !text.startsWith('arn:') && !text.startsWith('*')) {
      throw new PolicyError(place, `${name} "${text}" is neither * nor an ARN`);
    }
    return new TextTemplate(variables ? text : text.replace(/\$\{/g, '${$}{'), arnPattern);
  });
  const any = (request: EvaluationRequest): boolean =>
    templates.some((template) => template.matches(request.resource, request.context));
  return name === 'NotResource' ? (request) => !any(request) : any;
}

function compileConditions(raw: unknown, place: string): Condition[] {
  if (raw === undefined) {
    return [];
  }
  if (!isRecord(raw)) {
    throw new PolicyError(place, 'Condition must be an object');
  }
  return Object.entries(raw).flatMap(([operator, keys]) => {
    if (!isRecord(keys)) {
      throw new PolicyError(place, `condition ${operator} must be an object of keys`);
    }
    return Object.entries(keys).map(([key, values]) => compileCondition(operator, key, values, place));
  });
}

function oneOf(raw: Record<string, unknown>, plain: string, negated: string, place: string): [string, string[]] {
  if ((raw[plain] === undefined) === (raw[negated] === undefined)) {
    throw new PolicyError(place, `exactly one of ${plain} and ${negated} is needed`);
  }
  const name = raw[plain] === undefined ? negated : plain;
  const list = Array.isArray(raw[name]) ? raw[name] : [raw[name]];
  if (list.length === 0 || list.some((value) => typeof value !== 'string' || value === '')) {
    throw new PolicyError(place, `${name} must be text or a list of texts, not ${JSON.stringify(raw[name])}`);
  }
  return [name, list];
}

function refuseUnknown(record: Record<string, unknown>, known: ReadonlySet<string>, place: string): void {
  for (const key of Object.keys(record)) {
    if (!known.has(key)) {
      throw new PolicyError(place, `unknown element "${key}". Known: ${[...known].join(', ')}`);
    }
  }
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PolicyError(place, `is not JSON: ${(error as Error).message}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
