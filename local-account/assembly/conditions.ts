import { resolve } from './intrinsics';
import type { Scope } from './scope';
import { isRecord } from './template';
import { TemplateError } from './template-error';

type Evaluation = (argument: unknown, scope: Scope, place: string) => boolean;

/**
 * Whether a condition expression holds: Fn::Equals, Fn::And, Fn::Or, Fn::Not, Condition; in rules also Fn::Contains and
 * its kin.
 */
export function holds(expression: unknown, scope: Scope, place: string): boolean {
  if (isRecord(expression)) {
    const [name, ...rest] = Object.keys(expression);
    const evaluation = name !== undefined && rest.length === 0 ? EVALUATIONS.get(name) : undefined;
    if (evaluation) {
      return evaluation(expression[name], scope, `${place}/${name}`);
    }
  }
  const known = [...EVALUATIONS.keys()].join(', ');
  throw failure(scope, place, `unknown condition ${JSON.stringify(expression)}. Known: ${known}`);
}

const EVALUATIONS = new Map<string, Evaluation>([
  ['Condition', (name, scope, place) => scope.condition(String(name), place)],
  ['Fn::Equals', equals],
  ['Fn::Not', (argument, scope, place) => !operands(argument, scope, place, 1, 1)[0]()],
  ['Fn::And', (argument, scope, place) => operands(argument, scope, place, 2, 10).every((operand) => operand())],
  ['Fn::Or', (argument, scope, place) => operands(argument, scope, place, 2, 10).some((operand) => operand())],
  ['Fn::Contains', (argument, scope, place) => contains(argument, scope, place)],
  ['Fn::EachMemberEquals', eachMemberEquals],
  ['Fn::EachMemberIn', eachMemberIn],
]);

/**
 * Evaluates the Conditions section, each condition once, on first use. Conditions may refer to parameters and mappings,
 * not to resources.
 */
export function conditionEvaluator(scope: Omit<Scope, 'condition'>): Scope['condition'] {
  const known = new Map<string, boolean>();
  const pending = new Set<string>();
  const withoutResources: Scope = { ...scope, reference: () => undefined, attribute: () => undefined, condition };

  function condition(name: string, place: string): boolean {
    const cached = known.get(name);
    if (cached !== undefined) {
      return cached;
    }
    if (!Object.hasOwn(scope.template.conditions, name)) {
      throw failure(withoutResources, place, `Unresolved condition dependency ${name}`);
    }
    if (pending.has(name)) {
      throw failure(withoutResources, place, `Circular dependency between conditions: [${[...pending].join(', ')}]`);
    }
    pending.add(name);
    const value = holds(scope.template.conditions[name], withoutResources, `Conditions/${name}`);
    pending.delete(name);
    known.set(name, value);
    return value;
  }

  return condition;
}

function equals(argument: unknown, scope: Scope, place: string): boolean {
  const [left, right] = listOf(argument, scope, place, 2, 2).map((side) => resolve(side, scope, place));
  return canonical(left) === canonical(right);
}

function contains(argument: unknown, scope: Scope, place: string): boolean {
  const [set, value] = listOf(argument, scope, place, 2, 2).map((side) => resolve(side, scope, place));
  return listOf(set, scope, place, 0).map(canonical).includes(canonical(value));
}

function eachMemberEquals(argument: unknown, scope: Scope, place: string): boolean {
  const [members, value] = listOf(argument, scope, place, 2, 2).map((side) => resolve(side, scope, place));
  return listOf(members, scope, place, 0).every((member) => canonical(member) === canonical(value));
}

function eachMemberIn(argument: unknown, scope: Scope, place: string): boolean {
  const [members, set] = listOf(argument, scope, place, 2, 2).map((side) => resolve(side, scope, place));
  const allowed = listOf(set, scope, place, 0).map(canonical);
  return listOf(members, scope, place, 0).every((member) => allowed.includes(canonical(member)));
}

/** The operands as functions, so that And and Or stop at the first that decides. */
function operands(argument: unknown, scope: Scope, place: string, least: number, most: number): (() => boolean)[] {
  return listOf(argument, scope, place, least, most).map(
    (operand, index) => () => holds(operand, scope, `${place}/${index}`),
  );
}

function listOf(value: unknown, scope: Scope, place: string, least: number, most = Infinity): readonly unknown[] {
  if (!Array.isArray(value) || value.length < least || value.length > most) {
    const size = least === most ? `${least}` : `${least} to ${most}`;
    throw failure(scope, place, `needs a list of ${size}, not ${JSON.stringify(value)}`);
  }
  return value;
}

/** CloudFormation compares text: 1, "1" are the same, so are true and "true". */
function canonical(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function failure(scope: Scope, place: string, problem: string): TemplateError {
  return new TemplateError(scope.environment.stackName, place, problem);
}
