import { resolveValue, type ValueScope } from './values';

interface ConditionDefinition {
  readonly Type: string;
  readonly LeftValue?: unknown;
  readonly RightValue?: unknown;
  readonly QueryValue?: unknown;
  readonly Values?: readonly unknown[];
  readonly Expression?: ConditionDefinition;
  readonly Conditions?: readonly ConditionDefinition[];
}

/** All conditions of a step must hold. */
export async function evaluateConditions(conditions: unknown, scope: ValueScope): Promise<boolean> {
  const answers = await Promise.all(
    (conditions as readonly ConditionDefinition[]).map((condition) => holds(condition, scope)),
  );
  return answers.every(Boolean);
}

async function holds(condition: ConditionDefinition, scope: ValueScope): Promise<boolean> {
  const compare = async (test: (left: number | string, right: number | string) => boolean): Promise<boolean> => {
    const [left, right] = await Promise.all([
      resolveValue(condition.LeftValue, scope),
      resolveValue(condition.RightValue, scope),
    ]);
    return test(...comparable(condition.Type, left, right));
  };
  switch (condition.Type) {
    case 'Equals':
      return compare((left, right) => left === right);
    case 'GreaterThan':
      return compare((left, right) => left > right);
    case 'GreaterThanOrEqualTo':
      return compare((left, right) => left >= right);
    case 'LessThan':
      return compare((left, right) => left < right);
    case 'LessThanOrEqualTo':
      return compare((left, right) => left <= right);
    case 'In': {
      const value = await resolveValue(condition.QueryValue, scope);
      const values = (await resolveValue(condition.Values, scope)) as unknown[];
      return values.some((item) => String(item) === String(value));
    }
    case 'Not':
      return !(await holds(condition.Expression as ConditionDefinition, scope));
    case 'Or':
      return (await Promise.all((condition.Conditions ?? []).map((inner) => holds(inner, scope)))).some(Boolean);
    default:
      throw new Error(`ClientError: ${condition.Type} is no condition type`);
  }
}

/** Numbers compare as numbers, also when one is text; otherwise both compare as text. */
function comparable(type: string, left: unknown, right: unknown): [number | string, number | string] {
  const [a, b] = [toNumber(left), toNumber(right)];
  if (a !== undefined && b !== undefined) {
    return [a, b];
  }
  if (type !== 'Equals' && (typeof left === 'number' || typeof right === 'number')) {
    throw new Error(`ClientError: ${type} cannot compare ${JSON.stringify(left)} with ${JSON.stringify(right)}`);
  }
  return [String(left), String(right)];
}

function toNumber(value: unknown): number | undefined {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
