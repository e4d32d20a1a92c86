import { BlockList, isIP } from 'node:net';

import { AwsError } from '../platform';

/** "Amazon EventBridge event patterns": fields must all match, values of a list are alternatives. */
export type EventPattern = Readonly<Record<string, unknown>>;

const operators = new Set([
  'prefix',
  'suffix',
  'equals-ignore-case',
  'wildcard',
  'anything-but',
  'numeric',
  'exists',
  'cidr',
]);

/** Parses a rule's pattern. Throws InvalidEventPatternException where PutRule would. */
export function parsePattern(text: string): EventPattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    throw invalid('Event pattern is not valid JSON');
  }
  check(pattern, '');
  return pattern as EventPattern;
}

export function matches(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, expected]) => {
    if (field === '$or') return (expected as EventPattern[]).some((alternative) => matches(alternative, event));
    const actual = isObject(event) ? event[field] : undefined;
    if (Array.isArray(expected)) return matchesAny(expected, actual);
    // Of a list of objects any may match; what is not there has no fields, which `exists: false` asks for.
    const candidates: unknown[] = Array.isArray(actual) ? actual : [actual ?? {}];
    return candidates.some((candidate) => isObject(candidate) && matches(expected as EventPattern, candidate));
  });
}

function check(pattern: unknown, path: string): void {
  if (!isObject(pattern) || Object.keys(pattern).length === 0)
    throw invalid(`"${path || 'pattern'}" must be an object or an array`);
  for (const [field, value] of Object.entries(pattern)) {
    const place = path ? `${path}.${field}` : field;
    if (field === '$or') {
      if (!Array.isArray(value) || value.length < 2)
        throw invalid(`"${place}" must be a list of at least two alternatives`);
      value.forEach((alternative) => check(alternative, place));
    } else if (Array.isArray(value)) {
      if (value.length === 0) throw invalid(`"${place}" is an empty array`);
      value.forEach((candidate) => checkValue(candidate, place));
    } else {
      check(value, place);
    }
  }
}

function checkValue(value: unknown, place: string): void {
  if (!isObject(value)) {
    if (Array.isArray(value)) throw invalid(`"${place}" holds an array inside an array`);
    return;
  }
  const names = Object.keys(value);
  const [operator = ''] = names;
  if (names.length !== 1 || !operators.has(operator))
    throw invalid(`Unrecognized match type ${names.join(', ')} at "${place}"`);
  if (!validOperand(operator, value[operator]))
    throw invalid(`${operator} at "${place}" has an operand that it does not take`);
}

function validOperand(operator: string, operand: unknown): boolean {
  switch (operator) {
    case 'exists':
      return typeof operand === 'boolean';
    case 'prefix':
    case 'suffix':
      return typeof operand === 'string' || (isObject(operand) && typeof operand['equals-ignore-case'] === 'string');
    case 'equals-ignore-case':
    case 'wildcard':
      return typeof operand === 'string';
    case 'cidr':
      return (
        typeof operand === 'string' &&
        /^[0-9a-fA-F.:]+\/\d{1,3}$/.test(operand) &&
        isIP(operand.split('/')[0] ?? '') !== 0
      );
    case 'numeric': {
      const conditions = Array.isArray(operand) ? (operand as unknown[]) : [];
      const pairs = conditions.length > 0 && conditions.length % 2 === 0;
      return (
        pairs &&
        conditions.every((one, at) =>
          at % 2 === 0 ? ['<', '<=', '=', '>=', '>'].includes(String(one)) : typeof one === 'number',
        )
      );
    }
    default:
      return true;
  }
}

function matchesAny(expected: readonly unknown[], actual: unknown): boolean {
  // A list in the event matches when any of its values does.
  const values = Array.isArray(actual) ? (actual as unknown[]) : [actual];
  return expected.some((candidate) => {
    if (isObject(candidate) && 'exists' in candidate)
      return (actual !== undefined && !isObject(actual)) === candidate.exists;
    return values.some((value) => matchesValue(candidate, value));
  });
}

function matchesValue(candidate: unknown, value: unknown): boolean {
  if (!isObject(candidate)) return candidate === value;
  const [operator, operand] = Object.entries(candidate)[0] as [string, unknown];
  const text = typeof value === 'string' ? value : undefined;
  switch (operator) {
    case 'prefix':
      return text !== undefined && fold(operand, text, (a, b) => b.startsWith(a));
    case 'suffix':
      return text !== undefined && fold(operand, text, (a, b) => b.endsWith(a));
    case 'equals-ignore-case':
      return text !== undefined && text.toLowerCase() === String(operand).toLowerCase();
    case 'wildcard':
      return text !== undefined && wildcard(String(operand)).test(text);
    case 'anything-but':
      return value !== undefined && !list(operand).some((unwanted) => matchesValue(unwanted, value));
    case 'numeric':
      return typeof value === 'number' && inRange(operand as (string | number)[], value);
    case 'cidr':
      return text !== undefined && inNetwork(String(operand), text);
    default:
      return false;
  }
}

/** `{"prefix": {"equals-ignore-case": "x"}}` or plain `{"prefix": "x"}`. */
function fold(operand: unknown, text: string, compare: (operand: string, text: string) => boolean): boolean {
  if (!isObject(operand)) return compare(String(operand), text);
  return compare(String(operand['equals-ignore-case']).toLowerCase(), text.toLowerCase());
}

/** anything-but takes a value, a list, or another operator, whose operand may be a list as well. */
function list(operand: unknown): unknown[] {
  if (Array.isArray(operand)) return operand as unknown[];
  if (isObject(operand)) {
    const [operator, inner] = Object.entries(operand)[0] as [string, unknown];
    return Array.isArray(inner) ? inner.map((one: unknown) => ({ [operator]: one })) : [operand];
  }
  return [operand];
}

function inRange(conditions: readonly (string | number)[], value: number): boolean {
  // AWS: events/numeric-range
  if (Math.abs(value) > 5e9) return false;
  for (let at = 0; at < conditions.length; at += 2) {
    const limit = Number(conditions[at + 1]);
    const holds = {
      '<': value < limit,
      '<=': value <= limit,
      '=': value === limit,
      '>=': value >= limit,
      '>': value > limit,
    }[String(conditions[at])];
    if (!holds) return false;
  }
  return true;
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(
    /\\([*\\])|([*])|([.+?^${}()|[\]\\])/g,
    (_, literal?: string, star?: string, special?: string) => (star ? '[^]*' : `\\${literal ?? special ?? ''}`),
  );
  return new RegExp(`^${escaped}$`);
}

function inNetwork(network: string, address: string): boolean {
  const [base = '', bits = ''] = network.split('/');
  const family = isIP(base);
  if (family === 0 || isIP(address) !== family) return false;
  const list = new BlockList();
  const name = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(base, Number(bits), name);
  return list.check(address, name);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** AWS: events/patterns-are-read-when-the-rule-is-put */
function invalid(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
