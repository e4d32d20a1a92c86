import type { Condition, Operand } from './rule';

/** Whether a number meets a condition. The bounds of `between` do not belong to it. */
// AWS: glue/between-is-exclusive
export function numberMeets(value: number, { operator, operands }: Condition): boolean {
  const numbers = operands.flatMap((operand) => (operand.kind === 'number' ? [operand.value] : []));
  const [first = Number.NaN, second = Number.NaN] = numbers;
  switch (operator) {
    case '=':
      return value === first;
    case '!=':
      return value !== first;
    case '>':
      return value > first;
    case '>=':
      return value >= first;
    case '<':
      return value < first;
    case '<=':
      return value <= first;
    case 'between':
      return value > first && value < second;
    case 'not between':
      return value <= first || value >= second;
    case 'in':
      return numbers.includes(value);
    case 'not in':
      return !numbers.includes(value);
    default:
      return false;
  }
}

/**
 * Whether a value of a column meets a condition. A missing value fails, except under `!=` and `not in` and where NULL is
 * named.
 */
// AWS: glue/nulls-in-column-values
export function valueMeets(value: unknown, condition: Condition, now: number): boolean {
  const { operator, operands } = condition;
  const named = (keyword: string) => operands.some((one) => one.kind === 'keyword' && one.value === keyword);
  const negated = operator === '!=' || operator.startsWith('not ');
  if (value === null || value === undefined) {
    if (named('NULL')) return !negated;
    return operator === '!=' || operator === 'not in';
  }
  if (operator === 'matches' || operator === 'not matches') {
    const pattern = operands[0]?.kind === 'text' ? operands[0].value : '';
    return new RegExp(`^(?:${pattern})$`, 'su').test(String(value)) !== negated;
  }
  if (operands.some(({ kind }) => kind === 'date')) return dateMeets(value, condition, now);
  if (operands.some(({ kind }) => kind === 'number')) {
    const number = typeof value === 'boolean' ? Number.NaN : Number(value);
    return numberMeets(number, condition);
  }
  return textIsNamed(String(value), operands) !== negated;
}

function textIsNamed(text: string, operands: readonly Operand[]): boolean {
  return operands.some((operand) => {
    if (operand.kind === 'text') return operand.value === text;
    if (operand.kind !== 'keyword') return false;
    if (operand.value === 'EMPTY') return text === '';
    return operand.value === 'WHITESPACES_ONLY' && text.length > 0 && text.trim() === '';
  });
}

/** Dates are compared by day. */
function dateMeets(value: unknown, condition: Condition, now: number): boolean {
  const time = timeOf(value);
  if (time === undefined) return false;
  const operands = condition.operands.flatMap((operand): Operand[] =>
    operand.kind === 'date' ? [{ kind: 'number', value: dayOf(operandTime(operand.value, now)) }] : [],
  );
  return numberMeets(dayOf(time), { operator: condition.operator, operands });
}

function operandTime(value: string | { readonly minutesFromNow: number }, now: number): number {
  return typeof value === 'string' ? Date.parse(`${value}T00:00:00Z`) : now + value.minutesFromNow * 60_000;
}

const dayOf = (time: number): number => Math.floor(time / 86_400_000);

/** Milliseconds of a timestamp, a date, or a text that Spark would read as one. */
export function timeOf(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?Z?$/.test(value))
    return undefined;
  const time = Date.parse(value.length === 10 ? `${value}T00:00:00Z` : `${value.replace(' ', 'T').replace(/Z$/, '')}Z`);
  return Number.isNaN(time) ? undefined : time;
}
