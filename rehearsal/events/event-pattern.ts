import { isIPv4 } from 'node:net';

import { AwsError } from '../platform';

/** "Amazon EventBridge event patterns": fields must all match, values of a list are alternatives. */
export type EventPattern = Readonly<Record<string, unknown>>;

const operators = new Set(['prefix', 'suffix', 'equals-ignore-case', 'wildcard', 'anything-but', 'numeric', 'exists', 'cidr']);

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
    return isObject(actual) && matches(expected as EventPattern, actual);
  });
}

function check(pattern: unknown, path: string): void {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) throw invalid(`"${path || 'pattern'}" must be an object or an array`);
  for (const [field, value] of Object.entries(pattern)) {
    const place = path ? `${path}.${field}` : field;
    if (field === '$or') {
      if (!Array.isArray(value) || value.length < 2) throw invalid(`"${place}" must be a list of at least two alternatives`);
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
  if (names.length !== 1 || !operators.has(names[0] ?? '')) throw invalid(`Unrecognized match type ${names.join(', ')} at "${place}"`);
}

function matchesAny(expected: readonly unknown[], actual: unknown): boolean {
  // A list in the event matches when any of its values does.
  const values = Array.isArray(actual) ? (actual as unknown[]) : [actual];
  return expected.some((candidate) => {
    if (isObject(candidate) && 'exists' in candidate) return (actual !== undefined) === candidate.exists;
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
  for (let at = 0; at < conditions.length; at += 2) {
    const limit = Number(conditions[at + 1]);
    const holds = { '<': value < limit, '<=': value <= limit, '=': value === limit, '>=': value >= limit, '>': value > limit }[
      String(conditions[at])
    ];
    if (!holds) return false;
  }
  return true;
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/\\([*\\])|([*])|([.+?^${}()|[\]\\])/g, (_, literal?: string, star?: string, special?: string) =>
    star ? '[^]*' : `\\${literal ?? special ?? ''}`,
  );
  return new RegExp(`^${escaped}$`);
}

function inNetwork(network: string, address: string): boolean {
  const [base = '', bits = '32'] = network.split('/');
  if (!isIPv4(base) || !isIPv4(address)) return false;
  const number = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(base) / size) === Math.floor(number(address) / size);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
