import type { Finding } from '../finding';
import { isProperties, list, type Properties, properties, text, type Value } from '../template';
import type { Names } from './names';

/** One action on one resource, for one principal: what one line of a policy says. */
export interface Right {
  readonly effect: 'Allow' | 'Deny';
  /** Such as `Service:events.amazonaws.com`. Undefined in a role's own policy. */
  readonly principal?: string;
  /** In lower case, as IAM compares. */
  readonly action: string;
  /** Undefined in a trust policy and in the policy of a repository. */
  readonly resource?: string;
  readonly conditions: Conditions;
}

/** `StringEquals aws:SourceAccount` and its values. All of them together must hold. */
export type Conditions = Readonly<Record<string, readonly string[]>>;

const members = new Set(['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition']);

/** The resource of a Deny about everything but some resources. An Allow with NotResource is a finding. */
export function allBut(...resources: readonly string[]): string {
  return `all but ${[...resources].sort().join(' | ')}`;
}

/** The rights of a policy document. What is not plainly an allowed or a denied right is a finding. */
export function rightsOf(
  names: Names,
  stack: string,
  place: string,
  document: Value | undefined,
): { rights: Right[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const problem = (what: string) => {
    findings.push({ place, problem: what });
    return [];
  };
  const { Version, Statement, ...rest } = properties(document);
  if (Version !== '2012-10-17') problem(`has the version ${text(Version)}: only 2012-10-17 is read as it is meant`);
  const unknown = Object.keys(rest).filter((name) => name !== 'Id');
  if (unknown.length > 0) problem(`has ${unknown.join(', ')}, which is no part of a policy that is judged here`);
  const rights = list(Statement).flatMap((value): Right[] => {
    if (!isProperties(value)) return problem(`has a statement that cannot be judged: ${text(value)}`);
    const isDenyOfOthers = value.Effect === 'Deny' && value.NotResource !== undefined && value.Resource === undefined;
    const other = Object.keys(value).filter(
      (name) => !members.has(name) && !(isDenyOfOthers && name === 'NotResource'),
    );
    if (other.length > 0) return problem(`has a statement with ${other.join(', ')}: name what it allows instead`);
    const { Effect: effect } = value;
    if (effect !== 'Allow' && effect !== 'Deny') return problem(`has a statement with the effect ${text(effect)}`);
    const principals: (string | undefined)[] = 'Principal' in value ? principalsOf(names, stack, value) : [undefined];
    const named = (resources: Value | undefined) => list(resources).map((one) => names.of(stack, one));
    const resources: (string | undefined)[] =
      'Resource' in value
        ? named(value.Resource)
        : isDenyOfOthers
          ? [allBut(...named(value.NotResource))]
          : [undefined];
    const actions = list(value.Action).map((one) => names.of(stack, one).toLowerCase());
    if (principals.length * resources.length * actions.length === 0) return problem('has a statement about nothing');
    const conditions = eachValue(conditionsOf(names, stack, value));
    return principals.flatMap((principal) =>
      resources.flatMap((resource) =>
        actions.flatMap((action) =>
          conditions.map((one) => ({ effect, principal, action, resource, conditions: one }) satisfies Right),
        ),
      ),
    );
  });
  return { rights, findings };
}

function principalsOf(names: Names, stack: string, { Principal }: Properties): string[] {
  if (!isProperties(Principal)) return list(Principal).map((one) => `AWS:${names.of(stack, one)}`);
  return Object.entries(Principal).flatMap(([kind, values]) =>
    list(values).map((one) => `${kind}:${names.of(stack, one)}`),
  );
}

/** Condition keys are compared without regard to case, operators and values with. */
function conditionsOf(names: Names, stack: string, { Condition }: Properties): Conditions {
  const entries = Object.entries(properties(Condition)).flatMap(([operator, block]) =>
    Object.entries(properties(block)).map(([key, values]): [string, string[]] => [
      conditionName(`${operator} ${key}`),
      list(values)
        .map((one) => names.of(stack, one))
        .sort(),
    ]),
  );
  // The same key twice, once in capital letters, must both hold: neither may hide the other.
  const conditions: Record<string, string[]> = {};
  for (const [name, values] of entries) conditions[name in conditions ? `${name} again` : name] = values;
  return conditions;
}

/**
 * A condition that is met by any of several values is several rights with one value each, so that a list can name the
 * values one by one. With other operators, fewer values can mean more rights: those are compared as a whole.
 */
export function eachValue(conditions: Conditions): Conditions[] {
  return Object.entries(conditions).reduce<Conditions[]>(
    (all, [name, values]) =>
      all.flatMap((before) =>
        anyValue.test(name) ? values.map((value) => ({ ...before, [name]: [value] })) : [{ ...before, [name]: values }],
      ),
    [{}],
  );
}

const anyValue = /^(StringEquals|StringLike|ArnEquals|ArnLike) /;

export function conditionName(name: string): string {
  const [operator = '', ...key] = name.split(' ');
  return `${operator} ${key.join(' ').toLowerCase()}`;
}

/** On one line, to compare exactly and to show. */
export function line({ effect, principal, action, resource, conditions }: Right): string {
  const shown = Object.entries(conditions)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, values]) => `${name} = ${values.join(' | ')}`);
  return [
    effect === 'Allow' ? 'allow' : 'deny',
    ...(principal === undefined ? [] : [principal]),
    action,
    ...(resource === undefined ? [] : [`on ${resource}`]),
    ...(shown.length === 0 ? [] : [`if ${shown.join(' and ')}`]),
  ].join(' ');
}
